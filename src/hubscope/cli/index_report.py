"""`hubscope index report`: what an index says of one unit, or of each, as a page or a document."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from hubscope.cli.index_given import (
    Asked,
    DrawsOption,
    FactorsOption,
    Given,
    LevelOption,
    PointsOption,
    SeedOption,
    on_tables,
    opened,
    tell,
    told,
    varied,
)
from hubscope.cli.talk import language

if TYPE_CHECKING:
    from hubscope.index import Sensitivity, Uncertainty
    from hubscope.index.report import Language, UnitReport

KINDS = ("html", "docx")
OutOption = Annotated[Path | None, typer.Option("--out", help=told("report_out"))]
UnitOption = Annotated[str, typer.Option("--unit", help=told("unit"))]
AllOption = Annotated[bool, typer.Option("--all", help=told("all"))]
TimeOption = Annotated[str, typer.Option("--time", help=told("time"))]
FormatOption = Annotated[Literal["html", "docx"], typer.Option("--format", help=told("format"))]


def register(app: typer.Typer) -> None:
    """Add the verb to `app`."""
    app.command("report", help=told("report"))(report)


@on_tables("report", out=OutOption, sign=None, as_json=None)
def report(
    asked: Asked,
    *,
    unit: UnitOption = "",
    all_units: AllOption = False,
    time: TimeOption = "",
    kind: FormatOption = "html",
    factors: FactorsOption = None,
    draws: DrawsOption = 2000,
    points: PointsOption = 256,
    seed: SeedOption = 1,
    level: LevelOption = 0.9,
) -> None:
    """Write the report of one unit to a file, or those of all units into a folder."""
    from hubscope.errors import UsageError

    if bool(unit) == all_units:
        raise UsageError("a report is of --unit UNIT or of --all units", hint="give one of the two")
    given = named(varied(opened(asked, factors)))
    _refuse_unknown(given, unit, time)
    files = {(unit, time): _file(asked, given, kind, unit)} if unit else _files(given, time, kind)
    ranges, found = _analysed(given, draws=draws, points=points, seed=seed, level=level)
    made = _written(files, ranges, found)
    if not unit and kind == "html":
        _list(given.out, made)
    print("\n".join(str(p) for p in files.values() if p.name in made))
    if unit:
        tell("reported_one", unit=unit, out=files[unit, time])
    else:
        tell("reported", units=len(made), out=given.out)


def named(given: Given) -> Given:
    """With units and elements called as the workspace calls them."""
    from dataclasses import replace

    from hubscope.index import Framework

    if not given.names:
        return given
    own, data = given.names, given.data
    units = data.names or data.units
    names = tuple(own.get(u, n) for u, n in zip(data.units, units, strict=True))
    tree = Framework(tuple(replace(e, name=own.get(e.code, e.name)) for e in given.tree.elements))
    return replace(given, data=replace(data, names=names), tree=tree)


def _file(asked: Asked, given: Given, kind: str, unit: str) -> Path:
    """The file named by --out; in a workspace one named after the unit."""
    from hubscope.errors import UsageError
    from hubscope.index.report.write import plain_name

    out = asked.out or given.out / f"{plain_name(unit)}.{kind}"
    if out.suffix.lower().lstrip(".") not in KINDS:
        raise UsageError(f"--out {out} is neither .html nor .docx", hint="--out report.html")
    return out


def _files(given: Given, time: str, kind: str) -> dict[tuple[str, str], Path]:
    """A file for every unit; of a panel those of one time, the last unless it is named."""
    from hubscope.index.report.write import file_names

    data = given.data
    times = data.time or ("",) * len(data)
    last = time or max(times, key=lambda t: (len(t), t))
    rows = zip(data.units, times, file_names(data.units, kind), strict=True)
    return {(u, t): given.out / name for u, t, name in rows if t == last}


def _refuse_unknown(given: Given, unit: str, time: str) -> None:
    """Stop before the long computation where the unit or time is not in the data."""
    from hubscope.errors import BadDataError, nearest

    for what, name, known in (("unit", unit, given.data.units), ("time", time, given.data.time)):
        if name and name not in known:
            raise BadDataError(f"the data has no {what} {name}", hint=nearest(name, known))


def _analysed(
    given: Given, *, draws: int, points: int, seed: int, level: float
) -> tuple[Uncertainty, Sensitivity | None]:
    from hubscope.index import sensitivity, uncertainty

    tables: Any = (given.data, given.tree, given.recipe, given.factors)
    ranges = uncertainty(*tables, draws=draws, seed=seed, level=level, group_ranks=True)
    if not given.factors:
        return ranges, None
    return ranges, sensitivity(*tables, n=points, seed=seed, level=level)


def _written(
    files: dict[tuple[str, str], Path], ranges: Uncertainty, found: Sensitivity | None
) -> dict[str, UnitReport]:
    """Write the reports; they come back by file name, without units that the recipe screens out.

    A single unit that is screened out is an error.
    """
    from hubscope.index.export import place
    from hubscope.index.report import docx, html, unit_report

    words, made = spoken(), {}
    for (unit, time), path in files.items():
        if len(files) > 1 and unit not in ranges.units:
            continue
        one = unit_report(ranges.nominal, unit, time=time, ranges=ranges, found=found)
        page = path.suffix.lower() == ".html"
        place(path, html(one, words).encode() if page else docx(one, words))
        made[path.name] = one
    return made


def _list(folder: Path, made: dict[str, UnitReport]) -> None:
    from hubscope.index.export import place
    from hubscope.index.report import list_of_units

    place(folder / "index.html", list_of_units(made, spoken()).encode())


def spoken() -> Language:
    """The report's words and numbers in the user's language."""
    from hubscope.index.report import Language
    from hubscope.words import words
    from hubscope.words.typeset import number, quantity

    lang, room = language(), "index_report."
    known = {k.removeprefix(room): w for k, w in words(lang).items() if k.startswith(room)}

    def small(value: float, unit: str) -> str:
        """A quantity; one that three decimals would call zero keeps three figures."""
        if value and abs(value) < 0.01:
            return f"{value:.3g} {unit}".rstrip().replace("-", "\u2212", 1)
        return quantity(lang, value, unit)

    return Language(lang, known, lambda v, d: number(lang, v, d), small)
