"""The data interface in words: every address, what it gives, which questions it takes."""

from __future__ import annotations

from typing import Any

from hubscope.portal.observatory import Observatory
from hubscope.portal.sheet import Rows, Sheet
from hubscope.portal.view import View
from hubscope.words import say

BASE = "/api/v1"
ENDPOINTS = (
    ("hubs", "/hubs", ()),
    ("hub", "/hubs/{id}", ()),
    ("indicators", "/indicators", ()),
    ("indicator", "/indicators/{id}", ()),
    ("observations", "/observations", ("hub", "indicator", "year", "vintage", "limit", "offset")),
    ("index", "/index", ()),
    ("plan", "/plan/{doc}", ()),
    ("verdicts", "/verdicts", ()),
    ("manifest", "/manifest", ()),
    ("openapi", "/openapi.json", ()),
)


def sheet() -> Sheet:
    """The page of the data interface; it needs no script."""
    return Sheet(
        "api",
        "api.html",
        "downloads",
        lambda v: v.t("api.title"),
        lambda v: str(v.t("api.about")),
        lambda v: {"rows": _shown(v), "base": BASE},
        _rows,
    )


def _shown(view: View) -> list[dict[str, Any]]:
    return [
        {"path": BASE + path, "params": params, "what": view.t(f"api.{name}")}
        for name, path, params in ENDPOINTS
    ]


def _rows(seen: Observatory, lang: str) -> Rows:
    del seen
    return [
        {
            "path": BASE + path,
            "parameters": " ".join(params),
            "gives": say(lang, f"portal.api.{name}"),
        }
        for name, path, params in ENDPOINTS
    ]
