"""A target's words to the catalogue's indicators, in both languages."""

import pytest

from hubscope.indicators import load_catalogue
from hubscope.nouns import Target
from hubscope.progress import link
from hubscope.progress.units import in_unit

CATALOGUE = load_catalogue()


def linked(words, unit="%"):
    found = link(Target(words, "=", 1, unit, 2025), CATALOGUE)
    return found.id if found else None


@pytest.mark.parametrize(
    ("words", "unit", "expected"),
    [
        ("全社会研发经费支出占地区生产总值比重", "%", "rd_intensity"),
        ("研发经费投入强度", "%", "rd_intensity"),
        ("R&D spending of GDP", "%", "rd_intensity"),
        ("基础研究经费占研发经费比重", "%", "basic_research_share"),
        ("basic research share of R&D expenditure", "%", "basic_research_share"),
        ("技术合同成交额", "元", "technology_contracts"),
        ("technology contract turnover", "CNY", "technology_contracts"),
        ("高技术产业增加值", "元", "hightech_value_added"),
        ("技术合同成交额占GDP比重", "%", "technology_contracts_gdp"),
        ("独角兽企业数量", "家", "unicorns"),
        ("地铁运营里程", "公里", None),
        ("length of cycle paths", "km", None),
    ],
)
def test_words_find_their_indicator_or_none(words, unit, expected):
    assert linked(words, unit) == expected


def test_a_rank_by_others_is_never_linked():
    context = [i for i in CATALOGUE.values() if i.role == "context"]
    assert context
    assert all(linked(i.name.en) != i.id for i in context)


@pytest.mark.parametrize(
    ("quantity", "unit", "wanted", "phrase", "value"),
    [
        (1.2e12, "元", "1e8 CNY", "", 12000),
        (8e11, "CNY", "1e8 CNY", "", 8000),
        (2e9, "euros", "1e8 EUR", "", 20),
        (2e9, "euros", "1e8 CNY", "", None),
        (6, "%", "%", "", 6),
        (7.5, "%/年", "% a year", "", 7.5),
        (7.5, "%", "% a year", "", 7.5),
        (260, "人", "per 10,000", "每万名就业人员中研发人员", 260),
        (260, "", "per 10,000", "R&D staff per 10,000 employed", 260),
        (260, "人", "per 10,000", "研发人员", None),
        (15000, "家", "enterprises", "", 15000),
        (21832000, "人", "1e4 persons", "", 2183.2),
        (6, "吨", "%", "", None),
    ],
)
def test_units_convert_or_not(quantity, unit, wanted, phrase, value):
    assert in_unit(quantity, unit, wanted, phrase) == value
