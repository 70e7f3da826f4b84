"""Which card opens behind which number: observations, index, verdicts, plan sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hubscope.nouns import Element, Observation, Origin, Verdict
from hubscope.portal.observatory import Observatory
from hubscope.portal.origins import Card, Row, rows
from hubscope.portal.scores import Index
from hubscope.portal.tree import Plan
from hubscope.words import say, typeset, words


def observation_card(o: Observation, seen: Observatory, lang: str, link: str) -> Card:
    """Producer, address, dates, vintage, status, note, file and line, query, run."""
    origin = o.origin
    indicator = seen.catalogue.get(o.indicator)
    computed = bool(indicator and indicator.sql and origin.file.endswith(".sql"))
    place = f"{origin.file}:{origin.line}" if origin.line else origin.file
    vintage = o.vintage if o.current else f"{o.vintage} · {say(lang, 'portal.superseded')}"
    return Card(
        rows(
            [
                Row("indicator", indicator.name.in_(lang) if indicator else o.indicator, link),
                Row("hub", seen.hub_name(o.hub, lang)),
                Row("covers", o.period or str(o.year)),
                Row("producer", seen.data_words(origin.producer, lang), data=True),
                Row("url", origin.url, origin.url),
                Row("accessed", origin.accessed),
                Row("licence", seen.data_words(origin.licence, lang), data=True),
                Row("vintage", vintage),
                Row("status", say(lang, f"nouns.status.{o.status}")),
                Row("interval", typeset.span(lang, o.lo, o.hi, 2))
                if o.lo is not None and o.hi is not None
                else None,
                Row("note", seen.data_words(o.note, lang), data=True),
                Row(
                    "inputs",
                    seen.data_words(origin.citation, lang),
                    code=computed,
                    data=not computed,
                ),
                Row("query", origin.file, f"{link}#query", code=True)
                if computed
                else Row("file", place, code=True),
                Row("run", seen.run, code=True),
            ]
        ),
        (told(replace(origin, producer=seen.producer(origin)), seen, lang),),
    )


def told(origin: Origin, seen: Observatory, lang: str) -> Origin:
    """The origin with its producer and licence in words of `lang`."""
    return replace(
        origin,
        producer=seen.data_words(origin.producer, lang),
        licence=seen.data_words(origin.licence, lang),
    )


def index_card(
    seen: Observatory, lang: str, link: str, step: str, inputs: Iterable[Row] = ()
) -> Card:
    """The recipe, its draws, the step that made this number and what it was made of."""
    index = seen.index
    assert index is not None
    return Card(
        rows(
            [
                Row("made_by", say(lang, f"portal.made.{step}"), link),
                *inputs,
                Row("recipe", steps_in_words(index, lang), link),
                Row("recipe_hash", index.recipe.hash[:12], code=True),
                Row("covers", str(index.year)),
                Row("draws", typeset.number(lang, index.draws)),
                Row("level", typeset.percent(lang, index.level)),
                Row("seed", str(index.seed), code=True),
                Row("run", seen.run, code=True),
            ]
        )
    )


def input_row(o: Observation, seen: Observatory, lang: str, link: str) -> Row:
    """One observation that a score is made of, leading to its indicator's page."""
    name = seen.catalogue[o.indicator].name.in_(lang) if o.indicator in seen.catalogue else ""
    value = typeset.quantity(lang, o.value, o.unit)
    text = say(
        lang, "portal.input", name=name or o.indicator, value=value, period=o.period or o.year
    )
    return Row("made_of", text, link)


def steps_in_words(index: Index, lang: str) -> str:
    """The recipe's steps in one line: "Normalise min-max → Combine arithmetic mean"."""
    return " → ".join(step_in_words(step, lang) for step in index.recipe.steps)


def step_in_words(step: dict[str, object], lang: str) -> str:
    """One step in words; settings that have none stand as the recipe has them."""
    known = words(lang)
    do = str(step.get("do", ""))
    told = [known.get(f"portal.step.{do}", do)]
    for key, value in step.items():
        if key == "method":
            told.append(known.get(f"portal.method.{value}", str(value)))
        elif key != "do":
            told.append(f"{key} {value}")
    return " ".join(told)


def verdict_card(
    v: Verdict, asked: Element | None, seen: Observatory, lang: str, link: str
) -> Card:
    """The target's sentence, the points the verdict rests on, the projection's method, the run."""
    points = typeset.listed(lang, [str(p.year) for p in v.points]) if v.points else ""
    indicator = seen.catalogue.get(v.indicator or "")
    return Card(
        rows(
            [
                Row("made_by", say(lang, "portal.made.verdict"), link),
                Row("target", asked.span.quote if asked else v.target),
                Row("indicator", indicator.name.in_(lang)) if indicator else None,
                Row("points", points),
                Row("projection", seen.data_words(v.projection.method, lang))
                if v.projection
                else None,
                Row("level", typeset.percent(lang, v.projection.level)) if v.projection else None,
                Row("run", seen.run, code=True),
            ]
        ),
        tuple(told(p.origin, seen, lang) for p in v.points),
    )


def target_card(asked: Element, plan: Plan, lang: str, link: str, run: str) -> Card:
    """The sentence that asks for it and where it stands in the plan."""
    return Card(
        rows(
            [
                Row("plan", " · ".join(p for p in (plan.title, plan.publisher) if p), link),
                Row("quote", asked.span.quote),
                Row("span", say(lang, "portal.span", start=asked.span.start, end=asked.span.end)),
                Row("rule", asked.rule, code=True),
                Row("run", run, code=True),
            ]
        )
    )


def count_card(what: str, seen: Observatory, lang: str, link: str) -> Card:
    """A number that is a count over the store: what was counted, in which run."""
    return Card(
        rows(
            [
                Row("made_by", say(lang, f"portal.made.{what}"), link),
                Row("run", seen.run, code=True),
            ]
        )
    )
