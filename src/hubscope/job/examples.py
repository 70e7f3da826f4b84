"""The shipped workspaces, copied to where the user wants one."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

from hubscope.errors import HubscopeError, nearest
from hubscope.store.files import explained
from hubscope.workspace import CONFIG


def examples_folder() -> Path:
    """The folder of shipped workspaces: in the wheel, or beside src/ in a checkout."""
    package = Path(str(files("hubscope")))
    for folder in (package / "examples", package.parent.parent / "examples"):
        if folder.is_dir():
            return folder
    raise HubscopeError("this installation has no examples", hint="install hubscope again")


def copy_example(name: str, target: Path) -> bool:
    """Copy the workspace `name` to `target`; False if a workspace stands there already.

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


def _number(error: shutil.Error) -> int:
    """The system's error number; shutil keeps only the words."""
    import errno

    return errno.ENOSPC if "No space left" in str(error) else errno.EIO
