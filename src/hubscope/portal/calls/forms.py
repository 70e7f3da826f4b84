"""Forms from the bodies of the steps, and bodies from sent forms: no form is written twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Le
from pydantic.fields import FieldInfo

from hubscope.calls.desk.bodies import ROWS
from hubscope.calls.desk.fields import Body
from hubscope.portal.calls.choices import Choices
from hubscope.words import say, words

LONG = frozenset(
    [
        "problem",
        "state_of_art",
        "payers",
        "payment",
        "conditions",
        "site",
        "abstract",
        "route",
        "wrote",
        "text",
        "reason",
        "comment",
        "answer",
        "market_search",
        "evidence",
        "note",
        "contact",
    ]
)
LISTS = frozenset(["partners", "team", "related", "organisations", "conflicts"])


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form."""

    name: str
    label: str
    kind: str
    """text, long, number, date, moment, check or choice."""
    required: bool = False
    value: str = ""
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()


def fields_of(
    body: type[Body],
    lang: str,
    given: Mapping[str, str] | None = None,
    choices: Choices | None = None,
) -> list[Field]:
    """The form of a step, filled with what was sent before; `choices` become lists to pick from."""
    return [
        _field(name, info, lang, (given or {}).get(name, ""), (choices or {}).get(name, ()))
        for name, info in body.model_fields.items()
        if not (name == "reviewer" and not info.is_required())
    ]


def _field(
    name: str,
    info: FieldInfo,
    lang: str,
    value: str,
    options: tuple[tuple[str, str], ...],
) -> Field:
    kind = "choice" if options else _kind(name, info)
    if any(isinstance(m, Ge) and m.ge == 1 for m in info.metadata):
        options = tuple(o for o in options if o[0] != "0")
    if kind == "choice" and not options:
        options = tuple((o, _option(lang, name, o)) for o in get_args(info.annotation))
    hint = ""
    if kind == "rows":
        parts = " | ".join(words(lang).get(f"calls.part.{p}", p) for p in ROWS[name])
        hint = say(lang, "calls.page.row_hint", parts=parts)
    elif name in LISTS:
        hint = say(lang, "calls.page.list_hint")
    required = info.is_required() and kind != "check"
    shown = value or ("" if info.is_required() or kind != "number" else _default(info))
    label = words(lang).get(f"calls.field.{name}", name)
    return Field(name, label, kind, required, shown, hint, options)


def _default(info: FieldInfo) -> str:
    return "" if info.default is None else f"{info.default:g}"


def _option(lang: str, name: str, value: str) -> str:
    known = words(lang)
    return known.get(f"calls.{name}.{value}") or known.get(f"calls.option.{value}") or value


def _kind(name: str, info: FieldInfo) -> str:
    text = str(info.annotation)
    tests = (
        ("choice", get_origin(info.annotation) is Literal),
        ("rows", name in ROWS and not _is_number(info)),
        ("check", "bool" in text),
        ("moment", name == "deadline"),
        ("date", "date" in text),
        ("number", _is_number(info)),
        ("long", name in LONG or name in LISTS),
    )
    return next((kind for kind, met in tests if met), "text")


def _is_number(info: FieldInfo) -> bool:
    return (
        info.annotation in (float, int)
        or "float" in str(info.annotation)
        or any(isinstance(m, Le) for m in info.metadata)
    )


def body_from(body: type[Body], sent: Mapping[str, str]) -> dict[str, Any]:
    """The step's body from a sent form: empty fields are left out, unticked boxes are false."""
    found: dict[str, Any] = {}
    for name, info in body.model_fields.items():
        kind = _kind(name, info)
        value = sent.get(name, "").replace("\r\n", "\n").strip()
        if kind == "check":
            found[name] = value == "on"
        elif kind == "moment" and value:
            found[name] = value if value[-1] == "Z" or "+" in value else f"{value}+00:00"
        elif value:
            found[name] = value
    return found
