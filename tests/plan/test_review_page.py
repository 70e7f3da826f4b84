"""The review by form: who may, once; every form with its token; decisions beside the document."""

import re
import shutil

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from hubscope.cli.serve import _door
from hubscope.errors import UsageError
from hubscope.plan.decisions import load, review_file
from hubscope.portal.review import COOKIE, Door, asked, loopback, mount_review
from hubscope.workspace import open_workspace

PAGE = "/review/beijing-action-plan/zh"


@pytest.fixture
def folder(beijing, tmp_path):
    return shutil.copytree(beijing, tmp_path / "ws")


@pytest.fixture
def door():
    return Door("林岚")


def client(folder, door, *, host="127.0.0.1", name="127.0.0.1:8000"):
    app = FastAPI()
    mount_review(app, open_workspace(folder), door)
    made = TestClient(app, base_url=f"http://{name}", client=(host, 50_000))
    made.follow_redirects = False
    return made


@pytest.fixture
def inside(folder, door):
    found = client(folder, door)
    assert found.get(f"/review/open?key={door.key}").status_code == 303
    return found


def form(door, **more):
    return {"csrf": door.csrf, "id": "P1", "verb": "accept", "words": ""} | more


def kept(folder):
    return load(review_file(folder / "plan" / "beijing.zh.md"))


def test_a_decision_by_form_is_kept_beside_the_document(inside, folder, door):
    assert "beijing-action-plan" in inside.get("/review/").text
    text = inside.get(PAGE).text
    assert text.count('name="csrf"') == text.count('<form method="post"') > 50
    assert "<script" not in text
    answer = inside.post(PAGE, data=form(door))
    assert answer.status_code == 303
    assert [(d.verb, d.by, d.kind) for d in kept(folder)] == [("accept", "林岚", "programme")]
    assert "已由人接受" in inside.get(PAGE).text


def test_the_key_opens_once(folder, door):
    key = door.key
    first, second = client(folder, door), client(folder, door)
    assert first.get("/review/open?key=wrong").status_code == 403
    opened = first.get(f"/review/open?key={key}")
    flags = opened.headers["set-cookie"].lower()
    assert "httponly" in flags
    assert "samesite=strict" in flags
    assert second.get(f"/review/open?key={key}").status_code == 403
    assert second.get("/review/open?key=").status_code == 403
    assert second.get(PAGE).status_code == 403


def test_without_the_token_of_the_form_nothing_is_written(inside, folder, door):
    for wrong in ({"csrf": ""}, {"csrf": "x" * 32}):
        assert inside.post(PAGE, data=form(door, **wrong)).status_code == 403
    assert kept(folder) == []


def test_without_the_session_nothing_is_shown_or_written(folder, door):
    door.open(door.key)
    outside = client(folder, door)
    outside.cookies.set(COOKIE, "guess")
    assert outside.get("/review/").status_code == 403
    assert outside.get(PAGE).status_code == 403
    assert outside.post(PAGE, data=form(door)).status_code == 403
    assert kept(folder) == []


@pytest.mark.parametrize(
    ("host", "name"), [("10.0.0.7", "127.0.0.1:8000"), ("127.0.0.1", "evil.example:8000")]
)
def test_another_machine_and_another_name_are_refused(folder, door, host, name):
    session = door.open(door.key)
    found = client(folder, door, host=host, name=name)
    found.cookies.set(COOKIE, session)
    assert found.get(PAGE).status_code == 403
    assert found.get("/review/open?key=a").status_code == 403


def test_a_form_of_another_site_is_refused(inside, folder, door):
    answer = inside.post(PAGE, data=form(door), headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert kept(folder) == []


def test_what_is_wrong_is_told_on_the_page_and_nothing_is_written(inside, folder, door):
    answer = inside.post(PAGE, data=form(door, verb="edit", words="colour=red"))
    assert answer.status_code == 422
    assert "colour" in re.search(r'role="alert">([^<]+)', answer.text)[1]
    assert inside.post(PAGE, data=form(door, words='"open')).status_code == 422
    assert inside.get("/review/nothing/zh").status_code == 404
    assert inside.post(PAGE, data=form(door, words="x" * 70_000)).status_code == 413
    assert kept(folder) == []


def test_words_of_a_document_are_escaped(folder, door):
    path = folder / "plan" / "beijing.zh.md"
    path.write_text(
        path.read_text("utf-8") + "\n- 到2025年，<script>企业</script>数量达到9家。\n", "utf-8"
    )
    found = client(folder, door)
    found.get(f"/review/open?key={door.key}")
    assert "<script" not in found.get(PAGE).text


def test_forms_become_the_words_of_a_decision():
    assert asked({"id": "T1", "verb": "split", "words": "甲\n 乙 \n"}) == [
        "T1",
        "split",
        "甲",
        "乙",
    ]
    assert asked({"verb": "add", "kind": "goal", "quote": " 甲 ", "words": "year=2030"}) == [
        *("add", "goal", "甲"),
        "year=2030",
    ]
    assert asked({"id": "T1", "verb": "reject", "words": "it's wrong"}) == [
        *("T1", "reject"),
        "it's wrong",
    ]


@pytest.mark.parametrize(
    ("host", "port", "by"), [("0.0.0.0", 8000, "a"), ("127.0.0.1", 0, "a"), ("127.0.0.1", 80, " ")]
)
def test_the_verb_refuses_an_open_door(host, port, by):
    with pytest.raises(UsageError):
        _door(host, port, by)


def test_addresses_of_this_machine():
    assert [loopback(h) for h in ("127.0.0.1", "::1", "localhost", "10.0.0.1", "x", "")] == [
        *(True, True, True),
        *(False, False, False),
    ]


EVIDENCE = "/review/beijing-action-plan/evidence/zh"


def test_evidence_is_confirmed_by_form(inside, folder, door):
    from hubscope.plan.evidence.decisions import evidence_file
    from hubscope.plan.evidence.decisions import load as load_links

    assert EVIDENCE in inside.get("/review/").text
    page = inside.get(EVIDENCE)
    assert page.text.count('name="csrf"') == page.text.count('<form method="post"') == 14
    item = re.search(r'name="item" value="([0-9a-f]{16})"', page.text)[1]
    fields = {"csrf": door.csrf, "item": item, "verb": "accept", "element": "", "words": ""}
    assert inside.post(EVIDENCE, data=fields).status_code == 303
    kept_links = load_links(evidence_file(folder / "plan" / "beijing.zh.md"))
    assert [(d.item, d.verb, d.by) for d in kept_links] == [(item, "accept", "林岚")]
    assert "已由人接受" in inside.get(EVIDENCE).text
    edit = fields | {"verb": "edit", "element": "P2.3", "grade": "1", "place": ""}
    assert inside.post(EVIDENCE, data=edit).status_code == 303
    assert load_links(evidence_file(folder / "plan" / "beijing.zh.md"))[-1].grade == 1


def test_evidence_takes_nothing_without_token_key_or_sense(inside, folder, door):
    from hubscope.plan.evidence.decisions import evidence_file

    fields = {"csrf": door.csrf, "item": "0000", "verb": "accept"}
    assert inside.post(EVIDENCE, data=fields).status_code == 422
    assert inside.post(EVIDENCE, data=fields | {"csrf": ""}).status_code == 403
    assert inside.get("/review/nothing/evidence/zh").status_code == 404
    assert inside.get("/review/beijing-action-plan/evidence/fr").status_code == 404
    assert client(folder, door).get(EVIDENCE).status_code == 403
    assert not evidence_file(folder / "plan" / "beijing.zh.md").exists()
