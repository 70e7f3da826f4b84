"""A change of the works is measured as if everything had been measured from scratch."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from hubscope.indicators import remeasure
from hubscope.indicators.beside import Beside
from hubscope.indicators.kept import Kept
from hubscope.indicators.works import measure_works
from hubscope.indicators.works_measures import chosen, measures
from hubscope.indicators.works_views import beside_the_star
from hubscope.nouns import Hub, Words
from hubscope.sources.star import FACTS
from hubscope.sources.synthetic import World, economy, hub_of, make
from hubscope.store import Store
from hubscope.store import works as works_store
from hubscope.store.dialect import DuckEngine
from hubscope.store.kept import kept_engine, kept_folder
from hubscope.store.works_views import connect_works

WORLD = World(works=6_000)
EVERY = np.arange(1, WORLD.works + 1)
ADDED, CHANGED, DELETED = EVERY[5::200], EVERY[55::200], EVERY[105::400]


def rows_of(table, works):
    return table.filter(pc.is_in(table["work"], pa.array(works)))


def changed(star):
    """The delta: works that came, and works that changed in every respect a source can change."""
    delta = star | {n: rows_of(star[n], np.r_[ADDED, CHANGED]) for n in FACTS}
    works = delta["works"].to_pandas()
    hit = works["work"].isin(CHANGED)
    turn = np.arange(len(works)) % 4
    works.loc[hit, "cited"] += 9
    works.loc[hit & (turn == 1), "retracted"] = True
    works.loc[hit & (turn == 2), ["topic", "subfield", "field"]] = (3, 2208, 22)
    works.loc[hit & (turn == 3), "type"] = "review"
    people = delta["authorships"].to_pandas()
    moved = people["work"].isin(CHANGED[::2]) & people["institution"].notna()
    people.loc[moved, "institution"] = people.loc[moved, "institution"] % WORLD.institutions + 1
    refs = delta["references"].to_pandas()
    refs = refs[~(refs["work"].isin(CHANGED[1::3]) & (refs["cited"] % 2 == 0))]
    frames = {"works": works, "authorships": people, "references": refs}
    tables = {n: pa.Table.from_pandas(f, FACTS[n], preserve_index=False) for n, f in frames.items()}
    return delta | tables


@pytest.fixture(scope="module")
def hubs():
    return {
        f"h{n:02}": Hub(f"h{n:02}", Words("合成", "Synthetic"), economy(n), part_of=f"r{n // 3}")
        for n in range(1, WORLD.hubs + 1)
    }


@pytest.fixture(scope="module")
def members():
    institutions = np.arange(1, WORLD.institutions + 1)
    at = hub_of(WORLD, institutions)
    return pa.table({"hub": [f"h{h:02}" for h in at[at > 0]], "institution": institutions[at > 0]})


@pytest.fixture(scope="module")
def beside():
    funders = pa.table({"funder": pa.array([1], pa.int64()), "country": ["CN"]})
    economies = pa.table({"list": ["strategic"], "country": ["CN"]})
    curated = pa.table(
        {"list": ["strategic", "new_type"], "institution": pa.array([3, 8], pa.int64())}
    )
    people = {f"h{n:02}": {2015: 1e6 * n} for n in range(1, WORLD.hubs + 1)}
    return Beside(people=people, curated=curated, programme_funders=funders, economies=economies)


def scratch(store, members, hubs, beside):
    star = make(World(works=10))
    with connect_works(store) as connection:
        return measure_works(DuckEngine(connection), members, star["sites"], hubs,
                             vintage="2026-09-01", sha256="0", beside=beside)[0]  # fmt: skip


def again(store, members, hubs, beside, ids=()):
    with kept_engine(store, memory="1GB") as engine:
        _, tables = beside_the_star(engine, members, hubs, beside)
        tables["located"] = make(World(works=10))["sites"].select(["institution"])
        return remeasure.measure(engine, Kept(kept_folder(store)), chosen(ids), tables)


@pytest.fixture(scope="module")
def stages(hubs, members, beside, tmp_path_factory):
    """Measured at first, after the change, and once more; the last two with what scratch gives."""
    star = make(WORLD)
    store = Store(tmp_path_factory.mktemp("changing"))
    first = star | {n: rows_of(star[n], np.setdiff1d(EVERY, ADDED)) for n in FACTS}
    works_store.load_star(store, first, name="first", vintage="2026-06-01")
    one = again(store, members, hubs, beside)
    works_store.load_star(store, changed(star), name="delta", vintage="2026-09-01")
    works_store._publish(store, [], dict.fromkeys(DELETED.tolist(), ""))
    two = again(store, members, hubs, beside)
    three = again(store, members, hubs, beside)
    return one, two, three, scratch(store, members, hubs, beside)


def by_key(measured, names):
    return {
        (indicator, names[v.hub], v.year): (v.value, v.lo, v.hi)
        for indicator, found in measured.values.items()
        for v in found
    }


def test_only_what_changed_is_measured_again(stages):
    one, two, three, _ = stages
    assert one.touched is None
    assert two.touched == len(ADDED) + len(CHANGED) + len(DELETED)
    assert three.touched == 0
    medians = {i for i, m in measures().items() if m.settings.kind == "median"}
    assert medians <= set(two.whole)
    assert len(two.whole) < len(measures()) / 4, two.whole


@pytest.mark.parametrize("stage", [1, 2])
def test_the_result_is_that_of_measuring_from_scratch(stages, hubs, stage):
    names = dict(enumerate(sorted(hubs), 1))
    found = by_key(stages[stage], names)
    expected = {(o.indicator, o.hub, o.year): (o.value, o.lo, o.hi) for o in stages[3]}
    assert found.keys() == expected.keys()
    for key, values in expected.items():
        assert found[key] == values, key


def test_the_change_was_one(stages, hubs):
    names = dict(enumerate(sorted(hubs), 1))
    before, after = by_key(stages[0], names), by_key(stages[1], names)
    differ = {key[0] for key in after if before.get(key) != after[key]}
    assert len(differ) >= len(measures()) - 5


def test_what_cannot_be_trusted_is_measured_from_scratch(hubs, members, beside, tmp_path):
    store = Store(tmp_path)
    works_store.load_star(store, make(World(works=300)), name="few", vintage="2026-06-01")
    kept = Kept(kept_folder(store))
    three = ("oa_works_full", "oa_disruption", "oa_active_authors")
    assert again(store, members, hubs, beside, three).touched is None
    assert again(store, members, hubs, beside, three).touched == 0
    elsewhere = members.slice(1)  # an institution that works name has left its hub
    assert again(store, elsewhere, hubs, beside, three).touched is None
    kept.distrust()  # as a run that was killed leaves it
    assert kept.about() == {}
    assert again(store, elsewhere, hubs, beside, three).touched is None
    (kept.folder / "about.json").write_text("{")
    assert again(store, elsewhere, hubs, beside, three).touched is None
