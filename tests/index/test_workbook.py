"""Excel in and out."""

from __future__ import annotations

import numpy as np
import openpyxl
import pytest

from hubscope.errors import BadDataError
from hubscope.index import Framework, WeightNoise, build, uncertainty
from hubscope.index.workbook import write_workbook


def test_everything_in_one_workbook_and_back(toy, tree, plain, tmp_path):
    made = build(toy, tree, plain)
    ranges = uncertainty(toy, tree, plain, [WeightNoise(0.2)], draws=50)
    path = write_workbook(tmp_path / "index.xlsx", made, ranges)
    names = openpyxl.load_workbook(path).sheetnames
    assert names[:6] == ["Recipe", "Scores", "Ranks", "Ranges", "Framework", "Data"]
    assert names[6:8] == ["01 normalise", "02 aggregate"]
    again = build(path, Framework.read(path), plain)
    assert again.log[-1].sha256 == made.log[-1].sha256


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@sum", '=HYPERLINK("x")'])
def test_text_never_becomes_a_formula(toy, tree, plain, tmp_path, name):
    made = build({**toy, "unit": [name, *"bcdef"]}, tree, plain)
    book = openpyxl.load_workbook(write_workbook(tmp_path / "x.xlsx", made))
    cell = book["Scores"]["A2"]
    assert (cell.value, cell.data_type) == (name, "s")


def test_missing_values_are_empty_cells(toy, tree, plain, tmp_path):
    made = build({**toy, "w": [None, 2.0, 3.0, 4.0, 5.0, 6.0]}, tree, plain)
    book = openpyxl.load_workbook(write_workbook(tmp_path / "x.xlsx", made))
    head = [c.value for c in book["Data"][1]]
    assert book["Data"].cell(2, head.index("w") + 1).value is None


def test_tables_of_coinr_in_a_workbook(toy, tmp_path):
    book = openpyxl.Workbook()
    meta = book.active
    meta.title = "iMeta"
    for row in (
        ("Level", "iCode", "iName", "Direction", "Weight", "Parent", "Type"),
        (1, "w", "W", 1, 1, "top", "Indicator"),
        (1, "x", "X", -1, 1, "top", "Indicator"),
        (2, "top", "Top", 1, 1, None, "Aggregate"),
    ):
        meta.append(row)
    data = book.create_sheet("iData")
    data.append(("uCode", "w", "x"))
    for row in zip(toy["unit"], toy["w"], toy["x"], strict=True):
        data.append(row)
    path = tmp_path / "coin.xlsx"
    book.save(path)
    made = build(path, Framework.read(path), plain_recipe())
    assert made.units == tuple(toy["unit"])
    assert made.framework.by_code["x"].direction == -1


def plain_recipe():
    from hubscope.index import Recipe

    return Recipe.of({"do": "normalise"}, {"do": "aggregate"})


@pytest.fixture
def deck(tmp_path):
    """An input deck laid out as the COIN Tool's: two pillars, no sub-pillars, one sub-index."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Database"
    indicators = [
        # weight, direction, low, high, index, sub-index, pillar, sub-pillar, name, code
        (1, 1, 0, 10, "Index", "si.01", "p.01", "sp.00", "First", "Ind.01"),
        (2, -1, 0, 20, "Index", "si.01", "p.01", "sp.00", "Second", "Ind.02"),
        (1, 1, 0, 5, "Index", "si.01", "p.02", "sp.00", "Third", "Ind.03"),
    ]
    for column, cells in enumerate(indicators, 5):
        for row, value in enumerate(cells, 7):
            sheet.cell(row, column, value)
    units = [("Aland", "AAA", 1, 2, 3), ("Beland", "BBB", 4, "n/a", 1), ("Celand", "CCC", 9, 8, 5)]
    for row, (name, code, *values) in enumerate(units, 17):
        for column, value in ((2, name), (3, code), *enumerate(values, 5)):
            sheet.cell(row, column, value)
    tree = book.create_sheet("Framework")
    for row, cells in enumerate(
        [
            ("Code", None, "Weight", None, None, "Dimension/indicator"),
            ("Index", None, 1, None, None, "The index"),
            ("p.01", None, 3, None, None, "Pillar one"),
            ("p.02", None, 1, None, None, "Pillar two"),
            ("p.03", None, 1, None, None, "--"),
        ],
        4,
    ):
        for column, value in enumerate(cells, 3):
            tree.cell(row, column, value)
    path = tmp_path / "deck.xlsx"
    book.save(path)
    return path


def test_coin_tool_deck_is_read_as_it_is(deck):
    framework = Framework.read(deck)
    assert framework.indicators == ("Ind.01", "Ind.02", "Ind.03")
    assert framework.at_level(2) == ("p.01", "p.02")  # unused levels are left out
    assert framework.top == "Index"
    assert framework.by_code["p.01"].name == "Pillar one"
    assert framework.weights()["p.01"] == 0.75
    assert framework.by_code["Ind.02"].direction == -1
    assert framework.by_code["Ind.02"].goal_high == 20
    made = build(deck, framework, plain_recipe())
    assert made.units == ("AAA", "BBB", "CCC")
    assert made.data.names == ("Aland", "Beland", "Celand")
    assert np.isnan(made.data.values[1, 1])


def test_a_deck_without_data_says_where_data_start(deck):
    book = openpyxl.load_workbook(deck)
    book["Database"].delete_rows(17, 3)
    book.save(deck)
    with pytest.raises(BadDataError, match="ends before row 17"):
        Framework.read(deck)
    deck.write_bytes(b"not a workbook")
    with pytest.raises(BadDataError, match="cannot be read as a workbook"):
        Framework.read(deck)
