"""A new call from a preset, its parameters as given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from hubscope.calls.base.database import Database
from hubscope.calls.base.ledger import Line, append, stamp
from hubscope.calls.base.models import Call, Role
from hubscope.calls.desk.bodies import ParametersIn
from hubscope.calls.desk.case import Actor
from hubscope.calls.problems import problems
from hubscope.calls.refusal import RefusedError
from hubscope.calls.workflow import Parameters, definition, presets
from hubscope.calls.workflow.parameters import LimitsIn


def new_call(
    database: Database,
    about: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    parameters: Mapping[str, Any] | None = None,
    limits: Mapping[str, Any] | None = None,
) -> str:
    """Make a call in the state of a draft; its id comes out.

    `about` is what `ParametersIn` asks for; `parameters` change the preset's; `limits` are the
    portfolio's. Whoever makes the call is its officer.

    Raises:
        RefusedError: where something is not right, the id is taken or the actor no officer.
    """
    if actor.person is not None and not actor.person.staff:
        raise RefusedError("not_staff", status=403)
    try:
        given = ParametersIn.model_validate(dict(about))
        preset = presets()[given.family].parameters
        chosen = Parameters.model_validate({**preset.model_dump(), **(parameters or {})})
        kept = LimitsIn.model_validate(dict(limits or {}))
    except ValidationError as error:
        raise RefusedError("bad_body", status=422, problems=problems(error)) from None
    rules = definition()
    with database.write() as session:
        if session.get(Call, given.id) is not None:
            raise RefusedError("call_exists", call=given.id)
        call = Call(
            **given.model_dump(),
            definition=rules.version,
            state=rules.call.initial,
            since=now,
            history=[[rules.call.initial, stamp(now)]],
            parameters=chosen.model_dump(mode="json"),
            limits=kept.model_dump(mode="json", exclude_defaults=True),
            calibration={},
            decision={},
        )
        session.add(call)
        session.flush()
        if actor.person is not None:
            session.add(Role(call_id=call.id, person_id=actor.person.id, role="officer"))
        body = {
            "definition": rules.version,
            "family": given.family,
            "budget": given.budget,
            "parameters": call.parameters,
            "limits": call.limits,
        }
        line = Line(actor.code, "officer", call.id, "new", "", call.state, body=body)
        append(session, line, now)
    return given.id
