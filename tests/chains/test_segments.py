"""Segments of the store: specialisation equals a plain-Python oracle and the published indicator."""

from collections import defaultdict

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from hubscope.chains import segments
from hubscope.chains.boards import boards, with_bounds
from hubscope.chains.licence import may_publish, publishable
from hubscope.chains.linkage import text
from hubscope.chains.segment_chain import node_id, segment_chain, signals_of
from hubscope.chains.signals import chain_boards, signals
from hubscope.errors import BadDataError
from hubscope.indicators.patents import prepare as prepare_patents
from hubscope.indicators.summing import values
from hubscope.indicators.works_measures import measures
from hubscope.indicators.works_views import prepare
from hubscope.nouns import Hub, Words
from hubscope.sources.chain_rules import share_sums
from hubscope.sources.synthetic import World, economy, hub_of, make, point
from hubscope.sources.synthetic_patents import PatentWorld
from hubscope.sources.synthetic_patents import make as make_patents
from hubscope.store import Store
from hubscope.store.dialect import DuckEngine
from hubscope.store.patents import load_tables
from hubscope.store.patents_views import connect_patents
from hubscope.store.works import load_star

WORLD = World(works=1500, hubs=4, institutions=40, topics=30, years=4, seed=5)
SOURCE = {
    "source": "made-up works, release 2022-06-01",
    "locator": "https://example.org/",
    "licence": "CC0-1.0",
    "vintage": "2022-06-01",
    "retrieved": "2022-06-01",
}


def hub(n):
    lat, lon = point(n)
    return Hub(f"h{n}", Words(f"中心{n}", f"Hub {n}"), economy(n), "cluster", lat, lon)


HUBS = {f"h{n}": hub(n) for n in range(1, 5)}


@pytest.fixture(scope="module")
def star():
    return make(WORLD)


@pytest.fixture(scope="module")
def engine(star, tmp_path_factory):
    """DuckDB over a small store of works and patents, made ready for both queries."""
    store = Store(tmp_path_factory.mktemp("segments"))
    load_star(store, star, name="w", vintage="2022-06-01")
    made = make_patents(WORLD, PatentWorld(families=600), star)
    fields = made["patent_fields"].to_pylist()
    known = {"G06N3/08": 6, "H01L21/02": 8, "A61K31/00": 16, "C07D401/12": 14}
    made["patent_fields"] = pa.Table.from_pylist(
        [f | {"field": known.get(f["symbol"])} for f in fields],
        schema=made["patent_fields"].schema,
    )
    load_tables(store, made, name="p", vintage="2022-06-01", source="synthetic")
    every = np.arange(1, WORLD.institutions + 1)
    members = pa.table(
        {
            "hub": [f"h{h}" for h in hub_of(WORLD, every).tolist() if h],
            "institution": [
                i for i, h in zip(every.tolist(), hub_of(WORLD, every), strict=True) if h
            ],
        }
    )
    places = [
        {"hub": f"h{r['city'].rsplit(' ', 1)[1]}", "institution": r["place"]}
        for r in made["patent_places"].to_pylist()
        if r["city"] and not r["city"].endswith(" 0")
    ]
    with connect_patents(store) as connection:
        duck = DuckEngine(connection)
        prepare(
            duck,
            members,
            HUBS,
            queries=[text("segment_works"), measures()["oa_ai_specialisation"].sql],
        )
        numbers = prepare_patents(duck, members, pa.Table.from_pylist(places), HUBS)
        yield duck, numbers


@pytest.fixture(scope="module")
def found(engine):
    return pl.concat([segments.specialised(engine[0], s, engine[1]) for s in ("science", "patent")])


def test_a_code_stands_under_one_segment_and_every_code_has_words():
    every = [
        (r, c) for s in segments.segments().values() for r, own in s.codes.items() for c in own
    ]
    assert len(every) == len(set(every))
    assert {s.fit for s in segments.segments().values()} == {"close", "broad"}
    wipo = {int(c) for r, c in every if r == "wipo"}
    assert wipo <= set(range(1, 36))
    assert segments.version() == "2026-11-24"


def test_a_code_under_two_segments_is_refused(monkeypatch):
    body = {"version": "x", "a": {"wipo": [1], "fit": "close"}, "b": {"wipo": [1], "fit": "close"}}
    monkeypatch.setattr(segments, "_body", lambda: body)
    segments.segments.cache_clear()
    try:
        with pytest.raises(BadDataError, match=r"wipo.*of a and of b"):
            segments.segments()
    finally:
        segments.segments.cache_clear()


def slow(engine, signal):
    """RCA of each hub, segment and year, counted row by row in Python."""
    duck, numbers = engine
    names = {n: h for h, n in numbers.items()}
    if signal == "science":
        own = duck.rows("SELECT hub, work AS unit, year, weight FROM hub_works", "x").to_pylist()
        of = defaultdict(set)
        for r in duck.rows("SELECT work, subfield, field FROM counted", "x").to_pylist():
            of[r["work"]] |= {("subfields", str(r["subfield"])), ("fields", str(r["field"]))}
        for r in duck.rows("SELECT name, work FROM key_works", "x").to_pylist():
            of[r["work"]].add(("topics", r["name"]))
    else:
        own = duck.rows(
            "SELECT hub, family AS unit, year, weight FROM hub_families", "x"
        ).to_pylist()
        of = defaultdict(set)
        sql = "SELECT DISTINCT family, field FROM counted_patents JOIN patent_fields USING (patent)"
        for r in duck.rows(sql, "x").to_pylist():
            of[r["family"]].add(("wipo", str(r["field"])))
        for r in duck.rows("SELECT name, family FROM key_families", "x").to_pylist():
            of[r["family"]].add(("cpc", r["name"]))
    amount, whole = defaultdict(float), defaultdict(float)
    for r in own:
        whole[r["hub"], r["year"]] += r["weight"]
        for s in segments.segments().values():
            if of[r["unit"]] & {(rule, c) for rule, cs in s.codes.items() for c in cs}:
                amount[r["hub"], s.id, r["year"]] += r["weight"]
    return {
        (names[h], s, y): (v / whole[h, y]) / (amount[0, s, y] / whole[0, y])
        for (h, s, y), v in amount.items()
        if h
    }


@pytest.mark.parametrize("signal", ["science", "patent"])
def test_specialisation_is_the_share_over_the_worlds_share(engine, found, signal):
    expected = slow(engine, signal)
    rows = found.filter((pl.col("signal") == signal) & (pl.col("units") > 0)).to_dicts()
    got = {(r["place"], r["segment"], r["year"]): r["value"] for r in rows}
    assert len(got) > 20
    assert got.keys() <= expected.keys()
    assert got == pytest.approx({k: expected[k] for k in got}, rel=1e-7)
    assert all(
        r["units"] < 10 or r["lo"] * (1 - 1e-9) <= r["value"] <= r["hi"] * (1 + 1e-9) for r in rows
    )


def test_the_segment_of_artificial_intelligence_is_the_published_indicator(engine, found):
    duck, numbers = engine
    names = {n: h for h, n in numbers.items()}
    one = {
        (names[v.hub], v.year): (v.value, v.lo, v.hi)
        for v in values(duck, measures()["oa_ai_specialisation"])
    }
    own = found.filter(
        (pl.col("signal") == "science") & (pl.col("segment") == "ai") & (pl.col("units") > 0)
    )
    two = {(r["place"], r["year"]): (r["value"], r["lo"], r["hi"]) for r in own.to_dicts()}
    assert len(two) >= 12
    for key, value in two.items():
        assert value == pytest.approx(one[key], rel=1e-12)


def test_none_seen_is_nought_up_to_what_may_hide(found):
    rows = found.filter((pl.col("units") == 0) & (pl.col("signal") == "patent")).to_dicts()
    assert rows
    assert all(r["value"] == 0 == r["lo"] < r["hi"] for r in rows)
    assert segments.unseen(10) == pytest.approx(1 - 0.025**0.1)
    assert (1 - segments.unseen(30)) ** 30 == pytest.approx(0.025)


def test_a_segment_that_the_world_has_nothing_of_is_missing(found):
    assert "transport" not in set(found.filter(pl.col("signal") == "patent")["segment"])
    assert "construction" not in set(found["segment"])


def test_the_chain_of_a_store_has_evidence_on_every_link(found):
    made = segment_chain(found, HUBS, {"science": SOURCE, "patent": SOURCE | {"note": "p"}})
    evidence = {e["id"]: e for e in made.evidence.to_pylist()}
    links = made.links.to_pylist()
    assert {x["rel"] for x in links} == {"authored", "owned", "maps_to", "part_of"}
    assert all(evidence[x["evidence"]]["vintage"] for x in links)
    ids = made.nodes["id"].to_pylist()
    assert len(ids) == len(set(ids))
    assert {x[e] for x in links for e in ("src", "dst")} <= set(ids)
    maps = (
        pl.DataFrame([x for x in links if x["rel"] == "maps_to"])
        .group_by("src")
        .agg(pl.col("share").sum())
    )
    assert set(maps["share"]) == {100.0}
    assert share_sums(made) == []


def test_what_may_not_be_published_is_held_back(found):
    made = segment_chain(
        found,
        HUBS,
        {
            "science": SOURCE | {"licence": "not stated"},
            "patent": SOURCE | {"licence": "CC0-1.0 AND CC-BY-NC-4.0"},
        },
    )
    kept, held = publishable(made)
    assert held.keys() == {"not stated", "CC0-1.0 AND CC-BY-NC-4.0"}
    assert set(kept.links["rel"].to_pylist()) == {"maps_to", "part_of"}
    assert may_publish("CC0-1.0 AND CC-BY-4.0")
    assert not may_publish("CC0-1.0 AND not stated")


def test_boards_take_science_and_patents_from_the_store(found):
    made = segment_chain(found, HUBS, {"science": SOURCE, "patent": SOURCE})
    beside = signals_of(found, {node_id(s): s for s in segments.segments()})
    rows = chain_boards(made, "h1", beside=beside)
    both = rows.filter(pl.col("science").is_not_null() & pl.col("patent").is_not_null())
    assert both.height > 5
    known = {(r["place"], r["segment"], r["year"], r["signal"]): r for r in beside.to_dicts()}
    for row in both.to_dicts():
        for signal in ("science", "patent"):
            own = known["h1", row["segment"], row["year"], signal]
            assert row[signal] == own["value"]
            assert (row[f"{signal}_lo"], row[f"{signal}_hi"]) == (own["lo"], own["hi"])
    assert set(both["board"]) <= {"long", "short", "even"}


def test_a_chain_of_ones_own_takes_them_for_the_segments_it_names(found, small):
    one = found.with_columns(pl.col("place").replace("h1", "cn"))
    seen = signals(small, "cn", beside=signals_of(one, {"cell": "ic"}))
    own = seen.filter((pl.col("place") == "cn") & (pl.col("segment") == "cell"))
    assert own.height
    assert own["science"].is_not_null().any()
    assert own["patent"].is_not_null().any()


def test_a_board_is_sure_only_where_no_range_crosses_the_threshold():
    rows = [
        ("p", "s", 2020, 1.5, 1.4),
        ("p", "t", 2020, 1.5, 0.9),
        ("p", "u", 2020, 1.5, None),
        ("p", "v", 2020, None, None),
    ]
    given = pl.DataFrame(
        rows, schema=["place", "segment", "year", "science", "patent"], orient="row"
    )
    ranges = {
        ("s", "science"): (1.2, 1.8),
        ("s", "patent"): (1.1, 1.6),
        ("t", "science"): (1.2, 1.8),
        ("t", "patent"): (0.7, 1.1),
        ("u", "science"): (1.01, 2.0),
    }
    beside = pl.DataFrame(
        [("p", s, 2020, g, 0.0, lo, hi, 12) for (s, g), (lo, hi) in ranges.items()],
        schema=["place", "segment", "year", "signal", "value", "lo", "hi", "units"],
        orient="row",
    )
    out = with_bounds(boards(given), beside)
    assert dict(zip(out["segment"], out["sure"], strict=True)) == {
        "s": True,
        "t": False,
        "u": True,
        "v": None,
    }
    assert with_bounds(boards(given), None)["sure"].null_count() == 4
