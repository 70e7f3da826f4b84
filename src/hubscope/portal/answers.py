"""What the data API answers: pydantic models, made from the observatory's values."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pydantic import BaseModel, ConfigDict

from hubscope.nouns import Hub, Indicator, Observation, Verdict
from hubscope.portal.observatory import Observatory
from hubscope.portal.scores import HubScore
from hubscope.portal.tree import Plan, PlanPair
from hubscope.words import LANGUAGES


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class WordsAnswer(_Answer):
    """The same words in both languages."""

    zh: str
    en: str


class HubAnswer(_Answer):
    """A hub; `score` is null where the index does not cover it."""

    id: str
    name: WordsAnswer
    economy: str
    kind: str
    latitude: float | None
    longitude: float | None
    part_of: str
    score: HubScore | None = None


class IndicatorAnswer(_Answer):
    """A definition from the catalogue."""

    id: str
    code: str
    name: WordsAnswer
    definition: WordsAnswer
    formula: str
    unit: str
    direction: str
    force: str
    programmes: tuple[str, ...]
    caveat: WordsAnswer
    source: str
    role: str
    sql: str
    observations: int = 0


class OriginAnswer(_Answer):
    """Where a value comes from."""

    producer: WordsAnswer
    url: str
    accessed: str
    citation: WordsAnswer
    licence: WordsAnswer
    sha256: str
    file: str
    line: int


class ObservationAnswer(_Answer):
    """One value in one vintage."""

    hub: str
    indicator: str
    year: int
    period: str
    value: float
    lo: float | None
    hi: float | None
    unit: str
    status: str
    vintage: str
    current: bool
    note: WordsAnswer
    origin: OriginAnswer


class ObservationPage(_Answer):
    """Observations `offset` to `offset + limit` of `total`."""

    total: int
    limit: int
    offset: int
    observations: list[ObservationAnswer]


class EstimateAnswer(_Answer):
    """A value with its interval and how the interval was made."""

    value: float
    lo: float
    hi: float
    level: float
    method: str


class VerdictAnswer(_Answer):
    """How one target stands, and on what the verdict rests."""

    plan: str
    target: str
    hub: str
    indicator: str | None
    kind: str
    gap: float | None
    gap_share: float | None
    latest: ObservationAnswer | None
    points: tuple[ObservationAnswer, ...]
    projection: EstimateAnswer | None
    probability: float | None
    easy: bool
    met_year: int | None
    reason: str
    reason_values: dict[str, str | float | int]


class SpanAnswer(_Answer):
    """A piece of the document, offsets in code points, end exclusive."""

    start: int
    end: int
    quote: str


class ElementAnswer(_Answer):
    """One element of a plan with its sentence."""

    id: str
    kind: str
    parent: str | None
    span: SpanAnswer
    name: str
    ordinal: int | None
    speaker: str | None
    horizon: int | None
    target: dict[str, Any] | None
    parts: dict[str, SpanAnswer]


class VersionAnswer(_Answer):
    """One language of a plan."""

    title: str
    elements: list[ElementAnswer]


class PlanAnswer(_Answer):
    """A plan in the languages it exists in, paired by element id."""

    doc: str
    hub: str
    versions: dict[str, VersionAnswer]


class ManifestAnswer(_Answer):
    """The run and the hashes of what it was made from."""

    run: str
    artifacts: dict[str, str]
    inputs: dict[str, str]


class Problem(BaseModel):
    """What went wrong, by RFC 9457, with a hint."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    hint: str = ""


def hub_answer(hub: Hub, seen: Observatory) -> HubAnswer:
    """A hub with its place in the index."""
    answer = HubAnswer.model_validate(hub)
    return answer.model_copy(update={"score": seen.index.of(hub.id) if seen.index else None})


def indicator_answer(indicator: Indicator, seen: Observatory) -> IndicatorAnswer:
    """A definition with the number of its observations."""
    answer = IndicatorAnswer.model_validate(indicator)
    count = len(seen.by_indicator.get(indicator.id, ()))
    return answer.model_copy(update={"observations": count})


def observation_answer(observation: Observation, seen: Observatory) -> ObservationAnswer:
    """An observation with its origin; the data's own words in both languages where known."""
    own, origin = asdict(observation), asdict(observation.origin)
    said = {k: _both(seen, origin[k]) for k in ("producer", "citation", "licence")}
    own |= {"note": _both(seen, observation.note), "origin": origin | said}
    return ObservationAnswer.model_validate(own)


def _both(seen: Observatory, text: str) -> dict[str, str]:
    return {lang: seen.data_words(text, lang) for lang in LANGUAGES}


def verdict_answer(verdict: Verdict, seen: Observatory) -> VerdictAnswer:
    """A verdict with the observations it rests on."""
    rests = {
        "latest": verdict.latest and observation_answer(verdict.latest, seen),
        "points": [observation_answer(p, seen) for p in verdict.points],
    }
    return VerdictAnswer.model_validate(asdict(verdict) | rests)


def plan_answer(pair: PlanPair) -> PlanAnswer:
    """Both languages of a plan."""
    return PlanAnswer(
        doc=pair.doc,
        hub=pair.hub,
        versions={lang: _version(plan) for lang, plan in pair.versions.items()},
    )


def _version(plan: Plan) -> VersionAnswer:
    rows = [asdict(e) for e in plan.elements]
    return VersionAnswer(title=plan.title, elements=[ElementAnswer.model_validate(r) for r in rows])


def manifest_answer(seen: Observatory) -> ManifestAnswer:
    """The run and its hashes."""
    return ManifestAnswer(run=seen.run, artifacts=dict(seen.artifacts), inputs=dict(seen.inputs))
