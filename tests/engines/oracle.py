"""The slow, obvious way to every indicator from works: plain Python, one work after the other.

Each function gives rows (hub, year, unit, num, den, part) as the queries do; `slow_fold` puts them
together. Nothing here shares code with the queries, the kernels or the fold, but for the count of
a unit in a draw, which is a definition.
"""

import math
from collections import defaultdict
from functools import cached_property

TYPES = {"article", "review", "letter"}
WORLD = 0


class Oracle:
    def __init__(self, star, members, hubs, numbers, key_fields, *, lists=(), people=None):
        """members: hub id -> institutions; hubs: id -> Hub; numbers: id -> number; lists: rows of
        curated lists; people: hub id -> year -> number of people."""
        self.star = {n: t.to_pylist() for n, t in star.items()}
        self.numbers = numbers
        self.hubs_of = defaultdict(set)
        for hub, institutions in members.items():
            for i in institutions:
                self.hubs_of[i].add(numbers[hub])
        self.country = {numbers[h]: hubs[h].economy for h in numbers}
        self.region = {numbers[h]: hubs[h].part_of or None for h in numbers}
        self.all_works = {w["work"]: w for w in self.star["works"]}
        self.works = {
            w["work"]: w
            for w in self.star["works"]
            if not w["xpac"] and not w["paratext"] and not w["retracted"] and w["type"] in TYPES
        }
        self.authorships = defaultdict(list)
        for a in self.star["authorships"]:
            self.authorships[a["work"]].append(a)
        self.refs = defaultdict(set)
        self.cited_by = defaultdict(set)
        for r in self.star["references"]:
            self.refs[r["work"]].add(r["cited"])
            self.cited_by[r["cited"]].add(r["work"])
        self.keys = key_fields
        self.lists = lists
        self.people = {numbers[h]: years for h, years in (people or {}).items()}

    # What several indicators need

    @cached_property
    def shares(self):
        """(hub, work) -> the hub's share of the work."""
        found = defaultdict(float)
        for work in self.works:
            found[WORLD, work] = 1.0
            for a in self.authorships[work]:
                for hub in self.hubs_of.get(a["institution"], ()):
                    found[hub, work] += a["weight"]
        return found

    @cached_property
    def scores(self):
        """work -> (top 10 %, top 1 %, normalised impact), by ranking each group by hand."""
        groups = defaultdict(list)
        for w in self.works.values():
            if w["field"] is not None:
                groups[w["field"], w["year"], w["type"]].append(w)
        found = {}
        for group in groups.values():
            mean = sum(w["cited"] for w in group) / len(group)
            for w in group:
                above = sum(o["cited"] > w["cited"] for o in group)
                equal = sum(o["cited"] == w["cited"] for o in group)
                tops = [min(max((p * len(group) - above) / equal, 0), 1) for p in (0.1, 0.01)]
                found[w["work"]] = (*tops, w["cited"] / mean if mean else None)
        return found

    def countries(self, work):
        return {a["country"] for a in self.authorships[work]} - {None}

    @cached_property
    def presence(self):
        """(hub, author, year) -> best (top 10 %, top 1 %) of the year."""
        found = {}
        for work, w in self.works.items():
            score = self.scores.get(work, (0, 0, None))
            for a in self.authorships[work]:
                for hub in self.hubs_of.get(a["institution"], ()):
                    if a["author"] is not None:
                        key = (hub, a["author"], w["year"])
                        old = found.get(key, (0, 0))
                        found[key] = (max(old[0], score[0]), max(old[1], score[1]))
        return found

    @cached_property
    def years_of(self):
        """author -> years with a known institution."""
        found = defaultdict(set)
        for work, w in self.works.items():
            for a in self.authorships[work]:
                if a["author"] is not None and a["institution"] is not None:
                    found[a["author"]].add(w["year"])
        return found

    def year_before(self, author, year):
        earlier = [y for y in self.years_of[author] if y < year]
        return max(earlier) if earlier and max(earlier) >= year - 3 else None

    @cached_property
    def _hubs_at(self):
        found = defaultdict(set)
        for hub, author, year in self.presence:
            found[author, year].add(hub)
        return found

    def hubs_at(self, author, year):
        return self._hubs_at.get((author, year), set())

    def moves(self):
        """(hub, author, year, year before, what): what is 1 arrives, -1 leaves, 0 stays."""
        for author, years in self.years_of.items():
            for year in years:
                before = self.year_before(author, year)
                if before is None:
                    continue
                now, then = self.hubs_at(author, year), self.hubs_at(author, before)
                for hub in now | then:
                    yield hub, author, year, before, (hub in now) - (hub in then)

    def is_key(self, work, key):
        w, rules = self.works[work], self.keys[key]
        return w["topic"] in rules["topics"] or w["subfield"] in rules["subfields"] or (
            w["field"] in rules["fields"]
        )  # fmt: skip

    def _later(self, citing, focal):
        return (
            citing in self.works and focal["year"] < self.works[citing]["year"] <= focal["year"] + 5
        )

    def listed(self, name):
        """Institutions on a list or below one that is."""
        top = {int(e["id"][1:]) for e in self.lists if e["list"] == name}
        return {r["institution"] for r in self.star["lineage"] if r["ancestor"] in top}

    def spoken_of(self, name):
        """Hubs of the economies of a list."""
        economies = {e["economy"] for e in self.lists if e["list"] == name}
        return {h for h in self.numbers.values() if self.country[h] in economies}

    def listed_shares(self, name):
        """(hub, work) -> weight at listed institutions of the hub."""
        inside, found = self.listed(name), defaultdict(float)
        for work in self.works:
            for a in self.authorships[work]:
                if a["institution"] in inside:
                    for hub in self.hubs_of.get(a["institution"], ()):
                        found[hub, work] += a["weight"]
        return found

    @cached_property
    def disruption(self):
        """work -> n_i, n_j, n_k counted one by one, and n_j of citing five references or more."""
        return {w: found for w in self.works if (found := self._counts(w))}

    def _counts(self, work):
        w, mine = self.works[work], {r for r in self.refs[work] if r in self.works}
        if not mine:
            return None
        later = {c for c in self.cited_by[work] if self._later(c, w)}
        users = {c for r in mine for c in self.cited_by[r] if self._later(c, w)}
        strong = sum(len(self.refs[c] & mine) >= 5 for c in later)
        known = bool(later | users)
        return (
            (len(later - users), len(later & users), len(users - later), strong) if known else None
        )

    # Rows of each indicator

    def rows(self, indicator):
        name = indicator.removeprefix("oa_")
        for key in self.keys:
            if name.startswith(f"{key}_"):
                return list(self._key_rows(key, name.removeprefix(f"{key}_")))
        return list(getattr(self, f"_{name}")())

    def _each(self, worth):
        """A row for each hub and work; `worth(work, share)` gives (num, den) or None."""
        for (hub, work), share in self.shares.items():
            found = worth(work, share)
            if found is not None:
                yield hub, self.works[work]["year"], work, *found, None

    def _key_rows(self, key, what):
        for (hub, work), share in self.shares.items():
            year, inside = self.works[work]["year"], self.is_key(work, key)
            if what == "specialisation":
                yield hub, year, work, share if inside else 0, share, None
            elif inside and what == "top_share" and work in self.scores:
                yield hub, year, work, share * self.scores[work][0], 0, None
            elif inside and (what == "share" or (what == "lead" and hub)):
                yield hub, year, work, share, 0, None

    def _works_fractional(self):
        return self._each(lambda _w, s: (s, 0))

    _world_share = _works_fractional

    def _works_full(self):
        return self._each(lambda _w, _s: (1, 0))

    def _top10_share(self):
        return self._each(lambda w, s: (s * self.scores[w][0], s) if w in self.scores else None)

    def _top1_share(self):
        return self._each(lambda w, s: (s * self.scores[w][1], s) if w in self.scores else None)

    def _top10_world_share(self):
        return self._each(lambda w, s: (s * self.scores[w][0], 0) if w in self.scores else None)

    def _normalised_impact(self):
        known = {w: v[2] for w, v in self.scores.items() if v[2] is not None}
        return self._each(lambda w, s: (s * known[w], s) if w in known else None)

    def _core_works(self):
        return self._each(lambda w, s: (s, 0) if self.works[w]["core"] else None)

    def _core_share(self):
        return self._each(lambda w, s: (s if self.works[w]["core"] else 0, s))

    def _open_access(self):
        return self._each(lambda w, s: (s if self.works[w]["oa"] else 0, s))

    def _cd(self, value):
        """Rows of a form of the disruption index, where its denominator is not zero."""

        def worth(w, s):
            up, down = value(*self.disruption[w]) if w in self.disruption else (0, 0)
            return (up / down, s) if down else None

        return self._each(worth)

    def _disruption(self):
        return self._cd(lambda i, j, k, _strong: (i - j, i + j + k))

    def _disruption_no_k(self):
        return self._cd(lambda i, j, _k, _strong: (i - j, i + j))

    def _disruption_5(self):
        return self._cd(lambda i, _j, k, strong: (i - strong, i + strong + k))

    def _impact_median(self):
        known = {w: v[2] for w, v in self.scores.items() if v[2] is not None}
        return self._each(lambda w, s: (known[w], s) if w in known else None)

    def _fwci(self):
        fwci = {w: row["fwci"] for w, row in self.works.items() if row["fwci"] is not None}
        return self._each(lambda w, s: (s * fwci[w], s) if w in fwci else None)

    def _novelty(self):
        topics = defaultdict(set)
        for t in self.star["topics"]:
            topics[t["work"]].add(t["topic"])
        pairs = {w: [(a, b) for a in topics[w] for b in topics[w] if a < b] for w in self.works}
        first = {}
        for w, found in pairs.items():
            for p in found:
                first[p] = min(first.get(p, 9999), self.works[w]["year"])

        def worth(w, s):
            new = any(first[p] == self.works[w]["year"] for p in pairs[w])
            return (s if new else 0, s) if pairs[w] else None

        return self._each(worth)

    def _early_entry(self):
        size = defaultdict(int)
        for w in self.works.values():
            if w["topic"] is not None:
                size[w["topic"], w["year"]] += 1
        last = max(w["year"] for w in self.works.values())
        rising = set()
        for year in range(min(w["year"] for w in self.works.values()), last + 1):
            growth = sorted(
                (-size[t, year] / n, t)
                for (t, y), n in size.items()
                if y == year - 3 and n >= 5 and size.get((t, year))
            )
            rising |= {(t, year) for i, (_, t) in enumerate(growth, 1) if i * 10 <= len(growth)}
        for (hub, work), share in self.shares.items():
            year, topic = self.works[work]["year"] + 3, self.works[work]["topic"]
            if year <= last:
                yield hub, year, work, share if (topic, year) in rising else 0, share, None

    def _interdisciplinarity(self):
        def spread(work):
            cited = [self.all_works[r] for r in self.refs[work] if r in self.all_works]
            cited = [(c["subfield"], c["field"]) for c in cited if c["subfield"] is not None]
            if not cited:
                return None
            counts = defaultdict(int)
            for c in cited:
                counts[c] += 1
            total = 0.0
            for (s1, f1), n1 in counts.items():
                for (s2, f2), n2 in counts.items():
                    distance = 0 if s1 == s2 else 0.5 if f1 == f2 else 1
                    total += distance * n1 * n2 / len(cited) ** 2
            return total

        values = {w: spread(w) for w in self.works}
        return self._each(lambda w, s: (s * values[w], s) if values[w] is not None else None)

    def _university_industry(self):
        kind = {i["institution"]: i["type"] for i in self.star["institutions"]}

        def worth(w, _s):
            kinds = {kind[a["institution"]] for a in self.authorships[w] if a["institution"]}
            both = "company" in kinds and kinds & {"education", "facility"}
            return (1 if both else 0, 1) if kinds else None

        return self._each(worth)

    def _strategic_share(self):
        inside, hubs = self.listed_shares("strategic"), self.spoken_of("strategic")
        for (hub, work), share in self.shares.items():
            if hub in hubs:
                yield hub, self.works[work]["year"], work, inside[hub, work], share, None

    def _new_type_works(self):
        for (hub, work), share in self.listed_shares("new_type").items():
            yield hub, self.works[work]["year"], work, share, 0, None

    def _new_type_impact(self):
        for (hub, work), share in self.listed_shares("new_type").items():
            impact = self.scores.get(work, (0, 0, None))[2]
            if impact is not None:
                yield hub, self.works[work]["year"], work, share * impact, share, None

    def _national_funding_share(self):
        economy = {int(e["id"][1:]): e["economy"] for e in self.lists if e["id"][0] == "F"}
        paid = defaultdict(set)
        for row in self.star["funders"]:
            paid[row["work"]].add(economy.get(row["funder"]))
        hubs = self.spoken_of("national_programme")
        for (hub, work), share in self.shares.items():
            if hub in hubs:
                year, own = self.works[work]["year"], self.country[hub] in paid[work]
                yield hub, year, work, share if own else 0, share, None

    def _hosts(self):
        """(hub, work, whether an author is placed elsewhere) of works from the hub's facilities."""
        kind = {i["institution"]: i["type"] for i in self.star["institutions"]}
        for work in self.works:
            seats = [a["institution"] for a in self.authorships[work] if a["institution"]]
            where = {i: self.hubs_of.get(i, set()) for i in seats}
            for hub in {h for i in seats if kind[i] == "facility" for h in where[i]}:
                yield hub, work, any(hub not in hubs for hubs in where.values())

    def _facility_works(self):
        return [(h, self.works[w]["year"], w, 1, 0, None) for h, w, _ in self._hosts()]

    def _facility_outside_users(self):
        return [(h, self.works[w]["year"], w, out, 1, None) for h, w, out in self._hosts()]

    def _key_top1_share(self):
        def worth(w, s):
            inside = w in self.scores and any(self.is_key(w, key) for key in self.keys)
            return (s * self.scores[w][1], 0) if inside else None

        return self._each(worth)

    def _active_per_million(self):
        last = max(w["year"] for w in self.works.values())
        for author, years in self.years_of.items():
            for year in range(min(years), last + 1):
                seen = max(y for y in years if y <= year)
                if seen <= year - 5:
                    continue
                for hub in self.hubs_at(author, seen):
                    known = self.people.get(hub, {})
                    if known:
                        near = min(known, key=lambda y: (abs(y - year), y))
                        yield hub, year, author, 1e6 / known[near], 0, None

    def _inflow(self):
        return [(h, y, a, 1, 0, None) for h, a, y, _, what in self.moves() if what == 1]

    def _outflow(self):
        return [(h, y, a, 1, 0, None) for h, a, y, _, what in self.moves() if what == -1]

    @cached_property
    def seats(self):
        """(author, year) -> institutions and economies."""
        found = defaultdict(lambda: (set(), set()))
        for work, w in self.works.items():
            for a in self.authorships[work]:
                if a["author"] is not None:
                    found[a["author"], w["year"]][0].add(a["institution"])
                    found[a["author"], w["year"]][1].add(a["country"])
        return found

    def _migrant_share(self):
        for h, a, y, before, what in self.moves():
            if what == 1:
                kept = (self.seats[a, y][0] & self.seats[a, before][0]) - {None}
                yield h, y, a, not kept, 1, None

    def _inflow_origins(self):
        for h, a, y, before, what in self.moves():
            if what == 1:
                for origin in self.seats[a, before][1] - {None}:
                    yield h, y, a, 1, 0, origin

    def _first_to_second_tier(self):
        return [
            (h, y, a, v[1] > 0.5, 1, None) for (h, a, y), v in self.presence.items() if v[0] > 0.5
        ]

    def _early_second_tier(self):
        top = {k for k, v in self.presence.items() if v[0] > 0.5}
        return [r for r in self._early_career_share() if (r[0], r[2], r[1]) in top]

    def _active_authors(self):
        return [(h, y, a, 1, 0, None) for h, a, y in self.presence]

    def _highly_cited_authors(self):
        best = defaultdict(set)
        for work, w in self.works.items():
            if work in self.scores and self.scores[work][1] > 0.5:
                for a in self.authorships[work]:
                    if a["author"] is not None:
                        best[a["author"]].add((work, w["year"]))
        for h, a, y in self.presence:
            if sum(y - 9 <= year <= y for _, year in best[a]) >= 3:
                yield h, y, a, 1, 0, None

    def _net_inflow(self):
        return [(h, y, a, what, 1, None) for h, a, y, _, what in self.moves()]

    def _international_inflow(self):
        economies = defaultdict(set)
        for work, w in self.works.items():
            for a in self.authorships[work]:
                if a["country"] is not None:
                    economies[a["author"], w["year"]].add(a["country"])
        for h, a, y, before, what in self.moves():
            if what == 1 and economies[a, before]:
                yield h, y, a, self.country[h] not in economies[a, before], 1, None

    def _early_career_share(self):
        first = {}
        for a in self.star["authorships"]:
            if a["author"] is not None:
                first[a["author"]] = min(first.get(a["author"], 9999), a["year"])
        return [(h, y, a, y - first[a] <= 8, 1, None) for h, a, y in self.presence]

    def _top_retention(self):
        for (h, a, y), (top10, _) in self.presence.items():
            if top10 > 0.5 and y + 5 in self.years_of[a]:
                yield h, y + 5, a, (h, a, y + 5) in self.presence, 1, None

    def _top_tier(self):
        return [(h, y, a, v[1] > 0.5, 1, None) for (h, a, y), v in self.presence.items()]

    def _second_tier(self):
        return [(h, y, a, v[0] > 0.5, 1, None) for (h, a, y), v in self.presence.items()]

    def _international_share(self):
        for hub, work in self.shares:
            known = self.countries(work)
            if hub and known:
                yield (
                    hub,
                    self.works[work]["year"],
                    work,
                    bool(known - {self.country[hub]}),
                    1,
                    None,
                )

    def _partners(self, work):
        return {h for a in self.authorships[work] for h in self.hubs_of.get(a["institution"], ())}

    def _network_centrality(self):
        for work, w in self.works.items():
            hubs = self._partners(work)
            for one in hubs:
                for two in hubs - {one}:
                    yield one, w["year"], work, 1, 0, two

    _effective_partners = _network_centrality

    def _citations_abroad(self):
        for hub, work in self.shares:
            if not hub:
                continue
            citing = [self.countries(c) for c in self.cited_by[work] if c in self.works]
            citing = [c for c in citing if c]
            if citing:
                far = sum(self.country[hub] not in c for c in citing)
                yield hub, self.works[work]["year"], work, far, len(citing), None

    def _regional_share(self):
        for hub, work in self.shares:
            if hub and self.region[hub]:
                others = self._partners(work) - {hub}
                near = any(self.region[o] == self.region[hub] for o in others)
                yield hub, self.works[work]["year"], work, near, 1, None


GRAIN = 2**30
"""Rows are rounded to so many parts of one before they are summed: a definition as well."""


def slow_fold(kind, rows, times=lambda _unit: 1):
    """{(hub, year): value}; `times` says how often a unit counts (a bootstrap draw)."""
    num, den, parts = (
        defaultdict(float),
        defaultdict(float),
        defaultdict(lambda: defaultdict(float)),
    )
    values = defaultdict(list)
    for hub, year, unit, num_of_it, den_of_it, part in rows:
        n, b = times(unit), round(den_of_it * GRAIN) / GRAIN
        a = num_of_it if kind == "median" else round(num_of_it * GRAIN) / GRAIN
        num[hub, year] += a * n
        den[hub, year] += b * n
        parts[hub, year][part] += a * n
        values[hub, year].append((a, b * n))
    found = {}
    for hub, year in num:
        key, world = (hub, year), (WORLD, year)
        if kind == "sum":
            found[key] = num[key]
        elif kind == "ratio" and den[key]:
            found[key] = num[key] / den[key]
        elif kind == "world_share" and num[world]:
            found[key] = num[key] / num[world]
        elif kind == "specialisation" and den[key] and num[world]:
            found[key] = (num[key] / den[key]) / (num[world] / den[world])
        elif kind == "lead":
            others = [v for (h, y), v in num.items() if y == year and h != hub]
            if others and max(others):
                found[key] = num[key] / max(others)
        elif kind == "median":
            found[key] = weighted_median(values[key])
        elif kind == "entropy" and num[key]:
            shares = [v / num[key] for v in parts[key].values() if v]
            found[key] = math.exp(-sum(p * math.log(p) for p in shares))
    if kind == "pagerank":
        for year in {y for _, y in num}:
            found |= {(h, year): v for h, v in pagerank(year, num, parts).items()}
    return {(h, y): v for (h, y), v in found.items() if h != WORLD and v is not None}


def weighted_median(pairs):
    half, seen = sum(w for _, w in pairs) / 2, 0.0
    for value, weight in sorted(pairs):
        seen += weight
        if weight and seen >= half * (1 - 1e-12):
            return value
    return None


def pagerank(year, num, parts):
    import networkx as nx

    graph = nx.DiGraph()
    for hub, y in num:
        if y == year:
            graph.add_node(hub)
            for partner, weight in parts[hub, y].items():
                if weight:
                    graph.add_edge(hub, partner, weight=weight)
    return nx.pagerank(graph, alpha=0.85, tol=1e-12, max_iter=1000)
