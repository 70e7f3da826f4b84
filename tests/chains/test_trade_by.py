"""Trade brought to industries, uses and technology segments: nothing is lost, all is told."""

import gzip

import polars as pl
import pytest

from hubscope.chains.load import add_chain, read_chain
from hubscope.chains.segments import segments
from hubscope.chains.signals import counts, signals
from hubscope.chains.trade_by import OTHER, _isic
from hubscope.errors import BadDataError, HubscopeError

TRADE = """t,i,j,k,v,q
2022,CHN,USA,854231,500,1
2022,CHN,JPN,300490,50,1
2022,USA,CHN,300490,300,1
2022,USA,CHN,854231,100,1
2022,DEU,CHN,870323,700,1
2022,DEU,USA,10129,40,1
2022,JPN,USA,999999,20,1
"""
PAIRS = """HS_6d,ISIC4_4d
854231,2610
300490,2100
300490,3250
870323,2910
010129,0141
"""


def added(folder, by, pairs=PAIRS, packed=False):
    (folder / "t.csv").write_text(TRADE, "utf-8")
    file = folder / ("pairs.csv.gz" if packed else "pairs.csv")
    file.write_bytes(gzip.compress(pairs.encode()) if packed else pairs.encode())
    return add_chain(
        folder, "trade", folder / "t.csv", name="x", retrieved="2026-11-24", by=by, concordance=file
    )


def made(folder, by, **more):
    found = counts(read_chain(added(folder, by, **more)), "produces")
    return {(p, s): v for p, s, v in found.select("place", "segment", "value").iter_rows()}


@pytest.mark.parametrize("packed", [False, True])
def test_a_product_of_several_industries_goes_to_each_in_equal_parts(tmp_path, packed):
    found = made(tmp_path, "isic", packed=packed)
    assert found["CHN", "isic:2100"] == found["CHN", "isic:3250"] == 25.0
    assert found["DEU", "isic:0141"] == 40.0
    assert found["JPN", "hs:unmapped"] == 20.0
    assert sum(found.values()) == 1710.0


def test_segments_take_their_industries_and_the_rest_is_told(tmp_path):
    found = made(tmp_path, "segment")
    assert found["CHN", "segment:ic"] == 500.0
    assert found["USA", "segment:biomedicine"] == found["USA", "segment:medical"] == 150.0
    assert found["DEU", f"segment:{OTHER}"] == 40.0
    assert sum(found.values()) == 1710.0
    chain = read_chain(tmp_path / "chains" / "x")
    board = signals(chain, "CHN").filter(
        (pl.col("place") == "CHN") & (pl.col("segment") == "segment:ic")
    )
    assert board["product"].to_list() == pytest.approx([(500 / 550) / (600 / 1710)])
    (note,) = chain.evidence["note"].to_pylist()
    assert "by segment, through concordance.csv and segments_isic" in note
    assert note.endswith("1 HS codes without a counterpart")


def test_uses_are_read_from_a_concordance_of_their_own(tmp_path):
    found = made(tmp_path, "bec", pairs="HS5_6d,BEC4_3d\n854231,420\n870323,510\n")
    assert found["CHN", "bec:420"] == 500.0
    assert found["CHN", "hs:unmapped"] == 50.0


def test_what_is_missing_is_named_and_nothing_is_left(tmp_path):
    with pytest.raises(HubscopeError, match="trade cannot be brought to 'isik'"):
        added(tmp_path, "isik")
    with pytest.raises(BadDataError, match=r"concordance\.csv:1: no columns HS\.\.\. and ISIC"):
        added(tmp_path, "isic", pairs="a,b\n1,2\n")
    with pytest.raises(BadDataError, match="trade by bec needs a concordance"):
        add_chain(tmp_path, "trade", tmp_path / "t.csv", name="x", retrieved="", by="bec")
    assert not list((tmp_path / "chains").iterdir())


def test_every_industry_is_of_one_segment():
    named = [c for s, codes in _isic().items() if s != "version" for c in codes]
    assert len(named) == len(set(named))
    assert set(_isic()) - {"version"} <= set(segments())


def test_the_concordance_of_the_shared_data_loads(tmp_path, shared):
    (tmp_path / "t.csv").write_text(TRADE, "utf-8")
    file = shared / "data" / "chains" / "hs_isic4.csv.gz"
    folder = add_chain(
        tmp_path, "trade", tmp_path / "t.csv", name="x", retrieved="", by="isic", concordance=file
    )
    found = counts(read_chain(folder), "produces")
    assert found["value"].sum() == pytest.approx(1710.0)
    assert "isic:2610" in found["segment"].to_list()
