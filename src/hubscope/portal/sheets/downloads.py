"""Downloads: the whole data, the briefs, and the two files beside every page."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from hubscope.portal import export, package
from hubscope.portal.chain_files import links_to_files
from hubscope.portal.observatory import Observatory
from hubscope.portal.sheet import Rows, Sheet
from hubscope.portal.sheets import found, inside
from hubscope.portal.sheets.chains import chains_of, main_sheets
from hubscope.portal.view import View
from hubscope.words import LANGUAGES, say

KINDS = ("csv", "json", "parquet")


def sheet() -> Sheet:
    """The page of all files."""
    return Sheet(
        "downloads",
        "downloads.html",
        "downloads",
        lambda v: v.t("downloads.title"),
        lambda v: str(v.t("downloads.about")),
        _context,
        _rows,
    )


def pages_of(seen: Observatory, lang: str) -> list[tuple[str, str]]:
    """Path and name of every page with data files of its own."""
    return [
        ("index", say(lang, "portal.nav.home")),
        *((f"hubs/{h}", seen.hub_name(h, lang)) for h in seen.shown_hubs),
        *((f"plans/{p.doc}", p.in_(lang).title) for p in seen.plans.values()),
        *(
            (inside.path(h), _inside(seen, h, lang))
            for h in seen.shown_hubs
            if h in seen.inside_hubs
        ),
        *([(found.PATH, say(lang, "found.page.title"))] if seen.found else []),
        ("indicators/index", say(lang, "portal.nav.indicators")),
        *((f"indicators/{i}", seen.catalogue[i].name.in_(lang)) for i in seen.shown_indicators),
        *((s.path, str(s.title(View(seen, lang, s.path)))) for s in main_sheets(seen)),
        ("methods", say(lang, "portal.nav.methods")),
        ("glossary", say(lang, "portal.nav.glossary")),
        ("api", say(lang, "portal.api.title")),
    ]


def _inside(seen: Observatory, hub: str, lang: str) -> str:
    return say(lang, "found.inside.title", hub=seen.hub_name(hub, lang))


def _context(view: View) -> dict[str, Any]:
    return {
        "whole": [{"name": n, "what": view.t(f"downloads.{n}")} for n in export.WHOLE],
        "kinds": KINDS,
        "columns": [_columns(view, n) for n in export.WHOLE],
        "cite": citation(view),
        "licences": [
            {
                "name": view.data_words(name) if name else view.t("downloads.no_licence"),
                "count": view.counted(n, "licence", "downloads"),
            }
            for name, n in package.licences(view.seen)
        ],
        "briefs": [
            {
                "lang": lang,
                "href": f"{view.root}brief-{lang}.pdf",
                "what": view.t(f"downloads.brief_{lang}"),
            }
            for lang in LANGUAGES
        ],
        "chains": [
            {
                "name": chain.title(view.lang),
                "files": links_to_files(chain, view),
            }
            for chain in chains_of(view.seen)
        ],
        "pages": [
            {
                "name": name,
                "csv": view.to(p, ".csv"),
                "json": view.to(p, ".json"),
                "page": view.to(p),
            }
            for p, name in pages_of(view.seen, view.lang)
        ],
    }


def _columns(view: View, name: str) -> dict[str, Any]:
    """The columns of one of the whole files with their meanings."""
    rows = export.WHOLE[name](view.seen, view.lang)
    return {"what": view.t(f"downloads.{name}"), "fields": package.described(rows, view.lang)}


def citation(view: View) -> Markup:
    """How to cite this edition of the data: title, day, run, and the address if it has one."""
    address = Markup(' <a href="{0}">{0}</a>').format(view.seen.address)
    return view.t(
        "downloads.cite_text",
        title=view.seen.name.in_(view.lang),
        day=Markup("<time>{}</time>").format(package.read_until(view.seen)),
        run=Markup("<code>{}</code>").format(view.seen.run),
    ) + (address if view.seen.address else "")


def _rows(seen: Observatory, lang: str) -> Rows:
    return [
        {
            "name": name,
            "page": f"{lang}/{p}.html",
            "csv": f"{lang}/{p}.csv",
            "json": f"{lang}/{p}.json",
        }
        for p, name in pages_of(seen, lang)
    ]
