"""The slow, obvious way to every indicator from patents: plain Python, one patent after the other.

Rows (hub, year, unit, num, den, part) as the queries give them; `oracle.slow_fold` puts them
together, `slow_lag` the lag. Nothing here shares code with the queries or the fold.
"""

from collections import defaultdict

TYPES = {"article", "review", "letter"}
WORLD = 0
SETS = {
    "ai": ("G06N3/",),
    "ic": ("H01L",),
    "quantum": ("G06N10/",),
    "energy": ("Y02E",),
}
"""What the symbols of the synthetic patents can meet of the published sets."""


class PatentOracle:
    def __init__(self, tables, star, places, members, hubs, *, numbers):
        """places and members: hub id -> places, institutions; hubs: id -> Hub; numbers: id -> n."""
        self.tables = {n: t.to_pylist() for n, t in tables.items()}
        self.star = star
        self.hubs_at, self.hubs_of = defaultdict(set), defaultdict(set)
        for found, given in ((self.hubs_at, places), (self.hubs_of, members)):
            for hub, named in given.items():
                for one in named:
                    found[one].add(numbers[hub])
        self.region = {numbers[h]: hubs[h].part_of or None for h in numbers}
        self.patents = {
            p["patent"]: p for p in self.tables["patents"] if p["invention"] and not p["withdrawn"]
        }
        self.people = defaultdict(list)
        for i in self.tables["inventors"]:
            if i["patent"] in self.patents:
                self.people[i["patent"]].append(i)
        self.parts = {p: self.shares(p) for p in self.patents}
        self.families = self.first_members()
        self.works, self.work_shares = self.count_works()
        self.cites = self.sure_links()
        self.first = self.first_citing()

    def shares(self, patent):
        """hub -> its part of the patent."""
        found = defaultdict(float, {WORLD: 1.0})
        for i in self.people[patent]:
            for hub in self.hubs_at.get(i["place"], ()):
                found[hub] += 1 / len(self.people[patent])
        return found

    def first_members(self):
        """family -> (the patent that stands for it, year of its first publication)."""
        groups = defaultdict(list)
        for p in self.patents.values():
            groups[p["family"]].append(p)
        return {
            family: (
                min(
                    found,
                    key=lambda p: (not self.people[p["patent"]], p["published"], p["patent"]),
                )["patent"],
                min(p["year"] for p in found),
            )
            for family, found in groups.items()
        }

    def count_works(self):
        works = {
            w["work"]: w["year"]
            for w in self.star["works"].to_pylist()
            if not w["xpac"] and not w["paratext"] and not w["retracted"] and w["type"] in TYPES
        }
        shares = defaultdict(float)
        for a in self.star["authorships"].to_pylist():
            if a["work"] in works:
                for hub in self.hubs_of.get(a["institution"], ()):
                    shares[hub, a["work"]] += a["weight"]
        return works, shares | {(WORLD, w): 1.0 for w in works}

    def sure_links(self):
        """patent -> papers."""
        found = defaultdict(set)
        for link in self.tables["paper_links"]:
            if link["patent"] in self.patents and link["confidence"] >= 4:
                found[link["patent"]].add(link["paper"])
        return found

    def first_citing(self):
        """paper -> year of the first patent that cites it and is not older."""
        found = {}
        for patent, papers in self.cites.items():
            year = self.patents[patent]["year"]
            for paper in papers:
                if paper in self.works and year >= self.works[paper]:
                    found[paper] = min(found.get(paper, 9999), year)
        return found

    def rows(self, indicator):
        name = indicator.removeprefix("pat_")
        full = name.endswith("_full")
        bare = name.removesuffix("_full").removesuffix("_fractional")
        if bare.removesuffix("_families") in SETS:
            return list(self._key_families(bare.removesuffix("_families"), full))
        return list(getattr(self, f"_{bare}")(full))

    def _pct(self, full):
        for patent, p in self.patents.items():
            if p["office"] == "WO":
                for hub, part in self.parts[patent].items():
                    yield hub, p["year"], patent, 1 if full else part, 0, None

    def _pct_world_share(self, full):
        return self._pct(full)

    def _families(self, full):
        for family, (patent, year) in self.families.items():
            for hub, part in self.parts[patent].items():
                yield hub, year, family, 1 if full else part, 0, None

    def _key_families(self, key, full):
        inside = {
            self.patents[f["patent"]]["family"]
            for f in self.tables["patent_fields"]
            if f["patent"] in self.patents and f["symbol"].startswith(SETS[key])
        }
        return (r for r in self._families(full) if r[2] in inside)

    def _science_cited(self, full):
        for (hub, work), share in self.work_shares.items():
            year, worth = self.works[work], 1 if full else share
            yield hub, year, work, worth if self.first.get(work, 9999) <= year + 5 else 0, worth, 0

    def _lab_lag(self, _full):
        """(hub, year, unit, weight, years followed, whether cited)."""
        years = [self.patents[p]["year"] for p in self.cites]
        for (hub, work), share in self.work_shares.items():
            year = self.works[work]
            if hub and min(years) <= year <= max(years):
                end = self.first.get(work)
                seen = end is not None and end - year <= 10
                followed = (end if end is not None else max(years)) - year
                yield hub, year, work, share, min(followed, 10), seen

    def _local_share(self, full):
        for patent, papers in self.cites.items():
            hubs = {h for w in papers for h in self.numbers_of(w)}
            for hub in hubs:
                part = self.parts[patent].get(hub, 0)
                year = self.patents[patent]["year"]
                yield hub, year, patent, bool(part) if full else part, 1, None

    def numbers_of(self, work):
        """Hubs with an author of the work."""
        return {h for h in self.region if (h, work) in self.work_shares}

    def _citing_science(self, full):
        covered = {link["office"] for link in self.tables["paper_links"]}
        for patent, p in self.patents.items():
            if p["office"] in covered:
                for hub, part in self.parts[patent].items():
                    worth = 1 if full else part
                    yield hub, p["year"], patent, worth if self.cites.get(patent) else 0, worth, 0

    def _regional_families(self, _full):
        for family, (patent, year) in self.families.items():
            hubs = set(self.parts[patent]) - {WORLD}
            for hub in hubs:
                near = any(self.region[o] == self.region[hub] for o in hubs - {hub})
                yield hub, year, family, near, 1, None

    _regional_share = _regional_families

    def _regional_citations(self, _full):
        seen = defaultdict(bool)
        for c in self.tables["patent_citations"]:
            if c["patent"] in self.patents and c["cited"] in self.patents:
                citing = set(self.parts[c["patent"]]) - {WORLD}
                for hub in set(self.parts[c["cited"]]) - {WORLD}:
                    for other in citing - {hub}:
                        key = hub, self.patents[c["patent"]]["year"], c["patent"]
                        seen[key] |= self.region[other] == self.region[hub]
        for (hub, year, patent), near in seen.items():
            yield hub, year, patent, near, 1, None


def slow_lag(rows, times=lambda _unit: 1, only=None):
    """{(hub, year): median years}, walking the survival curve year by year; of one year if given."""
    followed, cited = defaultdict(lambda: [0.0] * 11), defaultdict(lambda: [0.0] * 11)
    for hub, year, unit, weight, years, seen in rows:
        followed[hub, year][years] += weight * times(unit)
        cited[hub, year][years] += weight * times(unit) * seen
    found = {}
    for hub, last in followed:
        if only in (None, last):
            cohorts = [(hub, y) for y in range(last - 10, last + 1) if (hub, y) in followed]
            value = _walk([followed[c] for c in cohorts], [cited[c] for c in cohorts])
            if value is not None:
                found[hub, last] = value
    return found


def _walk(followed, cited):
    stays, reached, steps = 1.0, 0.0, []
    for t in range(11):
        at_risk = sum(sum(cohort[t:]) for cohort in followed)
        if at_risk <= 0:
            return None
        stays *= 1 - sum(cohort[t] for cohort in cited) / at_risk
        steps.append((t, reached, 1 - stays))
        reached = 1 - stays
    if reached <= 0:
        return None
    t, low, high = next(s for s in steps if s[2] >= reached / 2)
    return max(t - 0.5 + (reached / 2 - low) / (high - low), 0.0)
