"""Step: the workspace's plan documents into plan elements, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from hubscope.indicators import load_catalogue
from hubscope.job.steps import Context, Step, hash_file, hash_value
from hubscope.nouns import Target
from hubscope.plan import Plan, as_json
from hubscope.plan.decisions import review_file
from hubscope.plan.evidence import Evidence, Item, evidence, read_items
from hubscope.plan.evidence.confirmed import confirmed
from hubscope.plan.evidence.decisions import evidence_file, load
from hubscope.plan.evidence.items import unique
from hubscope.plan.evidence.rows import rows
from hubscope.plan.history import Version, as_tree
from hubscope.plan.keyness import keyness
from hubscope.plan.reviewed import read_reviewed
from hubscope.progress import link
from hubscope.workspace import PlanDocument


def _files(document: PlanDocument) -> dict[str, str]:
    return {lang: name for lang, name in (("zh", document.zh), ("en", document.en)) if name}


def _inputs(context: Context) -> Mapping[str, str]:
    found = {"documents": hash_value([d.model_dump() for d in context.workspace.settings.plan])}
    for document in context.workspace.settings.plan:
        for name in _files(document).values():
            path = context.workspace.input(name)
            found[name] = hash_file(path)
            for decided in (review_file(path), evidence_file(path)):
                if decided.is_file():
                    found[decided.name] = hash_file(decided)
    for path in context.workspace.evidence_files():
        found[str(path.relative_to(context.workspace.root))] = hash_file(path)
    return found


def _make(context: Context) -> Mapping[str, object]:
    read = {
        document.id: {
            lang: read_reviewed(context.workspace.input(name))
            for lang, name in _files(document).items()
        }
        for document in context.workspace.settings.plan
    }
    made: dict[str, object] = {
        "plan": {
            doc: {lang: as_json(plan) for lang, plan in by_lang.items()}
            for doc, by_lang in read.items()
        }
    }
    return made | _evidence(context, read) | _series(context, read)


def _series(context: Context, read: Mapping[str, Mapping[str, Plan]]) -> dict[str, object]:
    """The documents of each hub over time, and the words of each plan against the others."""
    documents = context.workspace.settings.plan
    catalogue = load_catalogue()

    def known(target: Target) -> str:
        linked = link(target, catalogue)
        return linked.id if linked else ""

    history = {
        hub: as_tree([_version(d, read) for d in documents if d.hub == hub], known)
        for hub in {d.hub: None for d in documents}
    }
    return {"plan-history": history, "plan-words": {d.id: _words(d.id, read) for d in documents}}


def _version(document: PlanDocument, read: Mapping[str, Mapping[str, Plan]]) -> Version:
    plan = read[document.id].get("zh") or read[document.id]["en"]
    series = (tuple(document.supersedes), tuple(document.implements))
    return Version(document.id, document.issued, plan, *series)


def _words(doc: str, read: Mapping[str, Mapping[str, Plan]]) -> dict[str, object]:
    """A plan's words by language, where another plan in that language stands beside it."""
    made: dict[str, object] = {}
    for lang, plan in read[doc].items():
        others = [v[lang] for name, v in read.items() if name != doc and lang in v]
        if others:
            made[lang] = [asdict(s) | {"clear": s.clear} for s in keyness(plan, others)]
    return made


def _evidence(context: Context, read: Mapping[str, Mapping[str, Plan]]) -> dict[str, object]:
    """The workspace's news items beside each plan; nothing where it names none."""
    paths = context.workspace.evidence_files()
    items = unique(item for path in paths for item in read_items(path))
    if not items:
        return {}
    return {
        "evidence": {
            document.id: rows(_confirmed(context, document, items, read), document.hub)
            for document in context.workspace.settings.plan
        }
    }


def _confirmed(
    context: Context,
    document: PlanDocument,
    items: list[Item],
    read: Mapping[str, Mapping[str, Plan]],
) -> list[Evidence]:
    """The items beside one plan, with what people decided about their links."""
    plan = read[document.id].get("zh") or read[document.id]["en"]
    path = context.workspace.input(document.zh or document.en)
    return confirmed(evidence(items, plan), plan, load(evidence_file(path)))


PLAN = Step("plan", _inputs, _make)
