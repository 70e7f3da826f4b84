"""A document that cannot be read as a plan gets one clear message with a hint."""

import json

import pytest

from hubscope.errors import BadDocumentError
from hubscope.plan import from_json, read_plan, read_text
from hubscope.plan.documents import opened


def refused(call, *words):
    with pytest.raises(BadDocumentError) as caught:
        call()
    message = str(caught.value)
    assert caught.value.exit_code == 10
    assert caught.value.hint
    for word in words:
        assert word in message
    return message


def test_a_missing_file_is_named(tmp_path):
    refused(lambda: read_plan(tmp_path / "plan.md"), "plan.md", "does not exist")


def test_a_folder_is_no_document(tmp_path):
    refused(lambda: read_plan(tmp_path), "is a folder")


def test_bytes_that_are_not_utf8_are_placed(tmp_path):
    path = tmp_path / "gb.txt"
    path.write_bytes("第一行\n".encode() + "到2030年，建成中心。".encode("gb18030"))
    refused(lambda: read_plan(path), "line 2", "iconv -f")


def test_the_encoding_is_guessed_in_the_hint(tmp_path):
    path = tmp_path / "mixed.txt"
    path.write_bytes("甲乙丙丁\n".encode() + "龘靐齉爩".encode("big5", "ignore") + b"\xb0\xd1\n")
    refused(lambda: read_plan(path), "iconv -f")


def test_a_binary_file_is_refused(tmp_path):
    path = tmp_path / "plan.bin"
    path.write_bytes(b"\x7fELF" + bytes(64))
    refused(lambda: read_plan(path), "binary")


@pytest.mark.parametrize("text", ["", "  \n\t\n", "\ufeff"])
def test_an_empty_text_is_refused(tmp_path, text):
    path = tmp_path / "empty.md"
    path.write_text(text, "utf-8")
    refused(lambda: read_plan(path), "empty.md", "empty")


def test_a_text_without_plan_elements_is_refused():
    refused(lambda: read_text("今天天气很好，我们去公园散步。", name="walk.txt"), "walk.txt")
    refused(lambda: read_text("The weather was fine. We walked.", name="walk.txt"), "walk.txt")


def test_a_large_file_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(opened, "LARGEST", 100)
    path = tmp_path / "large.md"
    path.write_text("# 规划\n" * 100, "utf-8")
    refused(lambda: read_plan(path), "large.md", "at most")


def test_json_without_its_fields_is_refused():
    refused(lambda: from_json(json.loads('{"elements": []}')), "attributions")
