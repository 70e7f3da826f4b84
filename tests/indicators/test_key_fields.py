"""The topic map of the key fields: real topics land where a reader would put them."""

import gzip
import json

import pytest

from hubscope.indicators.key_fields import key_fields, topic_map
from hubscope.sources.star import TOPIC_TREE

NAMES = ("ai", "quantum", "ic", "materials", "components", "instruments")


def tree(topics):
    import pyarrow as pa

    rows = [
        {"topic": t, "name": n, "subfield": s, "field": s // 100, "domain": 3}
        for t, (n, s) in topics.items()
    ]
    return pa.Table.from_pylist(rows, schema=TOPIC_TREE)


def fields_of(topics):
    """Key fields by topic, as the queries join them."""
    rows = key_fields(tree(topics)).to_pylist()
    return {
        t: {
            r["name"]
            for r in rows
            if t == r["topic"]
            or s == r["subfield"]
            or (r["field"] is not None and s // 100 == r["field"])
        }
        for t, (_, s) in topics.items()
    }


@pytest.fixture(scope="module")
def real(shared):
    """Topics of the recorded works: number, name and subfield."""
    found = {}
    with gzip.open(shared / "data/bibliometrics/openalex_works.jsonl.gz") as lines:
        for line in lines:
            for t in json.loads(line)["topics"] or ():
                number = int(t["id"].rpartition("/T")[2])
                found[number] = (t["display_name"], int(t["subfield"]["id"].rpartition("/")[2]))
    return found


def test_the_map_has_a_version_and_six_fields():
    assert topic_map()["version"]
    assert set(topic_map()) - {"version"} == set(NAMES)


@pytest.mark.parametrize(
    ("name", "subfield", "field"),
    [
        ("Neural Networks and Applications", 1702, "ai"),
        ("Advanced Neural Network Applications", 1707, "ai"),
        ("Quantum Computing Algorithms and Architecture", 1702, "quantum"),
        ("Quantum Information and Cryptography", 1702, "quantum"),
        ("VLSI and Analog Circuit Testing", 1708, "ic"),
        ("Advancements in Semiconductor Devices and Circuit Design", 2208, "ic"),
        ("Graphene research and applications", 2505, "materials"),
        ("Photonic and Optical Devices", 2208, "components"),
        ("Advanced MEMS and NEMS Technologies", 3107, "components"),
        ("Advanced Measurement and Metrology Techniques", 2209, "instruments"),
    ],
)
def test_topics_that_everybody_would_place(name, subfield, field):
    assert field in fields_of({1: (name, subfield)})[1]


@pytest.mark.parametrize(
    ("name", "subfield"),
    [
        ("Seismic Imaging and Inversion Techniques", 1908),
        ("Paleontology and Evolutionary Biology", 1911),
        ("Psychometric Methodologies and Testing", 3207),
        ("Quantum Chromodynamics and Particle Interactions", 3106),
        ("Cultural Memes and Society", 1208),
    ],
)
def test_topics_that_nobody_would_place(name, subfield):
    assert fields_of({1: (name, subfield)})[1] == set()


def test_real_topics_of_the_geosciences_are_mostly_outside(real):
    placed = {t: f for t, f in fields_of(real).items() if f}
    assert len(real) > 400
    assert len(placed) / len(real) < 0.25
    geo = [t for t, (_, s) in real.items() if s // 100 == 19]
    assert not [real[t] for t in geo if t in placed]


def test_every_real_topic_of_ai_by_its_subfield_is_there(real):
    placed = fields_of(real)
    ai = [t for t, (_, s) in real.items() if s in (1702, 1707)]
    assert ai
    assert all("ai" in placed[t] for t in ai)
    materials = [t for t, (_, s) in real.items() if s // 100 == 25]
    assert materials
    assert all("materials" in placed[t] for t in materials)
