"""Plans in other formats: valid, complete, and StratML and JSON read back without loss."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from hubscope.cli.app import app
from hubscope.errors import BadDocumentError, UsageError
from hubscope.plan import as_json, from_json, read_plan, read_text
from hubscope.plan.out import FORMATS, from_stratml, written
from hubscope.plan.out.rows import COLUMNS
from hubscope.plan.out.stratml import NAMESPACE
from hubscope.plan.out.stratml_read import problems

SHIPPED = Path(__file__).resolve().parents[2] / "examples" / "beijing" / "plan"
TWINS = Path(__file__).parent / "twins"
PLANS = [*sorted(SHIPPED.glob("*.md")), *sorted(TWINS.glob("*.md"))]
SHARED = ["01_seed_gmw_beijing", "02_zh_digital_economy_14fyp", "05_en_fds_2021_action_plan"]
SHARED += ["07_en_uk_gov_digital_strategy_2012", "s1_zh_synth_news_targets", "s3_zh_synth_table"]
BASELINE = "到2030年，全市研发经费投入强度由3.1%提高到3.5%，新增企业300—500家。\n"


@pytest.mark.parametrize("path", PLANS, ids=lambda p: p.name)
def test_stratml_is_valid_and_gives_the_same_plan_back(path):
    plan = read_plan(path)
    data = written(plan, "stratml")
    assert problems(data) == []
    assert from_stratml(data) == plan


@pytest.mark.parametrize("name", SHARED)
def test_stratml_of_shared_documents_round_trips(name, document):
    plan = read_plan(document(f"{name}.txt"))
    data = written(plan, "stratml")
    assert problems(data) == []
    assert from_stratml(data) == plan


@settings(max_examples=60, deadline=None)
@given(noise=st.text(max_size=40))
def test_stratml_round_trips_with_any_characters_in_the_text(noise):
    plan = read_text(f"到2030年，建成科技创新中心{noise}。\n\n{BASELINE}", name="x")
    data = written(plan, "stratml")
    assert problems(data) == []
    assert from_stratml(data) == plan


def test_operator_span_and_speaker_stand_in_descriptors():
    plan = read_text(BASELINE, name="x")
    first = plan.of("target")[0]
    plan = replace(plan, elements=tuple(replace(e, speaker="林岚") for e in plan.elements))
    root = ET.fromstring(written(plan, "stratml"))
    space = {"s": NAMESPACE}
    own = next(
        o
        for o in root.iter(f"{{{NAMESPACE}}}Objective")
        if o.findtext("s:Identifier", namespaces=space) == first.id
    )
    pairs = {
        d.findtext("s:DescriptorName", namespaces=space): d.findtext(
            "s:DescriptorValue", namespaces=space
        )
        for d in own.iter(f"{{{NAMESPACE}}}Descriptor")
    }
    assert json.loads(pairs["operator"]) == first.target.operator == "="
    assert (int(pairs["start"]), int(pairs["end"])) == (first.span.start, first.span.end)
    assert json.loads(pairs["speaker"]) == "林岚"
    assert own.findtext(".//s:TargetResult/s:NumberOfUnits", namespaces=space) == "3.5"
    assert own.findtext(".//s:TargetResult/s:EndDate", namespaces=space) == "2030-12-31"
    assert own.findtext(".//s:ActualResult/s:NumberOfUnits", namespaces=space) == "3.1"


def test_the_schema_refuses_what_stratml_does_not_know():
    data = written(read_text(BASELINE, name="x"), "stratml")
    assert (
        "not expected"
        in problems(data.replace(b"<Name>", b"<Nam>").replace(b"</Name>", b"</Nam>"))[0]
    )
    with pytest.raises(BadDocumentError, match="invalid"):
        from_stratml(data.replace(b'Type="Strategic_Plan"', b'Type="Wish"', 1))


def test_stratml_of_others_is_told_from_ours():
    other = f"""<PerformancePlanOrReport xmlns="{NAMESPACE}" Type="Strategic_Plan"><Name>a</Name>
    <StrategicPlanCore><Goal><Name>g</Name><Description/></Goal></StrategicPlanCore>
    </PerformancePlanOrReport>""".encode()
    assert problems(other) == []
    with pytest.raises(BadDocumentError, match="not written by hubscope"):
        from_stratml(other)
    with pytest.raises(BadDocumentError, match="no XML"):
        from_stratml(b"<a>")


def test_json_is_read_back():
    plan = read_plan(PLANS[0])
    assert from_json(json.loads(written(plan, "json"))) == plan
    assert {row["review"] for row in as_json(plan)["elements"]} == {"unreviewed"}


def test_csv_and_parquet_hold_the_same_rows():
    plan = read_text(BASELINE, name="x")
    read = list(csv.DictReader(io.StringIO(written(plan, "csv").decode("utf-8-sig"))))
    table = pq.read_table(io.BytesIO(written(plan, "parquet"))).to_pylist()
    assert [list(r) for r in read] == [list(COLUMNS)] * len(plan.elements)
    assert [{k: "" if v is None else str(v) for k, v in r.items()} for r in table] == read
    first = next(r for r in table if r["kind"] == "target")
    assert (first["quantity"], first["baseline_quantity"]) == (3.5, 3.1)
    span = next(r for r in table if r["operator"] == "range")
    assert (span["quantity"], span["upper"]) == (300.0, 500.0)


def test_jsonld_names_every_element_and_its_sentence():
    plan = read_plan(PLANS[1])
    made = json.loads(written(plan, "jsonld"))
    ids = {part["@id"] for part in made["hasPart"]}
    assert len(ids) == len(plan.elements)
    for part, element in zip(made["hasPart"], plan.elements, strict=True):
        assert part["isPartOf"] in ids | {made["@id"]}
        quote, place = part["selector"]
        assert quote["exact"] == plan.text[place["start"] : place["end"]] == element.span.quote
    used = {k for part in made["hasPart"] for k in part if not k.startswith("@")}
    assert "@vocab" in made["@context"]
    assert {"isPartOf", "selector"} <= used & set(made["@context"])


def test_iati_gives_each_dated_target_with_its_baseline():
    root = ET.fromstring(written(read_text(BASELINE, name="x"), "iati"))
    results = root.findall("iati-activity/result")
    assert len(results) == 2
    indicator = results[0].find("indicator")
    assert indicator.get("ascending") == "1"
    assert indicator.find("baseline").get("value") == "3.1"
    assert indicator.find("period/target").get("value") == "3.5"
    assert indicator.find("period/period-end").get("iso-date") == "2030-12-31"


def test_an_unknown_format_names_the_known_ones():
    with pytest.raises(UsageError) as caught:
        written(read_text(BASELINE, name="x"), "stratm")
    assert "stratml" in caught.value.hint


@pytest.mark.parametrize("to", FORMATS)
def test_the_verb_writes_every_format(to, tmp_path):
    out = tmp_path / "made"
    run = CliRunner().invoke(
        app,
        ["plan", "export", str(PLANS[0]), "--to", to, "--out", str(out)],
        catch_exceptions=False,
    )
    assert run.exit_code == 0
    assert out.read_bytes() == written(read_plan(PLANS[0]), to)
