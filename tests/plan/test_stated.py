"""What a document states of itself, with where it says so; what it does not state stays empty."""

import pytest

from hubscope.plan import read_plan
from hubscope.plan.documents.meta import stated

from . import making

PAGE = """<!doctype html><html lang="zh-CN"><head><title>甲市规划</title>
<meta name="PubDate" content="2026-03-05 10:00"><meta name="ContentSource" content="甲市人民政府">
<link rel="canonical" href="https://example.org/plan">
<link rel="license" href="https://creativecommons.org/licenses/by/4.0/"></head><body><article>
<h1>甲市规划</h1><h2>二、发展目标</h2><p>到2030年，研发投入强度达到4%，高新技术企业突破8000家，技术合同成交额超过500亿元。</p>
<h2>三、建设平台</h2><p>（一）建设实验室。完善开放共享机制，支持企业牵头组建创新联合体，面向全社会开放。</p>
</article></body></html>"""
TEXT = """# 甲市规划

## 二、发展目标

到2030年，研发投入强度达到4%。
"""


def test_a_page_states_issuer_day_licence_language_and_address(tmp_path):
    path = tmp_path / "plan.html"
    path.write_text(PAGE, "utf-8")
    document = read_plan(path).document
    assert document["issuer"] == "甲市人民政府"
    assert document["published"] == "2026-03-05"
    assert document["licence"] == "https://creativecommons.org/licenses/by/4.0/"
    assert document["stated_language"] == "zh-CN"
    assert document["url"] == "https://example.org/plan"
    assert document["origins"]["issuer"] == "page"
    assert document["language"] == "zh"


def test_a_page_that_states_nothing_gets_nothing(tmp_path):
    path = tmp_path / "plan.html"
    path.write_text(making.page(TEXT * 3), "utf-8")
    document = read_plan(path).document
    assert not {"issuer", "licence", "url", "author"} & set(document)


@pytest.mark.parametrize(
    ("tag", "wanted"),
    [
        ('<link rel="canonical" href="javascript:alert(1)">', {}),
        ('<meta name="pubdate" content="soon">', {}),
        (f'<meta name="license" content="{"x" * 400}">', {}),
        ('<meta name="DCTERMS.issued" content="2024年3月1日">', {"published": "2024-03-01"}),
        ("<html lang=''><p", {}),
    ],
)
def test_hostile_or_empty_tags_state_nothing(tag, wanted):
    assert stated(tag) == wanted


def test_a_docx_states_its_office_author_days_and_language(tmp_path):
    from docx import Document

    path = tmp_path / "plan.docx"
    making.docx(TEXT, path)
    made = Document(str(path))
    made.core_properties.author = "规划处"
    made.core_properties.language = "zh-CN"
    made.save(str(path))
    document = read_plan(path).document
    assert document["author"] == "规划处"
    assert document["stated_language"] == "zh-CN"
    assert document["origins"]["author"] == "file"


def test_a_pdf_states_its_language_and_day(tmp_path):
    path = tmp_path / "plan.pdf"
    making.pdf(TEXT, path)
    document = read_plan(path).document
    assert document["stated_language"] == "zh"
    assert document["origins"]["stated_language"] == "file"


def test_front_matter_states_facts_of_the_text(tmp_path):
    path = tmp_path / "plan.md"
    head = "---\ntitle: 甲市规划\nsource: https://example.org/a\nlicense: CC BY 4.0\ndate: 2026-01-02\n---\n\n"
    path.write_text(head + TEXT, "utf-8")
    document = read_plan(path).document
    assert document["url"] == "https://example.org/a"
    assert document["licence"] == "CC BY 4.0"
    assert document["published"] == "2026-01-02"
    assert document["origins"]["licence"] == "text"
