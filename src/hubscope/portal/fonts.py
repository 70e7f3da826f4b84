"""Where the fonts of the brief are: a wheel that ships them, else Debian's fonts-noto-cjk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from hubscope.errors import HubscopeError

WHEEL = "pylopdf_fonts_zh_cn"
SYSTEM = (
    Path("/usr/share/fonts/opentype/noto"),
    Path("/usr/share/fonts/noto-cjk"),
    Path("/usr/share/fonts/google-noto-cjk"),
    Path("/Library/Fonts"),
)


@dataclass(frozen=True, slots=True)
class Fonts:
    """A folder with one Chinese serif and one Chinese sans family, and their names."""

    folder: Path
    sans: str
    serif: str


def chinese_fonts(system: Iterable[Path] = SYSTEM) -> Fonts:
    """The fonts of the wheel, or those of the system.

    Raises:
        HubscopeError: if neither has them, saying what to install.
    """
    spec = find_spec(WHEEL)
    for folder in spec.submodule_search_locations or () if spec else ():
        if _both(Path(folder), "NotoSansSC-*.otf", "NotoSerifSC-*.otf"):
            return Fonts(Path(folder), "Noto Sans SC", "Noto Serif SC")
    for place in system:
        if _both(place, "NotoSansCJK*.ttc", "NotoSerifCJK*.ttc"):
            return Fonts(place, "Noto Sans CJK SC", "Noto Serif CJK SC")
    raise HubscopeError(
        "no Chinese font was found, and a brief without one would show empty boxes",
        hint="install the wheel `pylopdf-fonts-zh-cn` or Debian's package `fonts-noto-cjk`",
    )


def _both(folder: Path, *patterns: str) -> bool:
    return folder.is_dir() and all(any(folder.glob(p)) for p in patterns)
