"""What each step is given: the forms, the API and the command line all read these."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from hubscope.calls.desk.fields import (
    Body,
    Money,
    Names,
    Number,
    Percent,
    Said,
    Short,
    Text,
    Title,
    blank_is_none,
    split_rows,
)

INDICATOR = ("name", "unit", "direction", "threshold", "target", "method", "tester")
PROMISE = ("name", "value")
MILESTONE = ("title", "due", "indicator", "threshold", "tranche")
YEAR = ("year", "amount")
TIE = ("kind", "what")
ROWS = {
    "indicators": INDICATOR,
    "promises": PROMISE,
    "milestones": MILESTONE,
    "years": YEAR,
    "ties": TIE,
}
"""Fields that hold rows, and the parts of a row in their order."""
PARTY = ("lead", "leader", "partners", "team", "related", "ties", "breach", "region", "young")
"""What says who bids: kept apart from the bid."""


class NeedIndicator(Body):
    """What is measured of a result, and from which value on it counts."""

    name: Short
    unit: str = ""
    direction: Literal["+", "-"] = "+"
    threshold: Number
    target: Number | None = None
    method: str = ""
    tester: str = ""


class NeedIn(Body):
    """One need 榜题."""

    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,19}$")]
    organisation: Short
    title: Title
    problem: Text = ""
    state_of_art: Text = ""
    indicators: Annotated[list[NeedIndicator], split_rows(INDICATOR), Field(max_length=30)] = Field(
        default_factory=list
    )
    due: Annotated[date | None, BeforeValidator(blank_is_none)] = None
    budget: Money = 0.0
    payers: Text = ""
    payment: Text = ""
    ip: Text = ""
    first_use: bool = False
    conditions: Text = ""
    confidentiality: Literal["public", "internal"] = "public"
    site: Text = ""
    contact: Text = ""


class Promise(Body):
    """What a bid promises for one indicator of the need."""

    name: Short
    value: Number


class MilestoneIn(Body):
    """One milestone of a bid: a test and the money that follows it."""

    title: Short
    due: date
    indicator: Short
    threshold: Number
    tranche: Money = 0.0


class YearAmount(Body):
    """Money asked for in one year."""

    year: Annotated[int, Field(ge=2000, le=2100)]
    amount: Money


class TieIn(Body):
    """What a bidder declares of itself, by which related bidders are found."""

    kind: Literal["owner", "officer", "address", "phone", "email", "account"]
    what: Short


class BidIn(Body):
    """One bid: what is offered, and apart from it who offers it."""

    need: Short
    title: Title
    abstract: Text = ""
    route: Text = ""
    promises: Annotated[list[Promise], split_rows(PROMISE), Field(max_length=30)] = Field(
        default_factory=list
    )
    milestones: Annotated[list[MilestoneIn], split_rows(MILESTONE), Field(max_length=30)] = Field(
        default_factory=list
    )
    cost: Money
    years: Annotated[list[YearAmount], split_rows(YEAR), Field(max_length=20)] = Field(
        default_factory=list
    )
    field: str = ""
    lead: Short
    leader: Short
    partners: Names = Field(default_factory=list)
    team: Names = Field(default_factory=list)
    related: Names = Field(default_factory=list)
    ties: Annotated[list[TieIn], split_rows(TIE), Field(max_length=100)] = Field(
        default_factory=list
    )
    breach: Annotated[date | None, BeforeValidator(blank_is_none)] = None
    region: str = ""
    young: bool = False

    @model_validator(mode="after")
    def _sums(self) -> BidIn:
        paid = sum(m.tranche for m in self.milestones)
        if paid > self.cost * (1 + 1e-9):
            raise PydanticCustomError(
                "tranches_over_cost",
                "tranches add up to {paid}, more than the cost of {cost}",
                {"paid": f"{paid:g}", "cost": f"{self.cost:g}"},
            )
        asked = sum(y.amount for y in self.years)
        if self.years and abs(asked - self.cost) > max(0.01, self.cost * 1e-6):
            raise PydanticCustomError(
                "years_not_cost",
                "the years add up to {asked}, not to the cost of {cost}",
                {"asked": f"{asked:g}", "cost": f"{self.cost:g}"},
            )
        return self


class ReviewerIn(Body):
    """One expert: what they wrote is what they are matched by."""

    name: Short
    organisations: Names
    wrote: Text = ""
    load_max: Annotated[int | None, Field(ge=1, le=200), BeforeValidator(blank_is_none)] = None
    conflicts: Names = Field(default_factory=list)
    """Codes of bids, organisations or persons that the expert declares."""
    email: str = ""


class RelationIn(Body):
    """A tie between a reviewer and a bid, a person or an organisation."""

    reviewer: Short
    other: Short
    kind: Literal["declared", "advisor", "grant", "family", "financial", "coauthor", "competitor"]
    hard: bool = True
    source: Short
    expires: Annotated[date | None, BeforeValidator(blank_is_none)] = None


class Nothing(Body):
    """A step that needs no words."""


class ReasonIn(Body):
    """A step that must be explained."""

    reason: Said


class NeedScoreIn(Body):
    """The need itself, scored on four aspects, and what a search for existing solutions found."""

    need: Short
    pull: Percent
    basis: Percent
    indicators: Percent
    finance: Percent
    market_search: Said


class PublishIn(Body):
    """When bids must be in."""

    deadline: AwareDatetime


class AmendIn(Body):
    """What changes while the call is open, and the later deadline."""

    deadline: AwareDatetime
    text: Said


class AssignIn(Body):
    """How experts are assigned: as the call's rules have it, or by a method named on the record."""

    method: Literal["rule", "optimal", "max_min", "leximin", "threshold", "randomised"] = "rule"


class ConflictIn(Body):
    """A reviewer's declaration."""

    reviewer: str = ""
    reason: Said


class ReviewIn(Body):
    """A reviewer's marks; each review carries its own declaration, else it is void."""

    reviewer: str = ""
    fit: Percent
    route: Percent
    team_plan: Percent
    indicators: Percent
    comment: Text = ""
    no_conflict: bool

    @model_validator(mode="after")
    def _declared(self) -> ReviewIn:
        if not self.no_conflict:
            raise PydanticCustomError(
                "undeclared", "without the declaration of no conflict a review is void"
            )
        return self


class UserViewIn(Body):
    """How well the bid meets the need, as its end user sees it."""

    score: Percent


class RoleIn(Body):
    """A role in this call for a person with an account."""

    email: Short
    role: Literal[
        "demander", "officer", "recommender", "chair", "assessor", "end_user", "appeal_board",
        "auditor",
    ]  # fmt: skip


class ObjectionIn(Body):
    """A real-name objection with its grounds."""

    name: Short
    text: Said


class AnswerIn(Body):
    """The board's answer to an objection."""

    objection: int
    answer: Said


class ReportIn(Body):
    """A third party's measurement for a milestone (0: the final test)."""

    milestone: Annotated[int, Field(ge=0, le=99)]
    value: Number
    organisation: Short
    evidence: Text = ""
    """Hashes of uploaded files."""


class OpinionIn(Body):
    """What the end user says of a milestone."""

    milestone: Annotated[int, Field(ge=0, le=99)]
    content: bool
    text: Text = ""


class MilestoneNumber(Body):
    """Which milestone."""

    milestone: Annotated[int, Field(ge=1, le=99)]


class ChangeIn(Body):
    """A change to a frozen indicator: all sides sign the same words."""

    milestone: Annotated[int, Field(ge=1, le=99)]
    threshold: Number
    reason: Said


class AcceptIn(Body):
    """A signature under the acceptance."""

    organisation: Short
    note: Text = ""


class DecideIn(Body):
    """How the portfolio is decided."""

    draws: Annotated[int, Field(ge=20, le=2000)] = 200
    reason: Text = ""


class ParametersIn(Body):
    """What a call is made of, beside its needs."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,58}$")]
    family: Literal["ministry", "race", "enterprise", "prize"]
    title: Title
    payer: Short
    budget: Money
    synthetic: bool = False


def when(value: datetime | date | None) -> str:
    """A date as text, empty where there is none."""
    return "" if value is None else value.isoformat()
