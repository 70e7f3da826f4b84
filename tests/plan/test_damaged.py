"""Damaged bytes of PDF, DOCX and HTML: an answer in words every time, never a crash, never a hang."""

import random

import pytest

from hubscope.errors import BadDocumentError
from hubscope.plan import read_plan
from hubscope.plan.documents import apart

from . import making

TEXT = "# 规划（2021—2025年）\n\n## 目标\n\n- 到2025年，研发投入强度达到3.5%。\n\n## 任务\n\n- 建设实验室。\n"
ROUNDS = 2
FORMS = ("pdf", "docx", "html")


def turned(data, chance):
    made = bytearray(data)
    for _ in range(40):
        made[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(made)


def cut(data, chance):
    return data[: chance.randrange(1, len(data))]


def spliced(data, chance):
    a, b = sorted(chance.sample(range(len(data)), 2))
    return data[:b] + data[a:]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    found = {}
    for form in FORMS:
        path = folder / f"plan.{form}"
        if form == "html":
            path.write_text(making.page(TEXT), "utf-8")
        else:
            getattr(making, form)(TEXT, path)
        found[form] = path.read_bytes()
    return found


@pytest.mark.parametrize("damage", [turned, cut, spliced])
@pytest.mark.parametrize("form", FORMS)
def test_a_damaged_file_ends_in_a_plan_or_a_message(whole, form, damage, tmp_path, monkeypatch):
    monkeypatch.setattr(apart, "SECONDS", 60)
    chance = random.Random(f"{form} {damage.__name__}")
    for n in range(ROUNDS):
        path = tmp_path / f"{n}.{form}"
        path.write_bytes(damage(whole[form], chance))
        plan, told = answer(path)
        assert (plan is None) is bool(told)
        if told:
            assert path.name in told.what
            assert told.hint
        else:
            assert all(plan.text[e.span.start : e.span.end] == e.span.quote for e in plan.elements)


def answer(path):
    """The plan in a file, or what the reader says against it."""
    try:
        return read_plan(path), None
    except BadDocumentError as error:
        return None, error
