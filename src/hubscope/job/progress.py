"""Step: the plan's targets against the observations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hubscope.indicators import observations
from hubscope.job.figures import catalogue, own_definitions
from hubscope.job.steps import Context, Step, artifact_hashes, hash_value
from hubscope.plan import from_json
from hubscope.progress import judge, link, to_json


def _inputs(context: Context) -> Mapping[str, str]:
    settings = context.workspace.settings
    return (
        artifact_hashes(context, "plan", "observations")
        | {"settings": hash_value([settings.progress.model_dump(), settings.focus])}
        | own_definitions(context)
    )


def _make(context: Context) -> Mapping[str, object]:
    settings = context.workspace.settings.progress
    indicators = catalogue(context)
    found = observations(context.store.table("observations"))
    texts = context.store.json("plan")
    verdicts = []
    for document in context.workspace.settings.plan:
        by_language = texts[document.id]
        plan = from_json(by_language.get("zh") or by_language["en"])
        for element in plan.elements:
            if element.target is None:
                continue
            linked = link(element.target, indicators)
            key = (document.hub, linked.id if linked else "")
            verdict = judge(
                element,
                document.hub,
                linked,
                [o for o in found if (o.hub, o.indicator) == key],
                issued=int(document.issued[:4]),
                about=settings.about,
                early_years=settings.early_years,
            )
            verdicts.append(replace(verdict, plan=document.id))
    return {"verdicts": to_json(verdicts)}


PROGRESS = Step("progress", _inputs, _make)
