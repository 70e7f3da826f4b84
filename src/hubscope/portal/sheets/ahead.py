"""What to look at next: what the verdicts and the index leave open, each in one sentence."""

from __future__ import annotations

from markupsafe import Markup

from hubscope.nouns import FORCES, Verdict
from hubscope.portal.sheets import story
from hubscope.portal.view import View
from hubscope.words import typeset

WANTS = {
    "progress.no_data": "figures",
    "progress.only_later_data": "figures",
    "progress.one_figure": "years",
    "progress.not_a_number": "number",
    "progress.no_indicator": "indicator",
    "progress.no_common_unit": "indicator",
}
"""What an unknown verdict waits for, by its reason."""
ORDER = ("short", "figures", "years", "number", "indicator", "forces")


def sentences(view: View, hub: str) -> list[Markup]:
    """One sentence for each kind of open matter about `hub`, the most pressing first."""
    open_now: dict[str, list[Markup]] = {}
    for v in view.seen.verdicts:
        if v.hub == hub and (kind := _kind(v)):
            link = Markup('<a href="{}">{}</a>')
            name = story.name(view, v, view.asked(v)).striptags()
            to = f"{view.to(f'plans/{v.plan}')}#{story.anchor(v)}"
            open_now.setdefault(kind, []).append(link.format(to, name))
    if forces := _unmeasured(view, hub):
        open_now["forces"] = forces
    return [
        view.t(f"ahead.{kind}", names=_listed(view, open_now[kind]))
        for kind in ORDER
        if kind in open_now
    ]


def _kind(v: Verdict) -> str:
    """What the target waits for; empty where it stands well."""
    if v.kind in ("behind", "missed"):
        return "short"
    return WANTS.get(v.reason, "figures") if v.kind == "unknown" else ""


def _unmeasured(view: View, hub: str) -> list[Markup]:
    """The forces in which the index knows nothing of a hub that it ranks."""
    index = view.seen.index
    row = index.of(hub) if index else None
    if index is None or row is None:
        return []
    return [view.word(f"nouns.force_name.{f}") for f in FORCES if not row.forces.get(f)]


def _listed(view: View, names: list[Markup]) -> Markup:
    unique = list(dict.fromkeys(names))
    return Markup(typeset.listed(view.lang, [str(n) for n in unique]))  # noqa: S704  # escaped above
