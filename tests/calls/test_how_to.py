"""The how-to's commands, copied one after another into an empty folder."""

import json
import re
import shlex
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hubscope.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "docs" / "how-to" / name for name in ("run-a-call.md", "run-a-call.zh-CN.md")]
SECONDS = 3
BLOCK = re.compile(r"(?:<!-- table: (\S+) -->\n)?```\w+\n(.*?)```", re.DOTALL)
DEADLINE = re.compile(r'"\$\(date [^)]*\)"')


def blocks(page):
    """Name of the file that is to be saved, or none, and text of every block."""
    return BLOCK.findall(page.read_text("utf-8"))


class Copied:
    """Who copies the page's commands, with a shorter wait for the deadline."""

    def __init__(self, folder):
        self.folder, self.said = folder, {}

    def block(self, name, text):
        if name:
            (self.folder / name).write_text(text, "utf-8")
            return
        for line in text.splitlines():
            if "call assign grid -w" in line:
                time.sleep(SECONDS)  # "a minute later"
            self.command(line)

    def command(self, line):
        at = (datetime.now(UTC) + timedelta(seconds=SECONDS)).isoformat()
        words = shlex.split(DEADLINE.sub(at, line))
        assert words[0] == "hubscope"
        if words[1] == "run":
            return
        typed = "a long enough password\n" if "person" in words else None
        found = CliRunner().invoke(app, words[1:], input=typed)
        assert found.exit_code == 0, (line, found.exception or found.output)
        self.said[line] = found.stdout


def test_both_pages_have_the_same_commands():
    assert blocks(PAGES[0]) == blocks(PAGES[1])


@pytest.mark.slow
def test_the_commands_of_the_page_lead_from_a_need_to_acceptance(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUBSCOPE_LANG", "en")
    shell = Copied(tmp_path)
    for block in blocks(PAGES[0])[1:]:
        shell.block(*block)
    assigned = next(v for k, v in shell.said.items() if k == "hubscope call assign grid -w city")
    assert json.loads(assigned)["readers"] == {"B-001": ["R-001", "R-002"]}
    given = json.loads((tmp_path / "export" / "grid.json").read_text("utf-8"))
    assert given["bids"][0]["state"] == "accepted"
    assert [m["paid"] for m in given["milestones"]] == [20, 20]
    figures = (tmp_path / "city" / "figures" / "calls-figures.csv").read_text("utf-8")
    assert "my-city,calls_awarded" in figures
