"""The plain pair of CSV files: every fault is named with its file, line and column."""

import json
from pathlib import Path

import pytest

from hubscope.errors import BadDataError
from hubscope.sources.chain_tables import EVIDENCE, LINK, NODE, join
from hubscope.sources.chains import read_pair
from hubscope.sources.raw import Raw

GOOD = Path(__file__).parent / "good_pair"
NODES, *GOOD_NODES = (GOOD / "nodes.csv").read_text("utf-8").splitlines()
LINKS, *GOOD_LINKS = (GOOD / "links.csv").read_text("utf-8").splitlines()
E = "Bureau,https://example.org/a,facts only,published,2024,2026-11-23,"


def pair(nodes=GOOD_NODES, links=GOOD_LINKS):
    return read_pair(
        Raw("nodes.csv", "\n".join([NODES, *nodes]).encode()),
        Raw("links.csv", "\n".join([LINKS, *links]).encode()),
    )


def message(nodes=GOOD_NODES, links=GOOD_LINKS):
    with pytest.raises(BadDataError) as caught:
        pair(nodes, links)
    return str(caught.value)


def test_a_good_pair_gives_the_three_tables(small):
    assert (small.nodes.num_rows, small.links.num_rows, small.evidence.num_rows) == (7, 7, 1)
    assert small.nodes.schema == NODE
    assert small.links.schema == LINK
    assert small.evidence.schema == EVIDENCE


def test_a_missing_share_stays_missing(small):
    assert small.links["share"].to_pylist() == [None, None, 60.0, 30.0, 10.0, None, None]


def test_attributes_are_read_from_both_spellings():
    chain = pair(
        (*GOOD_NODES, 'fr,place,法国,France,,,,,"{""level"": ""country"", ""latitude"": 46}"')
    )
    by_id = {n["id"]: json.loads(n["ext"]) for n in chain.nodes.to_pylist()}
    assert by_id["fr"] == {"level": "country", "latitude": 46}
    assert by_id["cn"]["longitude"] == 105.0
    assert by_id["various"]["residual"] is True


def test_an_alias_is_the_same_provider():
    chain = pair(links=(*GOOD_LINKS, f"PRC,cell,supplies,2023,,,,,55,,,{E}"))
    assert chain.links["src"].to_pylist()[-1] == "cn"


def test_a_share_given_under_an_alias_again_is_a_repeated_link():
    text = message(links=(*GOOD_LINKS, f"PRC,ore,supplies,2023,,,,,60,,,{E}"))
    assert "links.csv:9 [src]: the same src, dst" in text
    assert "as line 4" in text


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("cn,place,x,x,,,,,", "nodes.csv:9 [id]: the same id as line 2"),
        ("b c,place,x,x,,,,,", "nodes.csv:9 [id]: 'b c' is no id"),
        ("b,plaace,x,x,,,,,", "nodes.csv:9 [kind]: unknown kind 'plaace' (did you mean place"),
        ("b,place,,x,,,,,", "nodes.csv:9 [zh]: is empty"),
        ("b,org,x,x,ore,,,,", "nodes.csv:9 [place]: 'ore' is no node of the kind place"),
        ("b,org,x,x,,190,,,", "nodes.csv:9 [valid_from]: '190' is no year"),
        ("b,org,x,x,,2005,2001,,", "nodes.csv:9 [valid_to]: '2001' lies before valid_from"),
        ("b,org,x,x,,,,PRC,", "nodes.csv:9 [aliases]: 'PRC' already names cn"),
        ("b,place,x,x,,,,,level=town", "nodes.csv:9 [ext]: unknown level 'town'"),
        ("b,place,x,x,,,,,latitude=93", "nodes.csv:9 [ext]: latitude is 93.0 (a number from -90"),
        ("b,place,x,x,,,,,just words", "nodes.csv:9 [ext]: 'just words' cannot be read"),
        ("b,place,x,x", "nodes.csv:9: 4 cells under 9 columns"),
    ],
)
def test_a_bad_node_is_named_with_line_and_column(line, says):
    assert says in message(nodes=(*GOOD_NODES, line))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            f"cn,or,supplies,2023,,,,,5,,,{E}",
            "links.csv:9 [dst]: unknown node 'or' (did you mean ore",
        ),
        (f"ore,ore,input_to,,,,,,,,,{E}", "links.csv:9 [dst]: 'ore' is linked to itself"),
        (
            f"cn,ore,suplies,2022,,,,,5,,,{E}",
            "[rel]: unknown relation 'suplies' (did you mean supplies",
        ),
        (
            f"ore,cn,supplies,2022,,,,,5,,,{E}",
            "[src]: supplies cannot have a input here (org or place)",
        ),
        (f"cn,ore,supplies,22,,,,,5,,,{E}", "[year]: '22' is no year"),
        (f"cn,ore,supplies,2022,,,,,105,,,{E}", "[share]: '105' % is no share (from 0 to 100)"),
        (f"cn,ore,supplies,2022,,,,,about 5,,,{E}", "[share]: 'about 5' is no number"),
        (f"cn,ore,supplies,2022,,,,,5,8,6,{E}", "[hi]: '6' lies below lo"),
        (f"cn,ore,supplies,2022,,,,,5,6,8,{E}", "[lo]: the value lies outside lo and hi"),
        (f"cn,ore,supplies,2022,,,,,,6,180,{E}", "[hi]: '180': a share lies between 0 and 100"),
        (f"cn,jp,flows_to,2022,,,3,,,,,{E}", "[unit]: a value needs its unit"),
        (f"cn,jp,flows_to,2022,,,,CNY,,,,{E}", "[value]: a unit without a value"),
        (
            f"cn,jp,flows_to,2022,,,3,CNY,,,,{E}",
            "[unit]: mixed units: 'CNY' where flows_to has '1e8 CNY'",
        ),
        (f"cn,jp,flows_to,2022,last year,,3,1e8 CNY,,,,{E}", "[period]: 'last year' is no period"),
        (
            "cn,jp,flows_to,2022,,,3,1e8 CNY,,,,,x,facts only,published,2024,2026-11-23,",
            "[source]: is empty",
        ),
        (
            "cn,jp,flows_to,2022,,,3,1e8 CNY,,,,s,x,facts only,said,2024,2026-11-23,",
            "[status]: unknown status 'said'",
        ),
        (f"car,ore,input_to,,,,,,,,,{E}", "[rel]: a cycle: "),
    ],
)
def test_a_bad_link_is_named_with_line_and_column(line, says):
    text = message(links=(*GOOD_LINKS, line))
    assert says in text
    assert "links.csv:9" in text or "a cycle" in text


def test_a_cycle_names_its_nodes_and_the_first_line_on_it():
    text = message(links=(*GOOD_LINKS, f"car,ore,input_to,,,,,,,,,{E}"))
    shown = text.split("a cycle: ")[1].split(" (")[0].split(" -> ")
    assert shown[0] == shown[-1]
    assert set(shown) == {"ore", "cell", "car"}
    assert "links.csv:2 [rel]" in text


def test_all_faults_come_at_once():
    bad = (*GOOD_LINKS, f"cn,or,supplies,2023,,,,,500,,,{E}", f"cn,ore,supplies,19,,,,,5,,,{E}")
    text = message((*GOOD_NODES, "x,plaace,,x,,,,,"), bad)
    assert text.startswith("5 faults, nothing was stored:")


def test_an_empty_chain_is_refused():
    assert "nodes.csv:1: the chain is empty" in message(nodes=(), links=())


def test_a_line_after_a_cell_of_several_lines_keeps_its_number():
    text = message(nodes=(*GOOD_NODES, 'y,org,"two\nlines",x,,,,,', "x,plaace,a,x,,,,,"))
    assert "nodes.csv:11 [kind]" in text


def test_joined_chains_keep_each_node_and_evidence_once(small):
    both = join([small, small])
    assert both.nodes.equals(small.nodes)
    assert both.evidence.equals(small.evidence)
    assert both.links["id"].to_pylist() == list(range(14))
