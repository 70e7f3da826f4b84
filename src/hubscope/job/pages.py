"""Steps: everything the store holds into the printed briefs and the pages."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from hubscope.job.figures import own_definitions
from hubscope.job.steps import Context, Step, artifact_hashes, hash_file, hash_value
from hubscope.store.files import make_folder, write_atomic

DATA = (
    *("plan", "figures", "observations", "index", "verdicts", "chains", "linkage"),
    *("found", "inflow", "patent_fields_by_hub", "unplaced"),
)
"""The artifacts that pages and briefs show."""


def _inputs(context: Context) -> Mapping[str, str]:
    workspace = context.workspace
    shown = {
        "name": hash_value(workspace.settings.model_dump()),
        "hubs": hash_value([repr(h) for h in workspace.hubs.values()]),
    }
    if name := workspace.settings.words:
        shown[name] = hash_file(workspace.input(name))
    return artifact_hashes(context, *DATA) | shown | own_definitions(context)


def brief_file(context: Context, lang: str) -> Path:
    """Where the brief in `lang` stands."""
    return context.workspace.root / "briefs" / f"brief-{lang}.pdf"


def _make_briefs(context: Context) -> Mapping[str, object]:
    from hubscope.portal.brief import brief
    from hubscope.portal.observatory import load

    seen = load(context.workspace, context.store)
    made = {lang: brief(seen, lang) for lang in context.workspace.settings.languages}
    for lang, pdf in made.items():
        file = brief_file(context, lang)
        make_folder(file.parent)
        write_atomic(file, pdf)
    return {f"brief-{lang}": pdf for lang, pdf in made.items()}


def _briefs_stand(context: Context) -> bool:
    artifacts = context.store.manifest().artifacts
    return all(
        (file := brief_file(context, lang)).is_file()
        and sha256(file.read_bytes()).hexdigest() == artifacts[f"brief-{lang}"].sha256
        for lang in context.workspace.settings.languages
    )


def _site_inputs(context: Context) -> Mapping[str, str]:
    from hubscope.portal.calls.mount import calls_link

    names = [f"brief-{lang}" for lang in context.workspace.settings.languages]
    calls = calls_link(context.workspace.root)
    linked = {"calls_link": sha256(calls.encode()).hexdigest()} if calls else {}
    return {**_inputs(context), **artifact_hashes(context, *names), **linked}


def _make_site(context: Context) -> Mapping[str, object]:
    from hubscope.portal.observatory import load
    from hubscope.portal.publish import write_site
    from hubscope.portal.site import page, pages

    seen = load(context.workspace, context.store)
    briefs = [
        page(f"brief-{lang}.pdf", context.store.path(f"brief-{lang}").read_bytes())
        for lang in context.workspace.settings.languages
    ]
    found = [*pages(seen, briefs=False), *briefs]
    write_site(found, context.workspace.site)
    return {"site": {p.path: sha256(p.body).hexdigest() for p in found}}


def _site_stands(context: Context) -> bool:
    """Whether every page is there with the bytes that were written."""
    folder = context.workspace.site
    return all(
        (file := folder / path).is_file() and sha256(file.read_bytes()).hexdigest() == digest
        for path, digest in context.store.json("site").items()
    )


BRIEF = Step("brief", _inputs, _make_briefs, _briefs_stand)
SITE = Step("site", _site_inputs, _make_site, _site_stands)
