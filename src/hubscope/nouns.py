"""The nouns of hubscope: frozen values without logic or I/O (GLOSSARY.md has each in zh and en)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

FORCES = ("pull", "originality", "momentum", "attraction", "influence")
"""The five forces of the plan, in its order: 牵引力 原创力 新动力 吸引力 影响力."""

PROGRAMMES = ("P1", "P2", "P3", "P4", "P5", "P6")
"""The six programmes, by the ordinal of the plan."""

STATUSES = ("reported", "derived", "estimate", "approximate", "listed_order")
"""How a value came to be; `listed_order` is a press list assumed to be in rank order."""

Direction = Literal["+", "-", "neutral"]
VerdictKind = Literal["met", "on_target", "behind", "missed", "unknown"]


@dataclass(frozen=True, slots=True)
class Words:
    """The same words in both languages."""

    zh: str
    en: str

    def in_(self, lang: str) -> str:
        """The words in `lang`, "zh" or "en"."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from; nothing is stored without one."""

    producer: str
    url: str
    accessed: str
    """Date the source was read, ISO 8601."""
    citation: str = ""
    licence: str = ""
    sha256: str = ""
    """Hash of the file that the value was read from."""
    file: str = ""
    line: int = 0
    """File and line of the workspace that hold the value."""


@dataclass(frozen=True, slots=True)
class Hub:
    """A named set of places."""

    id: str
    name: Words
    economy: str
    """ISO 3166 alpha-2 codes, joined by "/" where a hub crosses a border."""
    kind: Literal["city", "cluster", "region", "country"] = "cluster"
    latitude: float | None = None
    longitude: float | None = None
    aliases: tuple[str, ...] = ()
    part_of: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """A definition: what is measured, in which unit and direction, how, and from where."""

    id: str
    name: Words
    definition: Words
    formula: str
    unit: str
    direction: Direction
    force: str
    programmes: tuple[str, ...]
    caveat: Words
    source: str
    """Open source that feeds it, in the catalogue's words."""
    role: Literal["measure", "input", "context"] = "measure"
    """`input` feeds other indicators; `context` (ranks of others) is shown, never combined."""
    aliases: tuple[str, ...] = ()
    """Names under which plans speak of it, zh and en."""
    sql: str = ""
    """The query that computes it over the store's tables."""
    code: str = ""
    """Its code in the catalogue: F1-01 ..."""
    published_by: str = ""
    """Who publishes it, or something close to it, today."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One value of one indicator for one hub and year, in one vintage."""

    hub: str
    indicator: str
    year: int
    value: float
    unit: str
    status: str
    vintage: str
    """When the value was published or computed; later vintages never overwrite earlier ones."""
    origin: Origin
    lo: float | None = None
    hi: float | None = None
    period: str = ""
    """Given where the value covers more than `year` alone, for example "2018-2022"."""
    note: str = ""
    current: bool = True
    """False where a later vintage of the same hub, indicator and year exists."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its interval and how the interval was made."""

    value: float
    lo: float
    hi: float
    level: float
    method: str


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a document: offsets in code points of the unmodified text, end exclusive."""

    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """The value a target starts from, as its sentence gives it."""

    quantity: float
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What a target sentence asks for."""

    indicator: str
    """The indicator in the sentence's own words."""
    operator: str
    """One of = > >= < <= ≈ × (times the baseline) range magnitude ordinal."""
    quantity: float | None
    unit: str
    year: int | None
    baseline: Baseline | None = None
    upper: float | None = None
    """The upper end where the operator is `range`."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a plan with the sentence it was read from."""

    id: str
    kind: str
    parent: str | None
    span: Span
    name: str = ""
    ordinal: int | None = None
    speaker: str | None = None
    horizon: int | None = None
    target: Target | None = None
    parts: dict[str, Span] = field(default_factory=dict)
    """Named pieces of the span: `means` of a force, `footing` and `more` of a principle."""
    rule: str = ""
    """The rule that found it; together with `confidence` the reason to trust or review it."""
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one target stands against its observations, and why."""

    target: str
    """Id of the plan element."""
    hub: str
    indicator: str | None
    """Catalogue id, or None where the target's words match no indicator."""
    kind: VerdictKind
    gap: float | None
    """Latest value minus the value asked for, in the indicator's unit."""
    gap_share: float | None
    """`gap` as a share of the value asked for."""
    latest: Observation | None
    points: tuple[Observation, ...]
    """The observations the verdict rests on, oldest first."""
    projection: Estimate | None
    """Linear trend at the target's year, where three or more years exist."""
    probability: float | None
    """Probability that the target is reached, from the projection."""
    easy: bool
    met_year: int | None
    reason: str
    """Key of the sentence in words/ that says why."""
    reason_values: dict[str, str | float | int] = field(default_factory=dict)
    plan: str = ""
    """Id of the plan document the target is of."""
