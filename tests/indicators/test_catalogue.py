"""The shipped catalogue is whole, and a faulty definition is named."""

import csv

import pytest

from hubscope.errors import BadDataError
from hubscope.indicators import load_catalogue
from hubscope.indicators.catalogue import UNITS, listed
from hubscope.indicators.works_measures import measures
from hubscope.nouns import FORCES
from hubscope.words import LANGUAGES, say

CATALOGUE = load_catalogue()


def test_at_least_twenty_indicators_are_measured():
    assert len([i for i in CATALOGUE.values() if i.role == "measure"]) >= 20


FED_BY_PATENTS = {"F2-10", "F3-13"}


def test_every_row_that_open_data_give_has_an_indicator(shared):
    """The catalogue's thirty rows marked "yes"; those from patents stand in their own room."""
    text = (shared / "data/figures/indicator_catalogue.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    yes = {r["id"] for r in rows if r["computable_from_open_data"] == "yes"}
    assert len(yes) == 30
    codes = {i.code for i in CATALOGUE.values()}
    assert yes - codes <= FED_BY_PATENTS
    assert len(codes - {""}) >= 36


def test_at_least_thirty_six_codes_are_computed():
    computed = {m.indicator.code for m in measures().values()} | {i.code for i, _ in listed()}
    assert len(computed) >= 32
    assert {"F1-01", "F1-02", "F1-05", "F1-08", "F1-10", "F4-01", "F4-04", "F4-08"} <= computed


def test_every_force_has_indicators():
    assert {i.force for i in CATALOGUE.values()} >= set(FORCES)


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_has_words_in_both_languages(unit):
    assert all(isinstance(say(lang, f"nouns.unit.{unit}"), str) for lang in LANGUAGES)


def test_words_are_written_in_their_language():
    for i in CATALOGUE.values():
        for words in (i.name, i.definition, i.caveat):
            assert any("\u4e00" <= c <= "\u9fff" for c in words.zh), i.id
            assert not any("\u4e00" <= c <= "\u9fff" for c in words.en), i.id


def test_aliases_belong_to_one_indicator_only():
    aliases = [a.lower() for i in CATALOGUE.values() if i.role != "context" for a in i.aliases]
    assert sorted(set(aliases)) == sorted(aliases)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id = [", "x.toml"),
        ('id = "x"', "name: Field required"),
        ('id = "other"', "name: Field required"),
    ],
)
def test_a_faulty_definition_is_named(tmp_path, text, says):
    (tmp_path / "x.toml").write_text(text)
    with pytest.raises(BadDataError) as caught:
        load_catalogue(tmp_path)
    assert "x.toml" in caught.value.what
    assert says in caught.value.what
