"""Pages of the calls: templates with strict names, everything escaped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from typing import Any

from fastapi import Request, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from hubscope.portal.calls.desk import Guest
from hubscope.words import say, words


@cache
def _environment() -> Environment:
    found = Environment(
        loader=PackageLoader("hubscope.portal", "templates/calls"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {"number": number, "day": day, "moment": moment}
    return found


def number(value: float | None) -> str:
    """A number to read: no more digits than it has, grouped; a dash where it is missing."""
    if value is None:
        return "–"
    text = f"{value:,.2f}"
    return text.rstrip("0").rstrip(".")


def day(text: str) -> str:
    """The date of an ISO time."""
    return text[:10]


def moment(text: str) -> str:
    """An ISO time to the minute, in UTC."""
    return f"{text[:10]} {text[11:16]} UTC" if text else ""


def page(
    request: Request, template: str, lang: str, guest: Guest, status: int = 200, **values: Any
) -> Response:
    """One page; `t` gives its words, `named` those of states, roles and steps."""
    known = words(lang)
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    other = "en" if lang == "zh" else "zh"
    found = (
        _environment()
        .get_template(template)
        .render(
            lang=lang,
            html_lang="zh-CN" if lang == "zh" else "en",
            other=other,
            other_path=path.replace(f"/{lang}/", f"/{other}/", 1),
            base=f"{request.scope.get('root_path', '')}/{lang}",
            root=request.scope.get("root_path", ""),
            guest=guest,
            t=partial(_words, lang),
            named=lambda kind, name: known.get(f"calls.{kind}.{name}", name),
            **{"done": _done(request, guest, lang), "synthetic": _synthetic(values), **values},
        )
    )
    private = "private, no-store" if guest.person else "no-cache"
    return Response(found, status, {"Cache-Control": private}, media_type="text/html")


def _done(request: Request, guest: Guest, lang: str) -> str:
    """What the reader has just done; said to who is signed in, whose pages nobody else is shown."""
    step = request.query_params.get("done", "") if request.method == "GET" else ""
    known = words(lang)
    if guest.person is None or not step:
        return ""
    if step == "import":
        return known["calls.page.done_import"]
    name = known.get(f"calls.action.{step}", "")
    return say(lang, "calls.page.done", step=name) if name else ""


def _synthetic(values: Mapping[str, Any]) -> bool:
    """Whether the page is about a synthetic call."""
    return bool(getattr(values.get("c"), "synthetic", False))


def _words(lang: str, key: str, **values: Any) -> str:
    return say(lang, f"calls.page.{key}", **values)
