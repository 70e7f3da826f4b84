"""What a step is, and the kinds that need no code of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hubscope.calls.desk.bodies import Nothing, ReasonIn
from hubscope.calls.desk.case import Case
from hubscope.calls.desk.fields import Body


def _nothing(case: Case) -> None:
    del case


@dataclass(frozen=True, slots=True)
class Step:
    """`body`: what is given; `run`: what is done; `then`: what follows once all have signed."""

    body: type[Body] = Nothing
    run: Callable[[Case], None] = _nothing
    then: Callable[[Case], None] | None = None


def _keep_reason(case: Case) -> None:
    case.note(reason=getattr(case.body, "reason", ""))


PLAIN = Step()
EXPLAINED = Step(ReasonIn, _keep_reason)


def body_of(case: Case) -> Any:
    """The step's body; its type is the one that the step's entry names."""
    return case.body
