"""Methods: how the index is made, how sure it is, what moves it, what nobody knows."""

from __future__ import annotations

from typing import Any

from hubscope.index import Recipe
from hubscope.index.means import SEPARABLE
from hubscope.index.scale import scale_of
from hubscope.nouns import FORCES
from hubscope.portal import charts, export
from hubscope.portal.scores import Index
from hubscope.portal.sheet import Sheet
from hubscope.portal.sheets.home import shown
from hubscope.portal.view import View
from hubscope.words import typeset, words


def sheet() -> Sheet:
    """The page that says how every number is made."""
    return Sheet(
        "methods",
        "methods.html",
        "methods",
        lambda v: v.t("methods.title"),
        lambda v: str(v.t("methods.about")),
        _context,
        export.method_rows,
    )


def _context(view: View) -> dict[str, Any]:
    index = view.seen.index
    return {
        "index": index,
        "steps": _steps(view, index) if index else [],
        "coverage": _coverage(view, index) if index else [],
        "sensitivity": _sensitivity(view, index) if index else [],
        "sweep": _sweep(view, index) if index and index.sweep else None,
        "draws": view.indexed(typeset.number(view.lang, index.draws), "draws") if index else "",
        "level": view.indexed(typeset.percent(view.lang, index.level), "draws") if index else "",
        "scale": _scale(view, index) if index else "",
        "rules": _rules(view),
        "artifacts": sorted(view.seen.artifacts.items()),
        "inputs": sorted(view.seen.inputs.items()),
    }


def _rules(view: View) -> list[Any]:
    keys = [k for k in words(view.lang) if k.startswith("portal.rule.")]
    return [view.t(k.removeprefix("portal.")) for k in keys]


def _steps(view: View, index: Index) -> list[dict[str, Any]]:
    """The recipe's steps: the word for each, and its settings as they stand in the recipe."""
    known = words(view.lang)
    return [
        {
            "do": step.get("do", ""),
            "word": known.get(f"portal.step.{step.get('do')}", ""),
            "settings": [setting(k, v, known) for k, v in step.items() if k != "do"],
        }
        for step in index.recipe.steps
    ]


def setting(key: str, value: object, known: dict[str, str]) -> tuple[str, str, str]:
    """A setting of a step: its name and value as the recipe has them, and in words if known."""
    return key, str(value), known.get(f"portal.{key}.{value}", "")


def _scale(view: View, index: Index) -> str:
    """Between what scores can lie, or in which unit they are where nothing is normalised."""
    steps = index.recipe.steps
    bounds = scale_of(Recipe.of(*steps), None, len(index.hubs))
    if bounds:
        low, high = (typeset.number(view.lang, end) for end in bounds)
        return str(view.t("methods.scale_bounds", low=low, high=high))
    codes = [c for part in index.coverage.values() for c in part.codes]
    units = {view.seen.catalogue[c].unit for c in codes if c in view.seen.catalogue}
    if len(units) != 1 or not _as_measured(steps):
        return ""
    unit = typeset.unit_words(view.lang, next(iter(units)))
    return str(view.t("methods.scale_unit", unit=unit)) if unit else ""


def _as_measured(steps: list[dict[str, Any]]) -> bool:
    """Whether scores are means of the indicators as they were measured."""
    told = {s["do"]: s.get("method") for s in steps}
    means = told.get("aggregate", "arithmetic") in SEPARABLE
    return means and set(told) <= {"normalise", "impute", "aggregate", "weight"} and (
        told.get("normalise", "none") == "none"
    )  # fmt: skip


def _coverage(view: View, index: Index) -> list[dict[str, Any]]:
    return [
        {
            "name": view.word(f"nouns.force_name.{f}"),
            "indicators": view.indexed(str(c.indicators), "coverage"),
            "hubs": view.indexed(str(c.hubs), "coverage"),
            "known": c.indicators > 0,
        }
        for f in FORCES
        if (c := index.coverage.get(f))
    ]


def _sensitivity(view: View, index: Index) -> list[dict[str, Any]]:
    axis = charts.Scale(0, 1, (0, 0.5, 1))
    return [
        {
            "factor": factor_words(view, s.factor),
            "first": view.indexed(typeset.percent(view.lang, s.first), "sensitivity"),
            "total": view.indexed(typeset.percent(view.lang, s.total), "sensitivity"),
            "cell": charts.bar(axis, s.total),
        }
        for s in index.sensitivity
    ]


def factor_words(view: View, factor: str) -> str:
    """A factor of the recipe in words, or as the recipe calls it."""
    text = words(view.lang).get(f"portal.factor.{factor}") or view.data_words(factor)
    return text[:1].upper() + text[1:]


def _sweep(view: View, index: Index) -> dict[str, Any]:
    assert index.sweep is not None
    ranks = charts.Scale(1, len(index.hubs), ())
    rows = [
        {
            "name": view.hub_link(h.hub),
            "focus": h.hub == view.seen.focus,
            "ranks": view.indexed(typeset.span(view.lang, *index.sweep.hubs[h.hub]), "sweep"),
            "cell": charts.rank_range(
                ranks,
                index.sweep.hubs[h.hub][0],
                h.rank,
                index.sweep.hubs[h.hub][1],
                kind="focus" if h.hub == view.seen.focus else "",
            ),
        }
        for h in shown(index.ranked(), view.seen.focus)
        if h.hub in index.sweep.hubs
    ]
    return {
        "rows": rows,
        "code": view.indicator_link(index.sweep.code),
        "low": view.indexed(typeset.percent(view.lang, index.sweep.low), "sweep"),
        "high": view.indexed(typeset.percent(view.lang, index.sweep.high), "sweep"),
        "span": view.indexed(typeset.number(view.lang, index.sweep.median_span), "sweep"),
    }
