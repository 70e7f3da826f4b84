"""Jinja2 with strict rules: an unknown name is an error, everything is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from hubscope.portal.sheet import Sheet
from hubscope.portal.view import View
from hubscope.words import say

NAV = ("home", "plan", "indicators", "chains", "calls", "methods", "downloads", "glossary")
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@cache
def environment() -> Environment:
    """The templates of the package."""
    found = Environment(
        loader=PackageLoader("hubscope.portal"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {"host": host, "when": when, "tongue": tongue}
    return found


def host(url: str) -> str:
    """The name of the place an address leads to, short enough for a phone."""
    return urlsplit(url).netloc or url


def tongue(text: str) -> str:
    """The language of a source's own words, for who hears the page."""
    return "zh-CN" if any("\u4e00" <= c <= "\u9fff" for c in text) else "en"


def when(year: object) -> Markup:
    """A year or date as <time>; any other stretch of time as it is written."""
    text = str(year)
    tag = "time" if _DATE.fullmatch(text) else "span"
    attributes = Markup("") if tag == "time" else Markup(' class="period"')
    return Markup("<{0}{1}>{2}</{0}>").format(tag, attributes, escape(text))


def html(sheet: Sheet, view: View) -> str:
    """The whole page of `sheet`; its cards and sources are those the page has used."""
    values = {
        "v": view,
        "title": sheet.title(view),
        "about": sheet.about(view),
        "site_name": view.seen.name.in_(view.lang),
        "other_name": "English" if view.other == "en" else "中文",
        "nav": navigation(view),
        **sheet.context(view),
    }
    return environment().get_template(sheet.template).render(values)


def navigation(view: View) -> list[tuple[str, str]]:
    """The sections of the site that exist in this observatory."""
    plan = view.seen.plan_of(view.seen.focus) or next(iter(view.seen.plans.values()), None)
    paths = {
        "home": "index",
        "plan": f"plans/{plan.doc}" if plan else "",
        "indicators": "indicators/index",
        "chains": "chains/index" if any(c["links"] for c in view.seen.chains) else "",
        "methods": "methods",
        "downloads": "downloads",
        "glossary": "glossary",
    }
    calls = f"{view.seen.calls}/{view.lang}/" if view.seen.calls else ""
    found = {key: view.to(path) for key, path in paths.items() if path} | {"calls": calls}
    return [(key, found[key]) for key in NAV if found.get(key)]


def choice(view: View) -> str:
    """The page at the root: both languages, no script, no redirect."""
    name = view.seen.name
    values = {f"{lang}_name": name.in_(lang) for lang in ("zh", "en")}
    for lang in ("zh", "en"):
        values[f"{lang}_question"] = say(lang, "portal.home.question")
        values[f"{lang}_about"] = say(lang, "portal.home.about")
    return environment().get_template("choice.html").render(values)


def site_map(address: str, paths: Iterable[str]) -> str:
    """Every page in both languages, each naming its twin (sitemaps.org, with xhtml links)."""
    values = {"address": address, "paths": list(paths)}
    return environment().get_template("sitemap.xml").render(values)
