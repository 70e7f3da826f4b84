"""Phrases: what is looked up whole, in parts and with places; what a file of words must not hold."""

import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubscope.errors import BadDataError, HubscopeError
from hubscope.words.phrases import Phrases, phrases, read_phrases
from hubscope.workspace import open_workspace

TABLE = {
    "preliminary": "初步数据",
    "rounded; checked": "取整并核对",
    "rounded": "已取整",
    "printed as more than {n}": "原文为“超过{n}”",
    "{value} of {year}": "{year}年为{value}",
    "{who}, through a copy": "{who}（据转载）",
    "Press": "报刊",
    "more than {n}, again {n}": "两次超过{n}",
}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("preliminary", "初步数据"),
        ("rounded; preliminary", "已取整；初步数据"),
        ("rounded; checked", "取整并核对"),
        ("printed as more than 3500", "原文为“超过3500”"),
        ("4.2 % of 2024", "2024年为4.2 %"),
        ("Press, through a copy", "报刊（据转载）"),
        ("more than 5, again 5", "两次超过5"),
        ("more than 5, again 6", None),
        ("printed as more than a few", None),
        ("rounded; nobody knows why", None),
        ("Nobody, through a copy", None),
        ("Preliminary", None),
        ("", None),
    ],
)
def test_a_text_has_words_as_a_whole_or_not_at_all(text, told):
    assert Phrases("zh", TABLE).of(text) == told


def test_remarks_are_joined_as_the_language_joins_them():
    assert (
        Phrases("en", {"初步": "preliminary", "取整": "rounded"}).of("取整；初步")
        == "rounded; preliminary"
    )


def test_the_words_of_a_workspace_come_before_the_shipped_ones():
    assert phrases("zh", {}).of("linear trend") == "线性趋势"
    assert phrases("zh", {"linear trend": "直线外推"}).of("linear trend") == "直线外推"


@given(st.text(max_size=40))
def test_any_text_is_answered(text):
    told = Phrases("zh", TABLE).of(text)
    assert told is None or told


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("[zh\n", r"words\.toml is not valid TOML"),
        ('[fr]\n"a" = "b"\n', r"words\.toml: unknown language fr"),
        ('zh = "a"\n', r"words\.toml: zh is not a table"),
        ('[zh]\n"a note" = " "\n', r'words\.toml: zh\."a note" has no words'),
        ('[zh]\n"a note" = 3\n', r'words\.toml: zh\."a note" has no words'),
        ('[zh]\na.b = "c"\n', r'words\.toml: zh\."a" has no words'),
        ('[zh]\n"{n}" = "{n}"\n', r'words\.toml: zh\."\{n\}" is no phrase'),
        ('[zh]\n"over {n} firms" = "很多企业"\n', r'zh\."over \{n\} firms" has other places'),
    ],
)
def test_a_faulty_file_is_named_with_its_key(tmp_path, text, match):
    file = tmp_path / "words.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadDataError, match=match):
        read_phrases(file)


def test_a_workspace_reads_its_words_and_says_where_they_are_missing(beijing, tmp_path):
    assert open_workspace(beijing).words["zh"]["facts only"] == "仅引用事实"
    folder = tmp_path / "beijing"
    shutil.copytree(beijing, folder, ignore=shutil.ignore_patterns("store", "site"))
    (folder / "words.toml").unlink()
    with pytest.raises(HubscopeError, match=r"names words\.toml, which does not exist"):
        open_workspace(folder)
    config = folder / "hubscope.toml"
    config.write_text(config.read_text("utf-8").replace('words = "words.toml"\n', ""), "utf-8")
    assert open_workspace(folder).words == {}
