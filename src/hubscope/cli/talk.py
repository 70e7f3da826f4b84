"""What the command line says: data on stdout, talk on stderr, colour never alone."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from typing import Any

from hubscope.errors import HubscopeError


def language() -> str:
    """`HUBSCOPE_LANG`, else the locale's: "zh" or "en"."""
    asked = (
        os.environ.get("HUBSCOPE_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG", "")
    )
    return "zh" if asked.lower().startswith("zh") else "en"


def talk(line: str) -> None:
    """Say `line` on stderr."""
    print(line, file=sys.stderr)


@dataclass(frozen=True)
class Voice:
    """What one room of `words/` says to the user: `room.help.*` and what it tells."""

    room: str
    telling: str = ""

    def said(self, key: str, **values: object) -> str:
        """The words under `<room>.<key>`, in the user's language."""
        from hubscope.words import say

        return say(language(), f"{self.room}.{key}", **values)

    def told(self, key: str) -> str:
        """The help words under `<room>.help.<key>`."""
        return self.said(f"help.{key}")

    def tell(self, key: str, **values: object) -> None:
        """Say the words under `<room>.<telling><key>` on stderr."""
        talk(self.said(f"{self.telling}{key}", **values))


CLI = Voice("cli")
tell, told = CLI.tell, CLI.told


def show_json(value: Any) -> None:
    """Print one JSON document on stdout."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1)
    print()


def complain(error: HubscopeError) -> None:
    """Print an error and its hint on stderr, in the user's language; red only on a terminal."""
    from hubscope.words.faults import fault_words

    colour = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    label = CLI.said("error")
    what = fault_words(language(), error.what)
    talk(f"\033[31m{label}\033[0m{what}" if colour else f"{label}{what}")
    if error.hint:
        talk(f"\n{CLI.said('hint')}{fault_words(language(), error.hint)}")


def table(headers: list[str], rows: list[list[str]]) -> None:
    """Print a table on stdout: aligned by display width on a terminal, tab-separated in a pipe."""
    if not sys.stdout.isatty():
        for row in [headers, *rows]:
            print("\t".join(row))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for header in headers:
        drawn.add_column(header, overflow="fold")
    for row in rows:
        drawn.add_row(*row)
    Console().print(drawn)
