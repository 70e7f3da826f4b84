"""Basic research and industry: hand cases, and a plain-Python oracle on random tables."""

import json
import random
from collections import defaultdict

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from hubscope.chains import linkage
from hubscope.indicators.key_fields import key_fields
from hubscope.indicators.patents import prepare as prepare_patents
from hubscope.indicators.works_views import prepare, read_by
from hubscope.nouns import Hub, Words
from hubscope.sources.synthetic import World, economy, hub_of, make, point
from hubscope.sources.synthetic_patents import PatentWorld
from hubscope.sources.synthetic_patents import make as make_patents
from hubscope.store import Store
from hubscope.store.dialect import DuckEngine
from hubscope.store.patents import load_tables
from hubscope.store.patents_views import connect_patents
from hubscope.store.works import load_star
from hubscope.store.works_views import connect_works

PLACES = ("p", "q", "r", "", None)
TYPES = ("education", "company", "facility", None)


def frame(rows, *columns):
    return pl.DataFrame(rows, schema=list(columns), orient="row", infer_schema_length=None)


def engine(papers=(), parts=(), patents=(), pairs=(), window=linkage.ALWAYS):
    tables = {
        "papers": pl.DataFrame(
            papers, schema={"paper": str, "year": pl.Int32, "field": str}, orient="row"
        ),
        "parts": pl.DataFrame(
            parts, schema={"paper": str, "type": str, "place": str}, orient="row"
        ),
        "patents": pl.DataFrame(
            patents,
            schema={"patent": str, "year": pl.Int32, "field": str, "place": str},
            orient="row",
        ),
        "pairs": pl.DataFrame(pairs, schema={"patent": str, "paper": str}, orient="row"),
    }
    return linkage.from_tables(tables, window)


def world(seed):
    """Random papers, parts, patents and pairs; many of each lack a place, a type or a year."""
    rng = random.Random(seed)
    papers = [
        (f"w{i}", 2000 + rng.randrange(20), f) for i in range(60) for f in rng.sample("fgh", 2)
    ]
    years = {}
    papers = [(p, years.setdefault(p, y), f) for p, y, f in papers]
    parts = [(f"w{rng.randrange(60)}", rng.choice(TYPES), rng.choice(PLACES)) for _ in range(160)]
    patents = []
    for i in range(50):
        year = 2005 + rng.randrange(18)
        patents += [
            (f"v{i}", year, rng.choice("xy"), rng.choice(PLACES))
            for _ in range(rng.randrange(1, 4))
        ]
    pairs = [(f"v{rng.randrange(55)}", f"w{rng.randrange(70)}") for _ in range(120)]
    return papers, parts, patents, pairs


def slow_joint(papers, parts, window):
    here, kinds = defaultdict(set), defaultdict(set)
    for paper, kind, place in parts:
        if kind:
            kinds[paper].add(kind)
        if place:
            here[paper, place].add(kind)
    found = {}
    for paper, year, field in set(papers):
        for (other, place), own in here.items():
            if other == paper and window[0] <= year <= window[1]:
                row = found.setdefault((place, field), [0, 0, 0, 0])
                row[0] += 1
                row[1] += bool(kinds[paper])
                row[2] += {"company", "education"} <= kinds[paper]
                row[3] += {"company", "education"} <= own
    return found


def slow_citing(papers, parts, patents, pairs, window):
    year_of = {p: y for p, y, _ in papers}
    where = defaultdict(set)
    for paper, _, place in parts:
        where[paper].add(place)
    cited = defaultdict(set)
    for patent, paper in pairs:
        cited[patent].add(paper)
    found = defaultdict(lambda: {"patents": set(), "citing": set(), "lags": [], "near": []})
    for patent, year, field, place in set(patents):
        if place and window[0] <= year <= window[1]:
            row = found[place, field]
            row["patents"].add(patent)
            for paper in cited[patent]:
                row["citing"].add(patent)
                if paper in year_of:
                    row["lags"].append(year - year_of[paper])
                if where[paper] - {None}:
                    row["near"].append(place in where[paper])
    return found


def slow_uptake(papers, parts, patents, pairs, window):
    years, places = {}, defaultdict(set)
    for patent, year, _, place in patents:
        years[patent] = min(year, years.get(patent, year))
        places[patent].add(place)
    users = defaultdict(set)
    for patent, paper in pairs:
        users[paper].add(patent)
    found = defaultdict(lambda: {"papers": 0, "used": 0, "lags": [], "near": []})
    for paper, year, field in set(papers):
        for place in {w for p, _, w in parts if p == paper and w}:
            if not window[0] <= year <= window[1]:
                continue
            row = found[place, field]
            row["papers"] += 1
            row["used"] += bool(users[paper])
            first = [years[v] for v in users[paper] if v in years]
            row["lags"] += [min(first) - year] if first else []
            row["near"] += [place in places[v] for v in users[paper] if places[v] - {None}]
    return found


def mean(values):
    return pytest.approx(sum(values) / len(values)) if values else None


WINDOWS = [linkage.ALWAYS, (2006, 2012)]


@pytest.mark.parametrize("window", WINDOWS, ids=["always", "window"])
@pytest.mark.parametrize("seed", range(6))
def test_joint_papers_equal_the_oracle(seed, window):
    papers, parts, *_ = world(seed)
    found = linkage.joint_papers(engine(papers, parts, window=window))
    counts = {(r[0], r[1]): list(r[2:]) for r in found.select(
        "place", "field", "papers", "typed", "joint", "within"
    ).iter_rows()}  # fmt: skip
    assert counts == slow_joint(papers, parts, window)
    for row in found.iter_rows(named=True):
        assert row["share"] == (row["joint"] / row["typed"] if row["typed"] else None)
        assert row["local"] == (row["within"] / row["joint"] if row["joint"] else None)


@pytest.mark.parametrize("window", WINDOWS, ids=["always", "window"])
@pytest.mark.parametrize("seed", range(6))
def test_citing_patents_equal_the_oracle(seed, window):
    given = world(seed)
    found = linkage.citing_patents(engine(*given, window=window))
    slow = slow_citing(*given, window)
    assert {(r["place"], r["field"]) for r in found.iter_rows(named=True)} == set(slow)
    for row in found.iter_rows(named=True):
        own = slow[row["place"], row["field"]]
        assert row["patents"] == len(own["patents"])
        assert row["citing"] == len(own["citing"])
        assert row["share"] == len(own["citing"]) / len(own["patents"])
        assert (row["dated"], row["located"]) == (len(own["lags"]), len(own["near"]))
        assert row["lag"] == mean(own["lags"])
        assert row["local"] == mean(own["near"])


@pytest.mark.parametrize("window", WINDOWS, ids=["always", "window"])
@pytest.mark.parametrize("seed", range(6))
def test_used_papers_equal_the_oracle(seed, window):
    given = world(seed)
    found = linkage.used_papers(engine(*given, window=window))
    slow = slow_uptake(*given, window)
    assert {(r["place"], r["field"]) for r in found.iter_rows(named=True)} == set(slow)
    for row in found.iter_rows(named=True):
        own = slow[row["place"], row["field"]]
        assert (row["papers"], row["used"]) == (own["papers"], own["used"])
        assert row["lag"] == mean(own["lags"])
        assert row["local"] == mean(own["near"])


def test_joint_papers_need_a_company_and_a_university():
    parts = [
        ("1", "education", "p"),
        ("1", "company", "q"),
        ("2", "education", "p"),
        ("3", "company", "p"),
        ("3", "facility", "p"),
        ("4", None, "p"),
        ("5", "company", "p"),
        ("5", "education", "p"),
    ]
    papers = [(str(i), 2020, "f") for i in range(1, 6)]
    found = linkage.joint_papers(engine(papers, parts))
    assert found.select("place", "papers", "typed", "joint", "share", "local").rows() == [
        ("p", 5, 4, 2, 0.5, 0.5),
        ("q", 1, 1, 1, 1.0, 0.0),
    ]


def test_a_patent_cites_science_even_where_the_paper_is_not_at_hand():
    found = linkage.citing_patents(engine([], [], [("v", 2020, "x", "p")], [("v", "elsewhere")]))
    row = found.row(0, named=True)
    assert (row["citing"], row["share"]) == (1, 1.0)
    assert (row["lag"], row["local"], row["located"]) == (None, None, 0)


def test_the_gap_is_to_the_median_of_those_with_enough():
    found = pl.DataFrame(
        {
            "place": ["p", "q", "r", "s"],
            "field": ["f"] * 4,
            "share": [0.5, 0.2, 0.4, 1.0],
            "papers": [20, 20, 20, 3],
        }
    )
    (row,) = linkage.gap_to_peers(found, "p", "share", of="papers").to_dicts()
    assert (row["peers"], row["others"]) == (pytest.approx(0.3), 2)
    assert (row["best"], row["best_place"]) == (0.4, "r")
    assert row["gap"] == pytest.approx(0.2)
    (small,) = linkage.gap_to_peers(found, "s", "share", of="papers").to_dicts()
    assert (small["own"], small["gap"]) == (None, None)
    assert json.dumps(small)


def test_wilson_by_hand():
    lo, hi = linkage.wilson(5, 10, 1.96)
    assert (lo, hi) == (pytest.approx(0.2366, abs=1e-4), pytest.approx(0.7634, abs=1e-4))
    assert linkage.wilson(0, 10)[0] == 0
    assert linkage.wilson(10, 10)[1] == 1
    assert linkage.wilson(0, 0) == (None, None)


def test_two_places_of_one_paper_are_one_joint_paper():
    papers = [(str(i), 2020, "all") for i in range(1, 5)]
    parts = [("1", "company", "p"), ("1", "education", "q"), ("1", "education", "p"),
             ("2", None, "p"), ("3", None, "q"), ("4", None, "q"), ("4", None, "")]  # fmt: skip
    found = linkage.together(engine(papers, parts))
    assert found.rows() == [("p", "q", 2020, 1, 2, 3, "papers")]


@pytest.fixture(scope="module")
def works(tmp_path_factory):
    """The views over a synthetic store, and the star and members that the oracle reads."""
    given = World(works=2000)
    star = make(given)
    store = Store(tmp_path_factory.mktemp("works"))
    load_star(store, star, name="synthetic", vintage="2026-06-01")
    hubs = {f"h{n:02}": Hub(f"h{n:02}", Words("甲", "A"), economy(n)) for n in range(1, 13)}
    institutions = np.arange(1, given.institutions + 1)
    of = hub_of(given, institutions)
    members = pa.table(
        {"hub": [f"h{h:02}" for h in of[of > 0].tolist()], "institution": institutions[of > 0]}
    )
    located = pa.table({"institution": institutions[:-40]})
    with connect_works(store) as connection:
        found = DuckEngine(connection)
        prepare(found, members, hubs, queries=["FROM key_works"])
        linkage.from_works(found, located)
        yield found, star, members, located


def from_star(star, members, located):
    """The papers and parts that the star says, one row after the other."""
    kinds = {i["institution"]: i["type"] for i in star["institutions"].to_pylist()}
    hubs = defaultdict(list)
    for row in members.to_pylist():
        hubs[row["institution"]].append(row["hub"])
    known = set(located["institution"].to_pylist())
    counted = {
        w["work"]: w
        for w in star["works"].to_pylist()
        if not (w["xpac"] or w["paratext"] or w["retracted"])
        and w["type"] in ("article", "review", "letter")
    }
    papers = [(w, row["year"], "all") for w, row in counted.items()]
    papers += [(w, row["year"], f"field-{row['field']}") for w, row in counted.items()]
    parts = [
        (a["work"], kinds[a["institution"]], place)
        for a in star["authorships"].to_pylist()
        if a["work"] in counted and a["institution"] in kinds
        for place in hubs[a["institution"]] or [""] * (a["institution"] in known) or [None]
    ]
    return papers, parts


def test_the_store_gives_what_the_oracle_gives(works):
    found, star, members, located = works
    papers, parts = from_star(star, members, located)
    slow = slow_joint(papers, set(parts), linkage.ALWAYS)
    made = linkage.joint_papers(found).filter(~pl.col("field").str.starts_with("key-"))
    columns = ("place", "field", "papers", "typed", "joint", "within")
    assert {(r[0], r[1]): list(r[2:]) for r in made.select(columns).iter_rows()} == slow
    assert any(row[2] for row in slow.values())


def test_patents_beside_the_store(works):
    found, star, members, located = works
    papers, parts = from_star(star, members, located)
    rng = random.Random(5)
    ids = [p for p, *_ in papers]
    patents = [
        (f"v{i}", 2015 + i % 8, "wipo-4", rng.choice(["h01", "h02", "", None])) for i in range(300)
    ]
    pairs = [(f"v{rng.randrange(320)}", rng.choice(ids)) for _ in range(900)]
    linkage.give_patents(
        found,
        {
            "patents": frame(patents, "patent", "year", "field", "place"),
            "pairs": frame(pairs, "patent", "paper"),
        },
    )
    slow = slow_citing(papers, set(parts), patents, pairs, linkage.ALWAYS)
    made = linkage.citing_patents(found)
    assert made.height == len(slow) == 2
    for row in made.iter_rows(named=True):
        own = slow[row["place"], row["field"]]
        assert row["citing"] == len(own["citing"])
        assert row["lag"] == mean(own["lags"])
        assert row["local"] == mean(own["near"])
    slow = slow_uptake(papers, set(parts), patents, pairs, linkage.ALWAYS)
    for row in linkage.used_papers(found).iter_rows(named=True):
        if not row["field"].startswith("key-"):
            own = slow[row["place"], row["field"]]
            assert (row["papers"], row["used"]) == (own["papers"], own["used"])
            assert (row["lag"], row["local"]) == (mean(own["lags"]), mean(own["near"]))


def from_patents(made, members):
    """The patents and pairs that the tables say, one row after the other."""
    hubs = defaultdict(set)
    for row in members.to_pylist():
        hubs[row["institution"]].add(row["hub"])
    known = {p["place"] for p in made["patent_places"].to_pylist() if p["city"] or p["latitude"]}
    counted = {
        p["patent"]: p["year"]
        for p in made["patents"].to_pylist()
        if p["invention"] and not p["withdrawn"]
    }
    fields = defaultdict(lambda: {"all"})
    for row in made["patent_fields"].to_pylist():
        if row["field"] is not None:
            fields[row["patent"]].add(f"wipo-{row['field']}")
    where = defaultdict(set)
    for row in made["inventors"].to_pylist():
        place = row["place"]
        where[row["patent"]] |= hubs[place] or ({""} if place in known else {None})
    patents = [
        (patent, year, field, place)
        for patent, year in counted.items()
        for field in fields[patent]
        for place in where[patent] or {None}
    ]
    pairs = {
        (r["patent"], r["paper"])
        for r in made["paper_links"].to_pylist()
        if r["confidence"] >= 4 and r["patent"] in counted
    }
    return patents, sorted(pairs)


def inside(made):
    """Which place of the made-up patents lies in which made-up hub."""
    return pa.Table.from_pylist(
        [
            {"hub": f"h{h:02}", "institution": p["place"]}
            for p in made["patent_places"].to_pylist()
            for h in range(1, 13)
            if p["latitude"] is not None
            and abs(p["latitude"] - point(h)[0]) < 1
            and abs(p["longitude"] - point(h)[1]) < 1
        ]
    )


def test_the_stores_patents_give_what_the_oracle_gives(works, tmp_path):
    _, star, members, located = works
    made = make_patents(World(works=2000), PatentWorld(400), star)
    store = Store(tmp_path / "store")
    load_star(store, star, name="synthetic", vintage="2026-06-01")
    load_tables(store, made, name="synthetic", vintage="2026-06-01")
    hubs = {f"h{n:02}": Hub(f"h{n:02}", Words("甲", "A"), economy(n)) for n in range(1, 13)}
    with connect_patents(store) as connection:
        found = DuckEngine(connection)
        prepare_patents(found, members, inside(made), hubs)
        found.give("key_fields", key_fields(star["topic_tree"]))
        (view,) = [v for v in read_by("FROM key_works") if v.name == "key_works"]
        found.define(view.name, view.sql)
        linkage.from_works(found, located)
        linkage.from_patents(found, made["patent_places"])
        citing, used = linkage.citing_patents(found), linkage.used_papers(found)
        both = linkage.together(found)
    papers, parts = from_star(star, members, located)
    patents, pairs = from_patents(made, inside(made))
    slow = slow_citing(papers, set(parts), patents, pairs, linkage.ALWAYS)
    rows = [r for r in citing.iter_rows(named=True) if not r["field"].startswith("key-")]
    assert {(r["place"], r["field"]) for r in rows} == set(slow)
    for row in rows:
        own = slow[row["place"], row["field"]]
        assert (row["patents"], row["citing"]) == (len(own["patents"]), len(own["citing"]))
        assert (row["lag"], row["local"]) == (mean(own["lags"]), mean(own["near"]))
    assert sum(r["citing"] for r in rows) > 100
    slow = slow_uptake(papers, set(parts), patents, pairs, linkage.ALWAYS)
    for row in used.iter_rows(named=True):
        if not row["field"].startswith("key-"):
            own = slow[row["place"], row["field"]]
            assert (row["papers"], row["used"]) == (own["papers"], own["used"])
            assert row["local"] == mean(own["near"])
    assert set(both["unit"]) == {"papers", "patents"}
