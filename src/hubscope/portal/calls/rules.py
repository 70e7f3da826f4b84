"""The form of a call's rules and of its portfolio's limits: an empty field keeps the preset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from hubscope.calls.workflow import Parameters
from hubscope.calls.workflow.parameters import LimitsIn
from hubscope.portal.calls.forms import Field
from hubscope.words import say

RULE, LIMIT = "rule.", "limit."
"""What the names of the fields begin with."""


def parameters_of(lang: str, given: Mapping[str, str]) -> list[Field]:
    """A field for each parameter of a call."""
    return _fields(Parameters, RULE, lang, given)


def limits_of(lang: str, given: Mapping[str, str]) -> list[Field]:
    """A field for each limit of the portfolio."""
    return _fields(LimitsIn, LIMIT, lang, given)


def parameters_from(sent: Mapping[str, str]) -> dict[str, str]:
    """The parameters that a sent form changes."""
    return _from(Parameters, RULE, sent)


def limits_from(sent: Mapping[str, str]) -> dict[str, str]:
    """The limits that a sent form sets."""
    return _from(LimitsIn, LIMIT, sent)


def _from(body: type[BaseModel], begin: str, sent: Mapping[str, str]) -> dict[str, str]:
    return {n: value for n in body.model_fields if (value := sent.get(begin + n, "").strip())}


def _fields(body: type[BaseModel], begin: str, lang: str, given: Mapping[str, str]) -> list[Field]:
    return [
        _field(begin + name, info, lang, given.get(begin + name, ""))
        for name, info in body.model_fields.items()
    ]


def _field(name: str, info: FieldInfo, lang: str, value: str) -> Field:
    label = say(lang, f"calls.{name}")
    options = _options(info.annotation, lang)
    if options:
        kept = ("", say(lang, "calls.page.as_preset"))
        return Field(name, label, "choice", value=value, options=(kept, *options))
    if get_origin(info.annotation) is dict:
        hint = say(lang, "calls.page.years_hint" if name.endswith("years") else "calls.page.shares")
        return Field(name, label, "rows", value=value, hint=hint)
    kind = "number" if info.annotation in (int, float) else "text"
    return Field(name, label, kind, value=value)


def _options(annotation: Any, lang: str) -> tuple[tuple[str, str], ...]:
    if annotation is bool:
        return ("true", say(lang, "calls.page.yes")), ("false", say(lang, "calls.page.no"))
    if get_origin(annotation) is Literal:
        return tuple((o, say(lang, f"calls.option.{o}")) for o in get_args(annotation))
    return ()
