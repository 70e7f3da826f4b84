"""Step: the workspace's figures, and files added by hand, into one checked table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from hubscope.errors import BadDataError, HubscopeError
from hubscope.indicators import load_catalogue
from hubscope.job.steps import Context, Step, hash_file, hash_value
from hubscope.nouns import Indicator
from hubscope.sources import figures
from hubscope.sources.raw import Fault, Raw, raw, refuse
from hubscope.store.files import make_folder, write_atomic

ADDED = "figures"
"""Folder of the workspace that keeps the files `store add figures` took in."""


def catalogue(context: Context) -> dict[str, Indicator]:
    """The shipped indicators and the workspace's own."""
    own = context.workspace.settings.indicators
    return load_catalogue(context.workspace.root / own if own else None)


def own_definitions(context: Context) -> dict[str, str]:
    """Name and hash of the workspace's own definitions."""
    own = context.workspace.settings.indicators
    folder = context.workspace.root / own
    found = sorted(f for f in folder.glob("**/*") if f.is_file()) if own else []
    return {str(f.relative_to(context.workspace.root)): hash_file(f) for f in found}


def _inputs(context: Context) -> Mapping[str, str]:
    root = context.workspace.root
    found = {str(f.relative_to(root)): hash_file(f) for f in context.workspace.figure_files()}
    hubs = {"hubs": hash_value(sorted(context.workspace.hubs))}
    return found | hubs | own_definitions(context)


def check_figures(context: Context, sources: Sequence[Raw]) -> list[figures.Row]:
    """The rows of `sources`; one error that lists every fault if there is any."""
    rows: list[figures.Row] = []
    faults: list[Fault] = []
    for source in sources:
        found, wrong = figures.read(source)
        rows += found
        faults += wrong
    units = {i.id: i.unit for i in catalogue(context).values()}
    refuse(faults + figures.check(rows, context.workspace.hubs, units))
    return rows


def _make(context: Context) -> Mapping[str, object]:
    root = context.workspace.root
    sources = [raw(f, name=str(f.relative_to(root))) for f in context.workspace.figure_files()]
    if not sources:
        patterns = ", ".join(context.workspace.settings.figures)
        raise HubscopeError(
            f"{root} has no figures: nothing matches {patterns}",
            hint="put CSV files there or correct `figures` in hubscope.toml",
        )
    rows = check_figures(context, sources)
    for source in sources:
        context.store.keep_raw(source.name, source.data)
    new = figures.table(rows)
    _tell_corrections(context, new)
    return {"figures": new}


def _tell_corrections(context: Context, new: pa.Table) -> None:
    """Say which values of a vintage already published have changed; the old bytes stay in raw/."""
    for key, old, now in corrections(context, new):
        context.tell("corrected", row=", ".join(key), old=old, now=now)


def corrections(context: Context, new: pa.Table) -> list[tuple[tuple[str, ...], float, float]]:
    """Key, old and new value of every published row whose value `new` changes."""
    if "figures" not in context.store.manifest().artifacts:
        return []
    before, after = _values(context.store.table("figures")), _values(new)
    return [
        (key, before[key], value)
        for key, value in after.items()
        if key in before and before[key] != value
    ]


def _values(table: pa.Table) -> dict[tuple[str, ...], float]:
    names = ("hub", "indicator", "year", "period", "vintage")
    rows = table.select([*names, "value"]).to_pylist()
    return {tuple(str(r[n]) for n in names): r["value"] for r in rows}


def add_figures(context: Context, paths: Sequence[Path], *, correct: bool = False) -> list[Path]:
    """Check `paths` together with what stands, then copy them into the workspace's figures.

    Returns the files as they now stand in the workspace. Nothing is copied if anything is wrong.

    Raises:
        BadDataError: naming every faulty row, or every published value that would change without
            `correct`.
    """
    folder = context.workspace.root / ADDED
    given = {path.name: raw(path, name=str(path)) for path in paths}
    if len(given) != len(paths):
        raise HubscopeError("two of the files have the same name", hint="rename one of them")
    root = context.workspace.root
    standing = [
        raw(f, name=str(f.relative_to(root)))
        for f in context.workspace.figure_files()
        if f.resolve() not in {(folder / name).resolve() for name in given}
    ]
    rows = check_figures(context, [*standing, *given.values()])
    changed = corrections(context, figures.table(rows))
    if changed and not correct:
        raise BadDataError(
            "published values would change within their vintage:\n  "
            + "\n  ".join(f"{', '.join(k)}: {o:g} to {n:g}" for k, o, n in changed[:20]),
            hint="give the new value a vintage of its own, or --correct if the old one was wrong",
        )
    make_folder(folder)
    for name, source in given.items():
        write_atomic(folder / name, source.data)
    return [folder / name for name in given]


FIGURES = Step("figures", _inputs, _make)
