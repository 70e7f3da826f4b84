"""Sources of chains: what each gives, and what each refuses."""

import json
from collections import Counter

import polars as pl
import pytest

from hubscope.errors import BadDataError
from hubscope.sources.chain_rules import share_sums, supplies
from hubscope.sources.concordance import normal_symbol, read_concordance, read_fields
from hubscope.sources.eto import FILES, read_folder
from hubscope.sources.flows import read_flows
from hubscope.sources.patent_papers import read_pairs
from hubscope.sources.photovoltaic import read_shares
from hubscope.sources.places import place_names
from hubscope.sources.raw import Raw, raw
from hubscope.sources.scenario_lists import read_scenarios
from hubscope.sources.trade import exports, import_shares, read_trade, read_trade_bytes


def test_eto_loads_one_to_one(eto):
    kinds = Counter(eto.nodes["kind"].to_pylist())
    assert kinds["input"] + kinds["product"] == 126
    assert kinds["stage"] == 3
    assert kinds["org"] == 373
    rels = Counter(eto.links["rel"].to_pylist())
    assert (rels["input_to"], rels["variant_of"], rels["supplies"]) == (53, 86, 1300)
    assert (
        eto.links.filter(pl.Series(eto.links["rel"].to_pylist()).eq("supplies").to_arrow())[
            "share"
        ].null_count
        == 246
    )


def test_the_aliases_of_eto_are_one_provider(eto, shared):
    """A plain join of the files counts a provider once per alias: firm shares reach 212 %."""
    folder = shared / "data" / "chains" / "eto_chip"
    provision = pl.read_csv(folder / "provision.csv", infer_schema=False)
    providers = pl.read_csv(folder / "providers.csv", infer_schema=False)
    plain = provision.join(providers, on="provider_id")
    assert plain.height == 1341
    firm = plain.filter(pl.col("provider_type") == "organization")
    sums = firm.group_by("provided_id").agg(pl.col("share_provided").cast(pl.Float64).sum())
    assert sums["share_provided"].max() == pytest.approx(212, abs=1)
    ours = supplies(eto).filter(pl.col("share").is_not_null())
    totals = ours.group_by("item", "level", "year").agg(pl.col("share").sum())
    by_level = dict(totals.group_by("level").agg(pl.col("share").max()).iter_rows())
    assert by_level["firm"] == pytest.approx(100.3, abs=0.05)
    assert by_level["country"] <= 102
    assert totals["share"].min() >= 99
    assert share_sums(eto) == []


def test_firms_of_a_country_sum_to_its_stated_share(eto):
    """The source's own consistency: 302 of 350 pairs within 1 point, none off by more than 10."""
    place = dict(zip(eto.nodes["id"].to_pylist(), eto.nodes["place"].to_pylist(), strict=True))
    found = supplies(eto).filter(pl.col("share").is_not_null())
    firms = found.filter(pl.col("level") == "firm").with_columns(
        pl.col("holder").replace_strict(place, default=None).alias("country")
    )
    rolled = firms.drop_nulls("country").group_by("item", "country").agg(pl.col("share").sum())
    stated = found.filter(pl.col("level") == "country").select("item", "holder", "share")
    both = stated.join(
        rolled, left_on=["item", "holder"], right_on=["item", "country"], suffix="_firms"
    )
    gap = (both["share"] - both["share_firms"]).abs()
    assert (both.height, int((gap <= 1).sum())) == (350, 302)
    assert gap.max() <= 10


def test_eto_names_a_lost_id_and_a_bad_share(shared, tmp_path):
    folder = shared / "data" / "chains" / "eto_chip"
    for name in FILES:
        text = (folder / f"{name}.csv").read_text("utf-8")
        if name == "provision":
            text += "X,P99999,EUV,N20,12,2025,s\nASML,P45,EUV,N20,about 5,2025,s\n"
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    with pytest.raises(
        BadDataError, match=r"provision.csv:1302 \[provider_id\]: unknown id 'P99999'"
    ) as caught:
        read_folder(tmp_path, retrieved="2026-11-23")
    assert "provision.csv:1303 [share_provided]: 'about 5' is no percentage" in str(caught.value)


def test_eto_says_which_file_is_absent(tmp_path):
    (tmp_path / "input.csv").write_text("a\n")
    with pytest.raises(BadDataError, match=r"lacks inputs.csv, stages.csv"):
        read_folder(tmp_path, retrieved="2026-11-23")


def test_photovoltaic_shares_keep_years_and_grades_apart(shared):
    chain = read_shares(
        raw(shared / "data" / "chains" / "pv_country_shares.csv"), retrieved="2026-11-23"
    )
    found = supplies(chain).filter((pl.col("holder") == "CHN") & (pl.col("year") == 2020))
    shares = dict(found.select("item", "share").iter_rows())
    assert shares["pv-silicon"] == pytest.approx(81.2, abs=0.05)
    assert shares["pv-module"] == pytest.approx(78.2, abs=0.05)
    assert shares["pv-glass"] == pytest.approx(70, abs=0.5)
    status = {e["id"]: e["status"] for e in chain.evidence.to_pylist()}
    later = supplies(chain).filter(pl.col("year") > 2021)
    assert {status[e] for e in later["evidence"].unique()} == {"estimated"}
    flagged = {(s.item, s.year) for s in share_sums(chain)}
    assert flagged == {("pv-module", 2019), ("pv-module", 2020)}


def test_photovoltaic_refuses_an_unknown_stage():
    text = b"year,country,share_pct,stage,source\n2020,China,5,wafer,s\n20,China,500,glass,s\n"
    with pytest.raises(BadDataError, match=r"\[stage\]: 'wafer'") as caught:
        read_shares(Raw("pv.csv", text), retrieved="2026-11-23")
    assert "pv.csv:3 [year]" in str(caught.value)
    assert "pv.csv:3 [share_pct]" in str(caught.value)


def test_places_carry_the_names_used_in_china():
    assert place_names("TWN") == ("中国台湾", "Taiwan, China")
    assert place_names("XYZ") == ("XYZ", "XYZ")


BACI = "t,i,j,k,v,q\n2022,156,392,010110,30.5,2\n2022,842,392,010110,10,NA\n2021,156,842,020110,5,\n2022,156,842,020110,0,1\n"


def test_trade_keeps_codes_as_text_and_missing_weights_missing():
    rows = read_trade_bytes(Raw("baci.csv", BACI.encode()))
    assert rows.height == 3
    assert rows["k"].to_list() == ["010110", "010110", "020110"]
    assert rows["q"].to_list() == [2.0, None, None]
    assert exports(rows, 2022)["value"].to_list() == [30.5, 10.0]
    shares = import_shares(rows, "392", 2022)
    assert dict(shares.select("holder", "share").iter_rows()) == {
        "156": pytest.approx(100 * 30.5 / 40.5),
        "842": pytest.approx(100 * 10 / 40.5),
    }


def test_comtrade_is_brought_to_the_same_units():
    text = "period,reporterISO,partnerISO,cmdCode,primaryValue,netWgt\n2022,CHN,JPN,010110,30500,2000\n"
    (row,) = read_trade_bytes(Raw("c.csv", text.encode())).to_dicts()
    assert row == {"t": 2022, "i": "CHN", "j": "JPN", "k": "010110", "v": 30.5, "q": 2.0}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("t,i,j,k,v\n", "the columns q are missing"),
        (BACI + "2022,156,156,1,5,\n", r":6 \[j\]: '156' is empty or the exporter"),
        (BACI + "2022,156,392,1,-5,\n", r":6 \[v\]: '-5' is no value"),
        (BACI + "x,156,392,1,5,heavy\n", r":6 \[t\]: 'x' is no year"),
        (BACI + "2022,156,392,1,5,heavy\n", r":6 \[q\]: 'heavy' is no quantity"),
        (BACI + "2022,156,392,1,inf,\n", r":6 \[v\]: 'inf' is no value"),
    ],
)
def test_bad_trade_is_named_by_line(text, says):
    with pytest.raises(BadDataError, match=says):
        read_trade_bytes(Raw("baci.csv", text.encode()))


def test_trade_reads_gzip(shared, tmp_path):
    import gzip

    file = tmp_path / "baci.csv.gz"
    file.write_bytes(gzip.compress(BACI.encode()))
    assert read_trade(file).height == 3


def test_concordances_split_a_code_equally_and_lose_nothing(shared):
    found = read_concordance(
        raw(shared / "data" / "chains" / "hs_isic4.csv.gz"), "HS_6d", "ISIC4_4d"
    )
    assert found.pairs.height == 24279 - 93
    sums = found.pairs.group_by("src").agg(pl.col("weight").sum())["weight"]
    assert (sums - 1).abs().max() < 1e-12
    trade = pl.DataFrame({"place": ["a", "a"], "hs": ["010110", "ABCDEF"], "value": [30.0, 7.0]})
    mapped = found.map(trade, "hs")
    assert mapped["hs"].to_list() == ["0141", "0142", "0144"]
    assert mapped["value"].sum() == pytest.approx(30)
    assert found.unmapped(trade, "hs") == ["ABCDEF"]
    bec = read_concordance(
        raw(shared / "data" / "chains" / "hs2017_bec4.csv.gz"), "HS5_6d", "BEC4_3d"
    )
    assert bec.pairs.height == 5511


def test_a_concordance_without_the_column_says_which_there_are():
    with pytest.raises(BadDataError, match="no column HS"):
        read_concordance(Raw("c.csv", b"HS6,ISIC\n1,2\n"), "HS", "ISIC")


def test_the_longest_prefix_decides_the_field(shared):
    fields = read_fields(raw(shared / "data" / "chains" / "wipo_ipc35.csv"))
    assert len(fields.names) == 35
    assert len(fields.prefixes) == 764
    assert len({s for s, _ in fields.names.values()}) == 5
    name = {
        s: fields.names[fields.field(s) or 0][1] for s in ("A61K 8/02", "A61K0031/47", "A61K 6/00")
    }
    assert len(set(name.values())) > 1
    assert (
        fields.field("A61K 80/00") != fields.field("A61K 8/00")
        or fields.field("A61K 80/00") is None
    )
    assert fields.field("Z99Z 1/00") is None
    assert {fields.field(p) for p in fields.prefixes} == set(fields.names)


def test_symbols_have_one_spelling():
    assert normal_symbol("a61k  0008/00") == "A61K8/00"
    assert normal_symbol("A61K8/") == "A61K8/"
    assert normal_symbol("H04L") == "H04L"


def test_citation_pairs_keep_the_sure_ones():
    text = b"patent,oaid,confscore,wherefound,self\nUS1,W1,10,front,other\nUS1,W2,3,body,self\nUS2,W1,4,both,self\n"
    found = read_pairs(Raw("p.csv", text))
    assert found.select("patent", "paper", "own").rows() == [
        ("US1", "W1", False),
        ("US2", "W1", True),
    ]
    with pytest.raises(BadDataError, match=r"p.csv:2 \[confscore\]: '11'"):
        read_pairs(Raw("p.csv", b"patent,oaid,confscore\nUS1,W1,11\n"))


FLOW = "year,metric,origin,destination,value,unit,status,source_kind,source_url,note\n"


def test_two_figures_of_one_year_are_two_vintages(shared):
    places = {"Beijing": "beijing", "Tianjin+Hebei": "tianjin-hebei"}
    chain = read_flows(
        raw(shared / "data" / "figures" / "bth_flows.csv"), places, retrieved="2026-11-23"
    )
    rows = [r for r in chain.links.to_pylist() if r["year"] == 2024 and r["period"] == ""]
    assert sorted(r["value"] for r in rows) == [843.7, 852.7]
    status = {e["id"]: e["status"] for e in chain.evidence.to_pylist()}
    assert [status[r["evidence"]] for r in sorted(rows, key=lambda r: r["value"])] == [
        "secondary",
        "derived",
    ]
    assert {r["period"] for r in chain.links.to_pylist()} >= {"", "2014-2020", "2025Q1"}


def test_a_flow_without_a_number_is_refused():
    text = FLOW + "2024,m,a,b,many,CNY,published,p,u,\n24,m,a,b,1,CNY,heard,p,u,\n"
    with pytest.raises(BadDataError, match=r"f.csv:2 \[value\]: 'many'") as caught:
        read_flows(Raw("f.csv", text.encode()), {"a": "a", "b": "b"}, retrieved="2026-11-23")
    assert "unknown status 'heard'" in str(caught.value)


SCENARIO = (
    "id,zh,en,field,place,issuer,kind,tags,budget,opens,closes,org,source,locator,licence,status,vintage,retrieved,note\n"
    "s1,巡检,Inspection,energy,cn,City,need,cell|ore,300,2024-01,,,City,https://example.org,facts only,published,2024,2026-11-23,\n"
    "s2,电池供给,Cells on offer,energy,cn,City,supply,cell,,,,acme,City,https://example.org,facts only,published,2024,2026-11-23,\n"
)
KNOWN = {"cn": "place", "acme": "org", "cell": "input", "ore": "input"}


def test_scenarios_become_needs_and_answers():
    chain = read_scenarios(Raw("s.csv", SCENARIO.encode()), KNOWN)
    triples = [(r["src"], r["rel"], r["dst"]) for r in chain.links.to_pylist()]
    assert triples == [
        ("s1", "needs", "cell"),
        ("s1", "needs", "ore"),
        ("acme", "answers", "s2"),
        ("acme", "produces", "cell"),
    ]
    assert json.loads(chain.nodes["ext"][0].as_py())["budget"] == "300"


def test_a_scenario_that_names_nothing_known_is_refused():
    text = SCENARIO.replace("cell|ore", "cel").replace(",supply,", ",offer,")
    with pytest.raises(
        BadDataError, match=r"\[tags\]: unknown node 'cel' \(did you mean cell"
    ) as caught:
        read_scenarios(Raw("s.csv", text.encode()), KNOWN)
    assert "unknown kind 'offer'" in str(caught.value)
