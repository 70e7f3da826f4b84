"""The shipped catalogue is whole, and a faulty definition is named."""

import pytest

from hubscope.errors import BadDataError
from hubscope.indicators import load_catalogue
from hubscope.indicators.catalogue import UNITS
from hubscope.nouns import FORCES
from hubscope.words import LANGUAGES, say

CATALOGUE = load_catalogue()


def test_at_least_twenty_indicators_are_measured():
    assert len([i for i in CATALOGUE.values() if i.role == "measure"]) >= 20


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
