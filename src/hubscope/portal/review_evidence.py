"""The confirming of evidence by form, in the same room and under the same lock as the review."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from hubscope.errors import UsageError, nearest
from hubscope.plan.evidence import read_items
from hubscope.plan.evidence.decisions import VERBS
from hubscope.plan.evidence.desk import EvidenceDesk, evidence_desk
from hubscope.plan.evidence.items import unique
from hubscope.plan.evidence.link import LINKED, Evidence
from hubscope.plan.evidence.scope import gazetteer
from hubscope.plan.quotes import quote_hash
from hubscope.words import say

if TYPE_CHECKING:
    from hubscope.workspace import Workspace


def has_evidence(workspace: Workspace) -> bool:
    """Whether the workspace names files of news items."""
    return bool(workspace.evidence_files())


def items_desk(workspace: Workspace, doc: str, by: str) -> EvidenceDesk:
    """The desk at the evidence beside a plan of the workspace; UsageError where there is none."""
    known = {d.id: d for d in workspace.settings.plan}
    if doc not in known or not has_evidence(workspace):
        raise UsageError(f"there is no evidence beside {doc}", hint=nearest(doc, known))
    items = unique(i for path in workspace.evidence_files() for i in read_items(path))
    document = known[doc]
    return evidence_desk(items, workspace.input(document.zh or document.en), by)


def asked(form: dict[str, str]) -> list[str]:
    """A form's fields as the words of a decision."""
    verb = form.get("verb", "")
    words = [form.get("item", ""), verb, *([e] if (e := form.get("element", "")) else [])]
    if verb in ("edit", "add"):
        names = ("grade",) if verb == "add" else ("grade", "place")
        words += [f"{n}={form[n]}" for n in names if form.get(n)]
        return [*words, *shlex.split(form.get("words", ""))]
    return [*words, form["words"]] if form.get("words") else words


def context(at: EvidenceDesk, lang: str) -> dict[str, Any]:
    """What the page shows: each item with its links, and the elements one can link to."""
    return {
        "rows": [_row(e, lang) for e in at.now()],
        "verbs": VERBS,
        "elements": [(e.id, " ".join(e.span.quote.split())[:60]) for e in at.plan.of(*LINKED)],
        "tag": "zh-CN" if at.plan.document.get("language") == "zh" else "en",
    }


def _row(e: Evidence, lang: str) -> dict[str, Any]:
    place = gazetteer().name(e.scope.place)
    key = f"plan.evidence.place.{e.scope.place}"
    return {
        "id": quote_hash(e.item.words),
        "title": e.item.title or e.item.text,
        "text": e.item.text,
        "state": say(lang, f"plan.review.{e.review}"),
        "open": e.review == "unreviewed" and bool(e.links),
        "place": place.in_(lang) if place else say(lang, key),
        "why": say(lang, f"plan.evidence.abstained.{e.abstained}") if e.abstained else "",
        "links": [
            {
                "element": x.element,
                "grade": say(lang, "plan.evidence.grade", n=x.grade),
                "reason": say(lang, f"plan.evidence.reason.{x.reason}"),
                "state": say(lang, f"plan.review.{x.review}"),
            }
            for x in e.links
        ],
    }
