"""The made-up world: what is planted is there, and its JSON loads back to the same star."""

import numpy as np
import pyarrow.parquet as pq
import pytest

from hubscope.sources.openalex.flat import flatten
from hubscope.sources.openalex.layout import Part
from hubscope.sources.star import STAR
from hubscope.sources.synthetic import World, as_json_lines, make

WORLD = World(works=2_000)


@pytest.fixture(scope="module")
def star():
    return make(WORLD)


def test_the_same_seed_gives_the_same_world(star):
    again = make(WORLD)
    assert all(star[n].equals(again[n]) for n in STAR)
    assert not make(World(works=2_000, seed=7))["works"].equals(star["works"])


def test_every_table_has_its_schema_and_weights_sum_to_the_works(star):
    assert {n: t.schema for n, t in star.items()} == STAR
    a = star["authorships"]
    sums = np.bincount(a["work"].to_numpy(), a["weight"].to_numpy())[1:]
    assert sums == pytest.approx(np.ones(2_000))
    assert a["institution"].null_count / len(a) == pytest.approx(0.2 / 1.1, abs=0.02)


def test_its_json_loads_back_to_the_same_star(star, tmp_path):
    path = tmp_path / "part.jsonl"
    path.write_bytes(b"".join(as_json_lines(star)))
    flatten(Part(path, path.name, ""), tmp_path)
    tables = (
        "works",
        "authorships",
        "references",
        "topics",
        "funders",
        "institutions",
        "topic_tree",
    )
    for name in tables:
        made = star[name].to_pylist()
        read = pq.read_table(tmp_path / f"{name}.parquet").to_pylist()
        if name == "authorships":
            made.sort(key=lambda r: (r["year"], r["work"], r["seq"], r["institution"] or 10**9))
            for one, two in zip(made, read, strict=True):
                assert one.pop("weight") == pytest.approx(two.pop("weight"), rel=1e-15)
        if name == "topic_tree":
            made = [r for r in made if r["topic"] in {x["topic"] for x in read}]
        if name == "works":
            assert sum(r["fwci"] is None for r in made) > 100
        if name == "institutions":
            made = [r for r in made if r["institution"] in {x["institution"] for x in read}]
        assert made == read
