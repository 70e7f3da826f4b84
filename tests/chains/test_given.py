"""Chains of tables without nodes of their own: flows between places, and trade."""

import gzip

import polars as pl
import pytest

from hubscope.chains.licence import publishable
from hubscope.chains.load import STORE, add_chain, read_chain
from hubscope.chains.options import landscape
from hubscope.chains.region import flows
from hubscope.chains.work import place_values
from hubscope.errors import BadDataError, HubscopeError
from hubscope.sources.chain_given import node_id

TRADE = "t,i,j,k,v,q\n" + "".join(
    f"2020,{i},{j},{k},{10 * n + m},1\n"
    for n, i in enumerate(("CHN", "JPN", "DEU", "USA"), 1)
    for m, k in enumerate(("850440", "854231", "870380", "300490"), 1)
    for j in ("FRA", "GBR")
    if (n + m) % 3
)


def added(tmp_path, kind, text, name="t.csv"):
    source = tmp_path / "in"
    source.mkdir(exist_ok=True)
    (source / name).write_bytes(
        gzip.compress(text.encode()) if name.endswith("gz") else text.encode()
    )
    return add_chain(tmp_path, kind, source / name, name="given", retrieved="2026-11-23")


def test_contract_flows_keep_every_figure_and_their_places(shared, tmp_path):
    folder = add_chain(
        tmp_path, "flows", shared / "data/figures/bth_flows.csv", name="bth", retrieved="2026-11-23"
    )
    chain = read_chain(folder)
    found = flows(chain)
    own = found.filter(
        (pl.col("unit") == "1e8 CNY")
        & (pl.col("year") == 2024)
        & (pl.col("dst") == "Tianjin-Hebei")
    )
    assert own.filter(pl.col("period") == "")["value"].sort().to_list() == [843.7, 852.7]
    assert {"Beijing", "Tianjin-Hebei"} <= set(chain.nodes["id"].to_pylist())
    assert set(chain.evidence["licence"].to_pylist()) == {"facts only"}


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz"])
def test_trade_becomes_what_each_economy_makes_and_is_held_back_until_its_licence_is_known(
    tmp_path, name
):
    folder = added(tmp_path, "trade", TRADE, name)
    chain = read_chain(folder)
    values = place_values(chain)
    one = values.filter((pl.col("place") == "CHN") & (pl.col("activity") == "hs:850440"))
    assert one["value"].to_list() == [22.0]
    assert landscape(values).outcome.eci.size == 4
    names = dict(
        zip(chain.nodes["id"].to_pylist(), chain.nodes["name_zh"].to_pylist(), strict=True)
    )
    assert names["CHN"] == "中国"
    kept, held = publishable(chain)
    assert (kept.links.num_rows, held) == (0, {"not stated": chain.links.num_rows})


def test_trade_under_an_open_licence_may_be_published(tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    (source / "t.csv").write_text(TRADE, "utf-8")
    (source / "chain.toml").write_text(
        'kind = "trade"\nlicence = "ODbL-1.0"\nurl = "https://e.org"\n', "utf-8"
    )
    chain = read_chain(add_chain(tmp_path, "trade", source, name="x", retrieved="2026-11-23"))
    assert publishable(chain)[1] == {}


def test_faults_are_named_and_nothing_is_left(tmp_path):
    with pytest.raises(BadDataError, match=r"t\.csv:2 .*is no year"):
        added(tmp_path, "trade", "t,i,j,k,v,q\nx,CHN,JPN,1,2,3\n")
    with pytest.raises(BadDataError, match="cannot be read"):
        added(
            tmp_path,
            "flows",
            "year,metric,origin,destination,value,unit,status,source_kind,source_url,note\nx,m,a,b,1,u,published,s,http://e,\n",
        )
    assert not list((tmp_path / "chains").iterdir())


@pytest.mark.parametrize("name", [STORE, "../up", "", "a/b"])
def test_a_chain_cannot_have_every_name(tmp_path, name):
    (tmp_path / "t.csv").write_text(TRADE, "utf-8")
    with pytest.raises(HubscopeError, match="cannot be the name"):
        add_chain(tmp_path, "trade", tmp_path / "t.csv", name=name, retrieved="2026-11-23")


def test_a_name_without_latin_letters_gets_an_id():
    assert node_id("Tianjin+Hebei") == "Tianjin-Hebei"
    assert node_id("天津") == node_id("天津") != node_id("河北")
