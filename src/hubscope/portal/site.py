"""One generator for all pages, whether they are written to a folder or served."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from hubscope.portal import export, map, package, render  # noqa: A004
from hubscope.portal.chain_files import files_of
from hubscope.portal.found_rows import workbook
from hubscope.portal.observatory import Observatory
from hubscope.portal.sheet import Sheet
from hubscope.portal.sheets import found, sheets
from hubscope.portal.sheets.chains import chains_of
from hubscope.portal.view import View
from hubscope.words import LANGUAGES

TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
    "parquet": "application/vnd.apache.parquet",
    "txt": "text/plain; charset=utf-8",
    "xml": "application/xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "graphml": "application/graphml+xml",
    "gexf": "application/gexf+xml",
}


@dataclass(frozen=True, slots=True)
class Page:
    """One file of the site."""

    path: str
    media_type: str
    body: bytes


def page(path: str, body: bytes | str) -> Page:
    """A file whose media type follows from its suffix."""
    data = body.encode() if isinstance(body, str) else body
    return Page(path, TYPES[path.rsplit(".", 1)[1]], data)


def pages(seen: Observatory, *, briefs: bool = True) -> Iterator[Page]:
    """Every file of the site: pages in both languages with their data, styles, briefs.

    Args:
        seen: what the store holds.
        briefs: whether to set the two-page PDFs as well (about a second each).
    """
    yield from _static()
    yield page("index.html", render.choice(View(seen, "zh", "index")))
    yield from _for_crawlers(seen)
    for lang in LANGUAGES:
        for sheet in sheets(seen):
            yield from written(sheet, seen, lang)
        yield from _whole(seen, lang)
        if seen.found:
            yield page(f"{lang}/{found.PATH}.xlsx", workbook(seen.found, lang))
        for chain in chains_of(seen):
            yield from (page(path, body) for path, body in files_of(chain, seen, lang))
    if briefs:
        from hubscope.portal.brief import brief

        for lang in LANGUAGES:
            yield page(f"brief-{lang}.pdf", brief(seen, lang))


def written(sheet: Sheet, seen: Observatory, lang: str) -> Iterator[Page]:
    """One page in one language with the two data files beside it."""
    view = View(seen, lang, sheet.path, nav=sheet.nav)
    rows = sheet.rows(seen, lang)
    path = f"{lang}/{sheet.path}"
    yield page(f"{path}.html", render.html(sheet, view))
    yield page(f"{path}.csv", export.to_csv(rows))
    yield page(f"{path}.json", export.to_json({"page": path, "run": seen.run, "rows": rows}))


def _static() -> Iterator[Page]:
    folder = files("hubscope.portal") / "static"
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        yield page(f"static/{file.name}", file.read_bytes())
    yield page("static/world.svg", map.world_svg())


def _for_crawlers(seen: Observatory) -> Iterator[Page]:
    """Everything may be read; where the site's address is known, a map of its pages."""
    site_map = f"Sitemap: {seen.address}/sitemap.xml\n" if seen.address else ""
    yield page("robots.txt", f"User-agent: *\nAllow: /\n{site_map}")
    if seen.address:
        yield page("sitemap.xml", render.site_map(seen.address, [s.path for s in sheets(seen)]))


def _whole(seen: Observatory, lang: str) -> Iterator[Page]:
    for name, rows_of in export.WHOLE.items():
        rows = rows_of(seen, lang)
        path = f"{lang}/data/{name}"
        yield page(f"{path}.csv", export.to_csv(rows))
        yield page(f"{path}.json", export.to_json({"page": path, "run": seen.run, "rows": rows}))
        yield page(f"{path}.parquet", package.to_parquet(rows, lang))
    described = export.to_json(package.package(seen, lang))
    yield page(f"{lang}/data/{package.DESCRIPTOR}.json", described)
