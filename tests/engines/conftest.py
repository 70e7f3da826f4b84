"""One synthetic world of works for every engine, and the slow oracle that knows its answers."""

import importlib.util
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from hubscope.indicators.beside import Beside
from hubscope.indicators.key_fields import key_fields
from hubscope.nouns import Hub, Words
from hubscope.sources import lists as curated
from hubscope.sources.synthetic import World, economy, hub_of, make
from hubscope.sources.synthetic_lists import lists, people
from hubscope.sources.synthetic_patents import PatentWorld
from hubscope.sources.synthetic_patents import make as make_patents
from hubscope.store import Store
from hubscope.store.patents import load_tables
from hubscope.store.works import load_star

WORLD = World(works=20_000)
QUICK_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""For a Java that lives for minutes: compiling for speed costs more than it gives back."""


def _load(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def quick_java():
    """Every Java that starts while a file of tests runs compiles little."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_TOOL_OPTIONS", QUICK_JAVA)
        yield


@pytest.fixture(scope="session")
def oracle_module():
    return _load("oracle")


@pytest.fixture(scope="session")
def star():
    return make(WORLD)


@pytest.fixture(scope="session")
def world_hubs():
    """Hubs h01 .. h12 by id; three to a region."""
    return {
        f"h{n:02}": Hub(
            f"h{n:02}", Words("合成", "Synthetic"), economy(n), part_of=f"r{(n - 1) // 3}"
        )
        for n in range(1, WORLD.hubs + 1)
    }


@pytest.fixture(scope="session")
def members():
    institutions = np.arange(1, WORLD.institutions + 1)
    hubs = hub_of(WORLD, institutions)
    ids = [f"h{h:02}" for h in hubs[hubs > 0].tolist()]
    return pa.table({"hub": ids, "institution": institutions[hubs > 0]})


@pytest.fixture(scope="session")
def works_store(star, tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("works"))
    load_star(store, star, name="synthetic", vintage="2026-06-01")
    return store


@pytest.fixture(scope="session")
def world_people():
    """People of every hub but the last, of two years."""
    return {f"h{n:02}": {2012: people(n), 2016: 1.1 * people(n)} for n in range(1, WORLD.hubs)}


@pytest.fixture(scope="session")
def beside(star, world_people):
    """What stands beside the works: people and the world's curated lists."""
    entries = [curated.Entry(**row) for row in lists(WORLD)]
    return Beside(
        world_people,
        curated.institutions(entries, star["institutions"], star["lineage"]),
        curated.funders(entries),
        curated.economies(entries),
    )


@pytest.fixture(scope="session")
def oracle(oracle_module, star, members, world_hubs, world_people):
    from hubscope.indicators.works import hub_numbers

    by_hub = {}
    for row in members.to_pylist():
        by_hub.setdefault(row["hub"], set()).add(row["institution"])
    keys = {}
    for row in key_fields(star["topic_tree"]).to_pylist():
        rules = keys.setdefault(row["name"], {"topics": set(), "subfields": set(), "fields": set()})
        for what in ("topic", "subfield", "field"):
            if row[what] is not None:
                rules[f"{what}s"].add(row[what])
    return oracle_module.Oracle(
        star, by_hub, world_hubs, hub_numbers(by_hub), keys, lists=lists(WORLD), people=world_people
    )


@pytest.fixture(scope="session")
def oracle_patents_module():
    return _load("oracle_patents")


@pytest.fixture(scope="session")
def patent_world():
    return PatentWorld(families=4000)


@pytest.fixture(scope="session")
def patent_tables(star, patent_world):
    return make_patents(WORLD, patent_world, star)


@pytest.fixture(scope="session")
def patents_made(patent_tables, star):
    return patent_tables, star


@pytest.fixture(scope="session")
def inventor_places(patent_tables):
    """Which place of the inventors lies in which hub: their city's name says it."""
    cities = [
        (int(r["city"].split()[-1]), r["place"]) for r in patent_tables["patent_places"].to_pylist()
    ]
    inside = [(f"h{hub:02}", place) for hub, place in cities if hub]
    return pa.table({"hub": [h for h, _ in inside], "institution": [p for _, p in inside]})


@pytest.fixture(scope="session")
def patents_store(star, patent_tables, tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("patents"))
    load_star(store, star, name="synthetic", vintage="2026-06-01")
    load_tables(store, patent_tables, name="synthetic", vintage="2026-06-01")
    return store


@pytest.fixture(scope="session")
def patent_oracle(oracle_patents_module, patents_made, inventor_places, members, world_hubs):
    from hubscope.indicators.works import hub_numbers

    def grouped(table):
        found = {}
        for row in table.to_pylist():
            found.setdefault(row["hub"], set()).add(row["institution"])
        return found

    return oracle_patents_module.PatentOracle(
        *patents_made,
        grouped(inventor_places),
        grouped(members),
        world_hubs,
        numbers=hub_numbers(world_hubs),
    )
