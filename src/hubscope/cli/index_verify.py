"""`hubscope index verify`: whether results are what their record says, and come out again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hubscope.cli.here import JsonOption
from hubscope.cli.index_given import Asked, Given, of_files, of_workspace, tell, told, varied
from hubscope.cli.talk import show_json, table

if TYPE_CHECKING:
    from hubscope.index.verify import Finding

FolderArgument = Annotated[Path, typer.Argument(metavar="DIR", help=told("verify_dir"))]
ReplayOption = Annotated[bool, typer.Option("--replay", help=told("replay"))]
KeyOption = Annotated[Path | None, typer.Option("--key", help=told("key"))]
InputsOption = Annotated[Path | None, typer.Option("--inputs", help=told("inputs"))]


def register(app: typer.Typer) -> None:
    """Add the verb to `app`."""
    app.command("verify", help=told("verify"))(verify)


def verify(
    *,
    folder: FolderArgument,
    replay: ReplayOption = False,
    key: KeyOption = None,
    inputs: InputsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check the files of a folder of results against their record, and make them again."""
    from hubscope.errors import BadDataError
    from hubscope.index.verify import other_versions, records

    found: list[Finding] = []
    for record, body in records(folder).items():
        part = list(_checked(folder, record, body["made"], key, inputs))
        if replay and all(f.fine for f in part):
            part += _again(folder, record, body["made"], inputs)
        found += part
        for change in other_versions(body["made"]):
            tell("other_version", record=record, change=change)
    _show(found, as_json=as_json)
    wrong = [f for f in found if not f.fine]
    if wrong:
        first = wrong[0]
        detail = f" ({first.detail})" if first.detail else ""
        raise BadDataError(
            f"{len(wrong)} of {len(found)} checks of {folder} failed; "
            f"the first: {first.file} {first.state}{detail}",
            hint="run the verb again, or restore the files" if replay else "see also --replay",
        )
    tell("verified" if replay else "verified_hashes", checks=len(found), folder=folder)


def _checked(
    folder: Path, record: str, made: Mapping[str, Any], key: Path | None, elsewhere: Path | None
) -> Iterator[Finding]:
    from hubscope.index.verify import inputs, outputs, signature

    yield from signature(folder, record, key)
    yield from outputs(folder, made)
    yield from inputs(folder, made, elsewhere)


def _again(
    folder: Path, record: str, made: Mapping[str, Any], elsewhere: Path | None
) -> Iterator[Finding]:
    """The files made again from the same inputs, against those in the folder."""
    from hubscope.index.jobs import run
    from hubscope.index.verify import Finding, replayed

    given = _given(folder, made, elsewhere)
    then = [entry.get("content_sha256") for entry in made["inputs"]]
    if then != [i.content for i in given.inputs]:
        yield Finding("replay", record, "changed", "inputs")
        return
    _, files = run(given.job(made["verb"], **made["options"]))
    yield from replayed(folder, record, files)


def _given(folder: Path, made: Mapping[str, Any], elsewhere: Path | None) -> Given:
    from hubscope.errors import BadDataError
    from hubscope.index.verify import located

    files: dict[str, list[Path]] = {}
    for entry in made["inputs"]:
        if "file" in entry:
            files.setdefault(entry["role"], []).append(located(folder, entry["file"], elsewhere))
    recipes = files.get("recipe", [])
    root = folder / str(made.get("workspace", "."))
    asked = Asked(made["verb"], None, None, recipes, folder, root, made.get("drop"))
    factors = next(iter(files.get("factors", [])), None)
    if "data" in files and not (recipes and files.get("framework")):
        raise BadDataError(f"the record of {folder} names no framework or recipe")
    if "data" in files:
        given = of_files(asked, files["data"][0], files["framework"][0], factors)
    else:
        given = of_workspace(asked, factors)
    return varied(given) if made["verb"] in {"uncertainty", "sensitivity"} else given


def _show(found: list[Finding], *, as_json: bool) -> None:
    if as_json:
        from dataclasses import asdict

        fine = all(f.fine for f in found)
        show_json({"fine": fine, "checks": [asdict(f) for f in found]})
        return
    table(
        ["check", "file", "state", "detail"], [[f.check, f.file, f.state, f.detail] for f in found]
    )
