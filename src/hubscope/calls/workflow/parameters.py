"""What a call's family sets: slots, caps, quotas, days; four presets ship."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

Days = Annotated[int, Field(ge=0, le=3650)]
Share = Annotated[float, Field(ge=0, le=1)]


def _numbers(value: Any) -> Any:
    """A list in one form field or option: `5, 3`."""
    return re.findall(r"[^,，;；\s]+", value) if isinstance(value, str) else value


def _table(value: Any) -> Any:
    """Names with their numbers in one form field: `power | 0.4`, one a line."""
    if not isinstance(value, str):
        return value
    rows = [re.split(r"[|｜]", row) for row in re.split(r"[\n;；]", value) if row.strip()]
    if any(len(row) != 2 for row in rows):
        raise PydanticCustomError("name_number", "each line is a name and a number: name | number")
    return {name.strip(): number.strip() for name, number in rows}


class Parameters(BaseModel):
    """The numbers and choices of one call; a preset fills them, an officer may change them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slots: Annotated[int, Field(ge=1, le=1000)] = 1
    keep: Annotated[tuple[Annotated[int, Field(ge=1)], ...], BeforeValidator(_numbers)] = ()
    """Races: how many stay in after the first, second ... milestone."""
    pays: Literal["milestone", "acceptance", "none"] = "milestone"
    partners_max: Annotated[int, Field(ge=0, le=99)] = 9
    bids_per_applicant: Annotated[int, Field(ge=1, le=99)] = 1
    shortlist_max: Annotated[int, Field(ge=1, le=1000)] = 20
    recommendation: bool = False
    """Whether a bid must be recommended by an office with a quota."""
    quota: Annotated[int, Field(ge=1, le=1000)] = 15
    reviews_per_bid: Annotated[int, Field(ge=1, le=10)] = 3
    load_max: Annotated[int, Field(ge=1, le=200)] = 9
    assignment: Literal["optimal", "max_min", "leximin", "threshold", "randomised"] = "optimal"
    """How experts are assigned: by the largest total, by the worst-served bid, or by lot."""
    pair_probability: Annotated[float, Field(gt=0, le=1)] = 1.0
    """Below 1 an optimal assignment is drawn: no pair is made with more than this probability."""
    user_weight: Share = 0.2
    """Weight of the end user's view of how well a bid meets the need, beside the experts'."""
    need_threshold: Annotated[float, Field(ge=0, le=100)] = 60
    lottery: bool = False
    """Whether the contested band is settled by lot, the seed committed when the call opens."""
    lot_from: Annotated[float, Field(ge=0, le=0.5)] = 0.3
    """Bids in the best portfolio of at least this share of draws, and no more than the rest."""
    show_scores: bool = True
    show_experts: bool = False
    """Publishing experts' names is the practice in some cities; check the law that applies."""
    integrity_days: Days = 1095
    open_days_min: Days = 7
    certification_days: Days = 7
    notice_days: Days = 7
    draft_days: Days = 180
    vet_days: Days = 60
    publish_days: Days = 90
    review_days: Days = 90
    negotiate_days: Days = 90
    award_days: Days = 60
    run_days: Days = 1095
    suspend_days: Days = 180
    accept_days: Days = 120
    appeal_days: Days = 10
    board_days: Days = 30

    def days(self, name: str) -> timedelta:
        """The stretch of time that a definition names."""
        return timedelta(days=int(getattr(self, name)))


class Preset(BaseModel):
    """A family of calls as it is run somewhere, with the source of its rules."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    family: str
    zh: str
    en: str
    source: str
    parameters: Parameters


@cache
def presets() -> dict[str, Preset]:
    """The shipped presets by family: ministry, race, enterprise, prize."""
    folder = files("hubscope.calls.workflow") / "presets"
    found = (
        Preset.model_validate(tomllib.loads(f.read_text("utf-8")))
        for f in sorted(folder.iterdir(), key=lambda f: f.name)
        if f.name.endswith(".toml")
    )
    return {p.family: p for p in found}


Shares = Annotated[dict[str, Share], BeforeValidator(_table)]
Year = Annotated[str, StringConstraints(pattern=r"^(19|20)\d\d$")]


class LimitsIn(BaseModel):
    """What the portfolio keeps to, beside budget and slots; shares are of the budget."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    per_lead: Annotated[int, Field(ge=0, le=1000)] = 0
    field_min: Shares = {}
    field_max: Shares = {}
    region_min: Shares = {}
    region_max: Shares = {}
    young_min: Share = 0.0
    years: Annotated[dict[Year, Annotated[float, Field(ge=0)]], BeforeValidator(_table)] = {}
