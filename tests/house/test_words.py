"""Both languages say the same things, in words of their own."""

import re
import string

import pytest

from hubscope.errors import HubscopeError
from hubscope.words import LANGUAGES, say, words

HAN = re.compile(r"[\u4e00-\u9fff]")


def places(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def test_both_languages_have_the_same_keys():
    assert set(words("zh")) == set(words("en"))


def test_places_to_fill_are_the_same():
    zh, en = words("zh"), words("en")
    assert [k for k in en if set(places(zh[k])) != set(places(en[k]))] == []


def test_english_holds_no_chinese_but_names_of_languages_and_quoted_terms():
    bare = {k: re.sub(r"[(（][^)）]*[)）]|“[^”]*”", "", t) for k, t in words("en").items()}
    assert [k for k, t in bare.items() if HAN.search(t) and "中文" not in t] == []


def test_chinese_words_are_chinese_unless_they_are_names_or_signs():
    # A value without Chinese is a name, a sign or a template, the same in both languages.
    zh, en = words("zh"), words("en")
    bare = {k: re.sub(r"{[^}]*}", "", t) for k, t in zh.items() if not HAN.search(t)}
    assert [k for k, t in bare.items() if len(t.split()) > 3] == []
    assert [k for k, t in bare.items() if re.search(r"[a-z]{4}", t) and zh[k] != en[k]] == []


def test_a_missing_key_is_an_error_with_a_hint():
    with pytest.raises(HubscopeError, match=r"no words for 'nouns\.hubb' in en") as caught:
        say("en", "nouns.hubb")
    assert "nouns.hub" in caught.value.hint


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_words_are_empty_but_those_of_bare_numbers(lang):
    empty = {k for k, t in words(lang).items() if not t.strip()}
    assert empty <= {f"nouns.unit.{u}" for u in ("count", "rank", "ratio", "index")}
