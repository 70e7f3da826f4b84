"""Exports: what is written reads back the same, in our reader and in networkx; licences hold."""

import io

import networkx as nx
import polars as pl
from openpyxl import load_workbook

from hubscope.chains import export
from hubscope.chains.licence import may_publish, publishable
from hubscope.sources.chain_tables import join
from hubscope.sources.chains import read_pair
from hubscope.sources.raw import Raw


def test_the_plain_pair_reads_back_to_the_same_chain(small, eto):
    for chain in (small, eto):
        nodes, links = export.to_pair(chain)
        again = read_pair(Raw("nodes.csv", nodes), Raw("links.csv", links))
        assert again.nodes.equals(chain.nodes)
        assert again.links.equals(chain.links)
        assert again.evidence.equals(chain.evidence)


def test_graphml_reads_in_networkx_with_evidence_on_every_edge(small):
    found = nx.read_graphml(io.BytesIO(export.to_graphml(small)))
    assert set(found) == set(small.nodes["id"].to_pylist())
    assert found.number_of_edges() == small.links.num_rows
    assert found.nodes["cn"]["zh"] == "中国"
    assert all(
        d["source"] == "Bureau" and d["status"] == "published" for *_, d in found.edges(data=True)
    )
    assert found.edges["cn", "ore"]["share"] == 60.0
    assert "share" not in found.edges["acme", "cell"]


def test_gexf_reads_in_networkx(small):
    found = nx.read_gexf(io.BytesIO(export.to_gexf(small, "zh")))
    assert found.nodes["cn"]["label"] == "中国"
    assert found.number_of_edges() == small.links.num_rows


def test_names_with_markup_are_escaped(small):
    nodes, links = export.to_pair(small)
    odd = read_pair(
        Raw("nodes.csv", nodes.replace(b"Ore", b'"<Ore> & ""co"""')), Raw("links.csv", links)
    )
    found = nx.read_graphml(io.BytesIO(export.to_graphml(odd)))
    assert found.nodes["ore"]["en"] == '<Ore> & "co"'


def test_a_workbook_holds_every_table_and_no_formula():
    table = pl.DataFrame(
        {"item": ["=1+1", "b"], "share": [0.5, float("nan")], "beside": [["x", "y"], []]}
    )
    book = load_workbook(io.BytesIO(export.to_workbook({"gaps": table, "partners": table.head(0)})))
    assert book.sheetnames == ["gaps", "partners"]
    assert [c.value for c in book["gaps"][2]] == ["=1+1", 0.5, "x, y"]
    assert book["gaps"]["A2"].data_type == "s"
    assert book["gaps"]["B3"].value is None


def test_tables_as_csv_and_json():
    table = pl.DataFrame({"a": [1.5, float("nan")], "b": [["x", "y"], []]})
    assert export.to_csv(table).decode().splitlines() == ["a,b", "1.5,x|y", ',""']
    assert export.to_json_rows(table)[1] == {"a": None, "b": []}


def test_noncommercial_links_are_never_published(small, eto):
    both, held = publishable(join([small, eto]))
    assert (
        both.links.filter(
            pl.Series(both.links["rel"].to_pylist()).eq("supplies").to_arrow()
        ).num_rows
        == 4
    )
    assert held == {"CC BY-NC 4.0": 1439}
    assert not [i for i in both.nodes["id"].to_pylist() if i[1:].isdigit()]
    assert not [e for e in both.evidence["licence"].to_pylist() if "NC" in e]
    own, nothing = publishable(small)
    assert own.nodes.equals(small.nodes)
    assert nothing == {}


def test_an_unknown_licence_is_not_open():
    assert not may_publish("all rights reserved")
    assert not may_publish("")
    assert may_publish("CC BY 4.0")
