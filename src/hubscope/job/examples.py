"""The shipped workspaces, copied to where the user wants one."""

from __future__ import annotations

import errno
import re
import shutil
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from hubscope.errors import HubscopeError, UsageError, nearest
from hubscope.store.files import explained
from hubscope.workspace import CONFIG


def examples_folder() -> Path:
    """The folder of shipped workspaces: in the wheel, or beside src/ in a checkout."""
    package = Path(str(files("hubscope")))
    for folder in (package / "examples", package.parent.parent / "examples"):
        if folder.is_dir():
            return folder
    raise HubscopeError("this installation has no examples", hint="install hubscope again")


def copy_example(name: str, target: Path, names: Mapping[str, str] | None = None) -> bool:
    """Copy the workspace `name` to `target`; False if a workspace stands there already.

    `names` are put in the place of the capitals that stand for them.

    Copied aside and renamed, so that a killed run leaves either nothing or a whole workspace.
    """
    source = examples_folder() / name
    if not (source / CONFIG).is_file():
        known = (f.parent.name for f in examples_folder().glob(f"*/{CONFIG}"))
        raise HubscopeError(f"there is no example {name!r}", hint=nearest(name, known))
    if (target / CONFIG).is_file():
        return False
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise HubscopeError(
            f"{target} exists and is not a workspace", hint="name a new or an empty folder"
        )
    aside = target.with_name(f".{target.name}.aside")
    with explained(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(aside, ignore_errors=True)
        try:
            shutil.copytree(source, aside)
            _fill(aside, names or {})
        except shutil.Error as error:
            shutil.rmtree(aside, ignore_errors=True)
            raise OSError(_number(error), str(error)) from error
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        if target.is_dir():
            target.rmdir()
        aside.rename(target)
    return True


def new_workspace(target: Path, hub: str, zh: str, en: str) -> None:
    """A workspace for one hub in `target`, ready to run: its plan and figures are to be filled in.

    Raises:
        HubscopeError: if the id or a name would not stand in a TOML string, or `target` is taken.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", hub):
        raise UsageError(
            f"{hub!r} is not an id", hint="use lower-case letters, digits and hyphens: my-city"
        )
    for name in (zh, en):
        if not name.strip() or re.search(r'["\\\x00-\x1f]', name):
            raise UsageError(f"{name!r} cannot be a name", hint="leave out quotes and backslashes")
    if (target / CONFIG).is_file():
        raise HubscopeError(f"{target} is a workspace already", hint="name a new folder")
    copy_example("blank", target, {"HUB_ID": hub, "HUB_ZH": zh, "HUB_EN": en})


def _fill(folder: Path, names: Mapping[str, str]) -> None:
    for file in (f for f in folder.rglob("*") if f.is_file()):
        text = file.read_text("utf-8")
        for place, name in names.items():
            text = text.replace(place, name)
        file.write_text(text, "utf-8")


def _number(error: shutil.Error) -> int:
    """The system's error number; shutil keeps only the words."""
    return errno.ENOSPC if "No space left" in str(error) else errno.EIO
