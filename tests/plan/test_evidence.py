"""Evidence: fields, traps, grades, whose achievement, abstention, copies, feeds."""

import json
import shutil
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hubscope.cli.app import app
from hubscope.errors import BadDataError
from hubscope.job.plan import PLAN
from hubscope.job.steps import Context
from hubscope.plan import read_plan
from hubscope.plan.evidence import Item, evidence, read_items, scope
from hubscope.plan.evidence.taxonomy import fields, taxonomy
from hubscope.store import Store
from hubscope.workspace import open_workspace

HERE = Path(__file__).parent
ITEMS = tomllib.loads((HERE / "evidence_items.toml").read_text("utf-8"))["item"]
LEAD = "清华大学团队在量子计算机上实现上百个量子比特的纠缠，成果发表。"


def grades(found):
    best = {}
    for link in found.links:
        best[link.programme] = max(best.get(link.programme, 0), link.grade)
    return best


@pytest.fixture(scope="module")
def plan():
    return read_plan(HERE / "evidence_plan.md")


@pytest.mark.parametrize(("words", "wanted", "place"), ITEMS, ids=[i[0][:12] for i in ITEMS])
def test_own_items_are_linked_graded_and_placed(words, wanted, place, plan):
    found = evidence([Item(words)], plan)[0]
    assert grades(found) == wanted
    assert found.scope.place == place
    assert bool(found.abstained) is not bool(wanted)


def test_the_leads_of_the_seed(document, gold):
    path = document("01_seed_gmw_beijing.txt")
    rows = gold("01_seed_gmw_beijing")["recommended_reading"]
    items = read_items(path)
    assert [(i.text, i.published) for i in items] == [
        (r["text"], r["timestamp"][:10]) for r in rows
    ]
    found = evidence(items, read_plan(path))
    assert [grades(e) for e in found] == [r["programmes"] for r in rows]
    assert sum(e.grade > 0 for e in found) == 10
    assert [n for n, e in enumerate(found, 1) if e.counts_for("beijing")] == [20]
    assert [
        e.scope.place in ("national", "international", "unknown", "beijing") for e in found
    ] == [not r["hub_scope"].startswith("other_cn") for r in rows]
    assert found[13].abstained == "no_field"


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("种子是“农业芯片”", {"agriculture"}),
        ("芯片设计企业", {"chips"}),
        ("量子芯片", {"quantum"}),
        ("涉及人工智能、基因编辑等多个领域", set()),
        ("人工智能芯片", {"ai", "chips"}),
        ("健康发展", set()),
        ("the AI act", {"ai"}),
        ("he said", set()),
        ("blue chip shares", set()),
    ],
)
def test_aliases_and_negative_patterns(words, wanted):
    assert {h.field for h in fields(words)} == wanted


def test_each_field_has_words_in_both_languages_and_finds_its_own_name_or_alias():
    for field in taxonomy().values():
        assert field.name.zh
        assert field.name.en
        assert field.sort in ("technology", "system")


@pytest.mark.parametrize(
    ("words", "place", "hub", "inside"),
    [
        ("中国科学院大连化学物理研究所的研究员", "dalian", "beijing", False),
        ("中国科学院物理研究所的研究员", "beijing", "beijing", True),
        ("北京时间18日，我国药物获批", "national", "beijing", False),
        ("天津港", "tianjin", "jing-jin-ji", True),
        ("天津港", "tianjin", "beijing", False),
        ("记者在北京获悉，上海的企业", "beijing", "shanghai", False),
        ("一支国际团队", "international", "beijing", False),
        ("一项成果", "unknown", "beijing", False),
    ],
)
def test_whose_achievement_it_is(words, place, hub, inside):
    found = scope(words)
    assert found.place == place
    assert found.within(hub) is inside


def test_a_national_project_stays_national_and_names_its_institute():
    found = scope("作为中国科学院“十四五”重大项目，由中国科学院力学研究所研制")
    assert (found.place, found.others) == ("national", ("beijing",))


def test_copies_are_one_item(tmp_path):
    rows = [
        {"text": LEAD, "url": "https://a.example/1"},
        {"text": LEAD + "（记者 王某）", "url": "https://b.example/2"},
        {"text": "另一条完全不同的新闻，说的是港口。"},
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), "utf-8")
    found = read_items(path)
    assert [i.copies for i in found] == [("https://b.example/2",), ()]


RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>
<item><title>量子</title><description>&lt;p&gt;{0}&lt;/p&gt;</description>
<link>https://a.example/1</link><pubDate>Tue, 23 Dec 2025 09:00:00 GMT</pubDate></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>量子</title>
<summary>{0}</summary><link href="https://a.example/1"/><updated>2025-12-23T09:00:00Z</updated>
</entry></feed>"""
CSV = "标题,正文,链接,日期\n量子,{0},https://a.example/1,2025-12-23\n"
JSON = '[{{"title": "量子", "text": "{0}", "url": "https://a.example/1", "date": "2025-12-23"}}]'


@pytest.mark.parametrize(
    ("name", "form"), [("a.rss", RSS), ("a.xml", ATOM), ("a.csv", CSV), ("a.json", JSON)]
)
def test_every_form_gives_the_same_item(name, form, tmp_path):
    path = tmp_path / name
    path.write_text(form.format(LEAD), "utf-8")
    item = read_items(path)[0]
    assert (item.title, item.text, item.url, item.published) == (
        *("量子", LEAD, "https://a.example/1"),
        "2025-12-23",
    )


def test_the_reading_list_of_an_html_page_is_found(tmp_path):
    path = tmp_path / "p.html"
    body = "".join(
        f"<p>第{n}段，到2030年，建成国际科技创新中心，开展各项工作。</p>" for n in range(9)
    )
    reading = f"<h4>推荐阅读</h4><ul><li><a>{LEAD}</a></li><li>2025-12-23 09:00</li></ul>"
    path.write_text(f"<html><body><h1>规划</h1>{body}<div>{reading}</div></body></html>", "utf-8")
    assert [(i.text, i.published) for i in read_items(path)] == [(LEAD, "2025-12-23")]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.jsonl", '{"text": "a"}\nnonsense\n', "line 2"),
        ("a.jsonl", '{"colour": "red"}\n', "neither text nor title"),
        ("a.csv", "colour\nred\n", "line 2"),
        ("a.rss", "<rss><channel/></rss>", "holds no items"),
        ("a.rss", "<rss>", "no feed"),
        ("a.rss", '<!DOCTYPE r [<!ENTITY a "b">]><rss>&a;</rss>', "entities"),
        ("a.txt", "到2030年，建成中心。", "holds no items"),
    ],
)
def test_what_holds_no_items_is_refused(name, text, says, tmp_path):
    path = tmp_path / name
    path.write_text(text, "utf-8")
    with pytest.raises(BadDataError, match=says):
        read_items(path)


def test_the_verb_prints_a_row_an_item(beijing):
    asked = ["plan", "evidence", str(beijing / "evidence" / "items.jsonl")]
    asked += ["--plan", str(beijing / "plan" / "beijing.zh.md")]
    run = CliRunner().invoke(app, asked, catch_exceptions=False)
    rows = [r.split("\t") for r in run.stdout.splitlines()][1:]
    assert len(rows) == 14
    assert sum(r[0] != "0" for r in rows) == 10
    made = json.loads(CliRunner().invoke(app, [*asked, "--json"]).stdout)
    assert [r["title"] for r in made if r["counts"]] == ["二维金属的制备入选年度物理突破"]
    assert {r["review"] for r in made} == {"unreviewed"}


def test_the_job_stores_the_demo_s_evidence_and_no_press_sentence(beijing, tmp_path, document):
    folder = tmp_path / "ws"
    shutil.copytree(beijing, folder)
    opened = open_workspace(folder)
    made = PLAN.make(Context(opened, Store(opened.store)))
    rows = made["evidence"]["beijing-action-plan"]
    assert len(rows) == 14
    assert {r["note"] for r in rows} == {"restated"}
    press = document("01_seed_gmw_beijing.txt").read_text("utf-8")
    for row in rows:
        whole = row["text"]
        assert not any(whole[i : i + 20] in press for i in range(len(whole) - 19))
