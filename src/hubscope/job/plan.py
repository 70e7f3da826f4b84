"""Step: the workspace's plan documents into plan elements, in each language."""

from __future__ import annotations

from collections.abc import Mapping

from hubscope.job.steps import Context, Step, hash_file, hash_value
from hubscope.plan import as_json
from hubscope.plan.decisions import review_file
from hubscope.plan.reviewed import read_reviewed
from hubscope.workspace import PlanDocument


def _files(document: PlanDocument) -> dict[str, str]:
    return {lang: name for lang, name in (("zh", document.zh), ("en", document.en)) if name}


def _inputs(context: Context) -> Mapping[str, str]:
    found = {"documents": hash_value([d.model_dump() for d in context.workspace.settings.plan])}
    for document in context.workspace.settings.plan:
        for name in _files(document).values():
            path = context.workspace.input(name)
            found[name] = hash_file(path)
            if (decided := review_file(path)).is_file():
                found[decided.name] = hash_file(decided)
    return found


def _make(context: Context) -> Mapping[str, object]:
    return {
        "plan": {
            document.id: {
                lang: as_json(read_reviewed(context.workspace.input(name)))
                for lang, name in _files(document).items()
            }
            for document in context.workspace.settings.plan
        }
    }


PLAN = Step("plan", _inputs, _make)
