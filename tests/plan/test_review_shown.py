"""What people decided reaches the store and the page; the rest is marked as unreviewed there."""

import shutil

from hubscope.job.plan import PLAN
from hubscope.job.steps import Context
from hubscope.plan.reviewing import desk
from hubscope.portal.observatory import read_plans
from hubscope.portal.sheets import plan as plan_sheet
from hubscope.store import Store
from hubscope.workspace import open_workspace


def test_a_decision_redoes_the_step_and_marks_the_element(beijing, tmp_path):
    folder = tmp_path / "ws"
    shutil.copytree(beijing, folder)
    opened = open_workspace(folder)
    context = Context(opened, Store(opened.store))
    before = PLAN.inputs(context)
    at = desk(folder / "plan" / "beijing.zh.md", "林岚")
    at.decide(["P1", "accept"])
    at.decide(["P1.2", "reject", "写错了"])
    assert PLAN.inputs(context) != before
    body = PLAN.make(context)["plan"]
    pair = read_plans(body, opened.settings.plan)["beijing-action-plan"]
    assert pair.in_("zh").review("P1") == "accepted"
    assert pair.in_("zh").review("P1.1") == "unreviewed"
    assert pair.in_("zh").find("P1.2") is None
    assert pair.in_("en").review("P1") == "unreviewed"
    assert plan_sheet.sheet(pair) is not None
