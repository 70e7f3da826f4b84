"""The summary that the main job ends with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hubscope.nouns import FORCES
from hubscope.words import say

if TYPE_CHECKING:
    from hubscope.job.steps import Context


def summary(context: Context, lang: str) -> str:
    """What the job found, in a few lines: the index, the targets, what is unknown, the pages."""
    lines = [*_index(context, lang), "", *_targets(context, lang), "", *_paths(context, lang)]
    return "\n".join(lines)


def _index(context: Context, lang: str) -> list[str]:
    if "index" not in context.store.manifest().artifacts:
        return []
    body = context.store.json("index")
    focus = next((h for h in body["hubs"] if h["hub"] == context.workspace.settings.focus), None)
    if focus is None:
        return []
    lines = [_rank(context, body, focus, lang)]
    sweep = body.get("sweep")
    if sweep:
        lines.append(_sweep(context, sweep, lang))
    unknown = [f for f in FORCES if not body["coverage"].get(f, {"hubs": 1})["hubs"]]
    if unknown:
        names = ("、" if lang == "zh" else ", ").join(
            say(lang, f"nouns.force_name.{f}") for f in unknown
        )
        lines.append(say(lang, "cli.summary.unknown", forces=names))
    return lines


def _rank(context: Context, body: dict[str, Any], focus: dict[str, Any], lang: str) -> str:
    return say(
        lang,
        "cli.summary.index",
        hub=context.workspace.hubs[focus["hub"]].name.in_(lang),
        lo=focus["rank_lo"],
        hi=focus["rank_hi"],
        rank=focus["rank"],
        n=len(body["hubs"]),
        year=body["year"],
        draws=body["draws"],
        available=focus["available"],
        indicators=focus["indicators"],
    )


def _sweep(context: Context, sweep: dict[str, Any], lang: str) -> str:
    focus = context.workspace.settings.focus
    lo, hi = sweep["hubs"][focus]
    return say(
        lang,
        "cli.summary.sweep",
        indicator=_swept(context, sweep["code"], lang),
        low=sweep["low"],
        high=sweep["high"],
        span=sweep["median_span"],
        hub=context.workspace.hubs[focus].name.in_(lang),
        lo=lo,
        hi=hi,
    )


def _swept(context: Context, code: str, lang: str) -> str:
    """The name of an indicator, or of the force where the weight is of a whole force."""
    from hubscope.job.figures import catalogue

    known = catalogue(context)
    return known[code].name.in_(lang) if code in known else say(lang, f"nouns.force_name.{code}")


def _targets(context: Context, lang: str) -> list[str]:
    from hubscope.progress import from_json, sentence

    if "verdicts" not in context.store.manifest().artifacts:
        return []
    lines = []
    for v in from_json(context.store.json("verdicts")):
        kind = say(lang, f"nouns.verdict_kind.{v.kind}")
        name = _target_name(context, v.plan, v.target, lang)
        lines.append(f"  {v.target}  {kind}  {name}\n      {sentence(v, lang)}")
    return lines


def _target_name(context: Context, plan: str, target: str, lang: str) -> str:
    body = context.store.json("plan")[plan]
    elements = (body.get(lang) or next(iter(body.values())))["elements"]
    return next(str(e["quote"]) for e in elements if e["id"] == target)


def _paths(context: Context, lang: str) -> list[str]:
    from hubscope.job.pages import brief_file

    briefs = ", ".join(str(brief_file(context, x)) for x in context.workspace.settings.languages)
    return [
        say(lang, "cli.summary.briefs", paths=briefs),
        say(lang, "cli.summary.pages", path=context.workspace.site / "index.html"),
    ]
