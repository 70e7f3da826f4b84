"""Step: what joins research and industry, from the store's works and patents or from tables.

Papers come from the works of the store, else from `linkage/papers.csv`; patents and the papers they
cite from `linkage/patents.csv` and `linkage/pairs*.csv`, the latter also in the form of Reliance on
Science. `HUBSCOPE_ENGINE` names the engine that reads the store and the tables.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from hubscope.chains import linkage
from hubscope.chains.export import to_json_rows
from hubscope.chains.licence import may_publish
from hubscope.chains.ties import ties
from hubscope.errors import BadDataError, HubscopeError
from hubscope.job.engines import patents_reader, tables_reader, works_reader
from hubscope.job.patents import patents_inputs, place_members
from hubscope.job.steps import Context, Step, hash_file, hash_value
from hubscope.job.works import members, sites, works_inputs
from hubscope.places.members import MEMBERS
from hubscope.sources import chain_linkage, patent_papers
from hubscope.sources.raw import raw
from hubscope.sources.star import SITES
from hubscope.store import patents
from hubscope.store.dialect import Engine
from hubscope.store.works import loaded

FOLDER = "linkage"
SETTINGS = "linkage.toml"
NOTHING = "`hubscope store add openalex FOLDER`, or tables in linkage/ (docs/reference/chains.md)"


def table_files(root: Path) -> list[Path]:
    """The tables of the workspace that linkage is computed from."""
    folder = root / FOLDER
    return sorted(folder.glob("*.csv")) if folder.is_dir() else []


def read_tables(context: Context) -> dict[str, pl.DataFrame]:
    """The tables in `linkage/`, checked: papers, parts, patents, pairs.

    Raises:
        HubscopeError: if a file there is none of these.
        BadDataError: naming every faulty line of the first faulty file.
    """
    found: dict[str, pl.DataFrame] = {}
    hubs = context.workspace.hubs
    for file in table_files(context.workspace.root):
        given = raw(file, name=f"{FOLDER}/{file.name}")
        if file.name == "papers.csv":
            found |= chain_linkage.read_papers(given, hubs)
        elif file.name == "patents.csv":
            found["patents"] = chain_linkage.read_patents(given, hubs)
        elif file.name.startswith("pairs"):
            reliance = _is_reliance(given.data)
            read = patent_papers.read_pairs if reliance else chain_linkage.read_paper_pairs
            more = read(given).select("patent", "paper")
            found["pairs"] = pl.concat([found["pairs"], more]) if "pairs" in found else more
        else:
            raise HubscopeError(
                f"{FOLDER}/{file.name} is no table of linkage",
                hint="papers.csv, patents.csv and pairs*.csv are read",
            )
    return found


@contextmanager
def linkage_engine(
    context: Context, window: tuple[int, int] = linkage.ALWAYS
) -> Iterator[Engine | None]:
    """An engine with the views of linkage; None where neither papers nor patents are at hand."""
    tables = read_tables(context)
    if patents.loaded(context.store):
        with _patents_and_works(context, window) as engine:
            yield engine
    elif loaded(context.store):
        from hubscope.indicators.works_views import prepare

        with works_reader(context) as engine:
            prepare(engine, members(context), context.workspace.hubs, queries=_READ)
            linkage.from_works(engine, sites(context), window)
            linkage.give_patents(engine, _numbered(tables))
            yield engine
    elif not tables:
        yield None
    else:
        with tables_reader(tables, window) as engine:
            yield engine


_READ = ("FROM key_works",)
"""What the queries of linkage read of the works' shared views, beside what is always made."""


@contextmanager
def _patents_and_works(context: Context, window: tuple[int, int]) -> Iterator[Engine]:
    """The store's patents beside its works; where it holds no works, papers are empty."""
    from hubscope.indicators.key_fields import key_fields
    from hubscope.indicators.patents import prepare
    from hubscope.indicators.works_views import read_by

    store, hubs = context.store, context.workspace.hubs
    known = members(context) if loaded(store) else MEMBERS.empty_table()
    found = sites(context) if loaded(store) else SITES.empty_table()
    with patents_reader(context) as engine:
        prepare(engine, known, place_members(context), hubs)
        engine.give("key_fields", key_fields(engine.rows("SELECT * FROM topic_tree", "topics")))
        for view in read_by(*_READ):
            if view.name == "key_works":
                engine.define(view.name, view.sql)
        linkage.from_works(engine, found, window)
        linkage.from_patents(engine, store.table("patents_places"))
        yield engine


def _numbered(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Patents and pairs beside the store's works: "W123" becomes the number that works have."""
    found = {n: tables[n] for n in ("patents", "pairs") if n in tables}
    if "pairs" in found:
        number = pl.col("paper").str.strip_prefix("W").cast(pl.Int64, strict=False)
        found["pairs"] = found["pairs"].with_columns(number).drop_nulls("paper")
    return found


MEASURES = {
    "joint": (linkage.joint_papers, "papers"),
    "citing": (linkage.citing_patents, "patents"),
    "used": (linkage.used_papers, "papers"),
}
"""What is computed, and the column that counts what a share is made of."""


def compared(context: Context, place: str, found: pl.DataFrame) -> pl.DataFrame:
    """The rows of `place` and its peers: hubs of its kind that neither hold it nor lie in it."""
    hubs = context.workspace.hubs
    if place not in hubs:
        return found
    own = hubs[place]
    peers = [
        h.id
        for h in hubs.values()
        if h.kind == own.kind and h.part_of != place and h.id != own.part_of
    ]
    return found.filter(pl.col("place").is_in(peers))


def gap(
    context: Context, place: str, measure: str, column: str, found: pl.DataFrame
) -> pl.DataFrame:
    """`place` against its peers in one column of one measure."""
    return linkage.gap_to_peers(
        compared(context, place, found), place, column, of=MEASURES[measure][1]
    )


OF_PAIRS = ("citing", "used")
"""Measures that rest on pairs of a patent and a paper."""

RELIANCE = "CC-BY-NC-4.0"
"""The licence of Reliance on Science since 2024; earlier releases were ODC-By."""


def closed(context: Context) -> list[str]:
    """Licences of pairs of patents and papers that keep what rests on them from being published.

    Pairs of the store say theirs when they are loaded; tables of Reliance on Science in `linkage/`
    are under RELIANCE unless `linkage/linkage.toml` gives `licence`.
    """
    body = patents.loaded(context.store)
    parts = [p for p in body["parts"] if p["source"] == "paper-links"] if body else []
    found = {p.get("licence", "") or RELIANCE for p in parts}
    tables = [] if body else table_files(context.workspace.root)
    if any(f.name.startswith("pairs") and _is_reliance(f.read_bytes()) for f in tables):
        found.add(_stated(context.workspace.root) or RELIANCE)
    return sorted(x for x in found if not may_publish(x))


def _is_reliance(data: bytes) -> bool:
    return b"oaid" in data.split(b"\n", 1)[0]


def _stated(root: Path) -> str:
    """The licence in `linkage/linkage.toml`.

    Raises:
        BadDataError: if the file is no TOML.
    """
    file = root / FOLDER / SETTINGS
    if not file.is_file():
        return ""
    try:
        return str(tomllib.loads(file.read_text("utf-8")).get("licence", ""))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadDataError(f"{FOLDER}/{SETTINGS} is not valid TOML: {error}") from error


def report(context: Context) -> dict[str, Any]:
    """Everything the page of linkage shows; empty tables where nothing is at hand."""
    focus = context.workspace.settings.focus
    with linkage_engine(context) as engine:
        if engine is None:
            return {"from": "", "focus": focus}
        made: dict[str, Any] = {"from": _vintage(context), "focus": focus}
        made["years"] = linkage.years(engine)
        made["held"] = closed(context)
        for name, (compute, _) in MEASURES.items():
            if made["held"] and name in OF_PAIRS:
                continue
            found = compute(engine)
            made[name] = to_json_rows(found.filter(pl.col("place") == focus))
            for column in ("share", "lag", "local"):
                if column in found.columns:
                    made[f"{name}_{column}"] = to_json_rows(
                        gap(context, focus, name, column, found)
                    )
        made["ties"] = to_json_rows(tied(context, engine).filter(_of(focus)))
    return made


def tied(context: Context, engine: Engine) -> pl.DataFrame:
    """Joint papers and patents of every two hubs with the strength of their tie."""
    hubs = context.workspace.hubs
    return ties(linkage.together(engine), hubs, linkage.fields_of(engine))


def _of(place: str) -> pl.Expr:
    return (pl.col("src") == place) | (pl.col("dst") == place)


def _vintage(context: Context) -> str:
    """The releases that the numbers come from."""
    bodies = (loaded(context.store), patents.loaded(context.store))
    found = [str(body["vintage"]) for body in bodies if body]
    return ", ".join(dict.fromkeys(found)) or FOLDER


def _inputs(context: Context) -> Mapping[str, str]:
    root = context.workspace.root
    own = root / FOLDER / SETTINGS
    given = [*table_files(root), *([own] if own.is_file() else [])]
    found = {str(f.relative_to(root)): hash_file(f) for f in given}
    kinds = {h.id: (h.kind, h.part_of) for h in context.workspace.hubs.values()}
    focus = hash_value([context.workspace.settings.focus, kinds])
    return found | works_inputs(context) | patents_inputs(context) | {"focus": focus}


LINKAGE = Step("linkage", _inputs, lambda context: {"linkage": report(context)})
