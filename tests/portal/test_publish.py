"""The swap: old site or new site, never half of one."""

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from hubscope.errors import DiskFullError, HubscopeError
from hubscope.portal import publish
from hubscope.portal.publish import write_site
from hubscope.portal.site import page
from hubscope.store import files

OLD = [page("index.html", "old"), page("zh/index.html", "旧")]
NEW = [page("index.html", "new"), page("en/index.html", "new")]


def _shown(folder):
    return {
        str(f.relative_to(folder)): f.read_text("utf-8")
        for f in sorted(folder.rglob("*"))
        if f.is_file()
    }


def test_a_new_site_takes_the_place_of_the_old(tmp_path):
    site = tmp_path / "site"
    write_site(OLD, site)
    assert _shown(site) == {"index.html": "old", "zh/index.html": "旧"}
    write_site(NEW, site)
    assert _shown(site) == {"index.html": "new", "en/index.html": "new"}
    assert len([f for f in tmp_path.iterdir() if f.name.startswith(".site-")]) == 1


def test_the_same_pages_again_keep_their_folder(tmp_path):
    site = tmp_path / "site"
    first = write_site(OLD, site)
    before = (first / "index.html").stat().st_mtime_ns
    assert write_site(OLD, site) == first
    assert (first / "index.html").stat().st_mtime_ns == before


def test_a_damaged_folder_is_written_again(tmp_path):
    site = tmp_path / "site"
    write_site(OLD, site)
    (site / "index.html").write_text("damaged")
    write_site(OLD, site)
    assert (site / "index.html").read_text() == "old"


def test_a_full_disk_does_not_take_the_damaged_site_away(tmp_path, monkeypatch):
    site = tmp_path / "site"
    write_site(OLD, site)
    (site / "index.html").write_text("damaged")
    monkeypatch.setattr(files.os, "fsync", _full)
    with pytest.raises(DiskFullError, match="no space left"):
        write_site(OLD, site)
    assert _shown(site) == {"index.html": "damaged", "zh/index.html": "旧"}


def _full(*_args):
    raise OSError(28, "No space left on device")


def test_without_symlinks_two_renames_do(tmp_path, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise OSError("no symlinks here")

    monkeypatch.setattr(publish.Path, "symlink_to", refuse)
    site = tmp_path / "site"
    write_site(OLD, site)
    write_site(NEW, site)
    assert not site.is_symlink()
    assert _shown(site) == {"index.html": "new", "en/index.html": "new"}
    assert [f.name for f in tmp_path.iterdir()] == ["site"]


def test_a_folder_made_by_hand_is_replaced(tmp_path):
    site = tmp_path / "site"
    site.mkdir()
    (site / "left.html").write_text("x")
    write_site(NEW, site)
    assert "left.html" not in _shown(site)


def test_a_full_disk_leaves_the_old_site(tmp_path, monkeypatch):
    site = tmp_path / "site"
    write_site(OLD, site)

    monkeypatch.setattr(files.os, "fsync", _full)
    with pytest.raises(DiskFullError, match="no space left"):
        write_site(NEW, site)
    assert _shown(site) == {"index.html": "old", "zh/index.html": "旧"}
    assert len(list(tmp_path.iterdir())) == 2


def test_a_page_outside_the_site_is_refused(tmp_path):
    with pytest.raises(HubscopeError, match="outside the site"):
        write_site([page("../up.html", "x")], tmp_path / "site")
    assert not (tmp_path / "up.html").exists()


KILLED = """
    import sys, time
    from pathlib import Path
    from hubscope.portal.publish import write_site
    from hubscope.portal.site import page
    number = 0
    while True:
        number += 1
        pages = [page(f"p{n}.html", str(number)) for n in range(20)]
        write_site(pages, Path(sys.argv[1]))
        print(number, flush=True)
"""


@pytest.mark.parametrize("wait", [0.01, 0.023, 0.05])
def test_a_killed_run_leaves_one_whole_site(tmp_path, wait):
    site = tmp_path / "site"
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(site)], stdout=subprocess.PIPE
    ) as child:
        child.stdout.readline()
        time.sleep(wait)
        os.kill(child.pid, signal.SIGKILL)
    shown = set(_shown(site).values())
    assert len(shown) == 1
    assert len(_shown(site)) == 20
    write_site(NEW, site)
    assert _shown(site) == {"index.html": "new", "en/index.html": "new"}
    assert len([f for f in tmp_path.iterdir() if f.name.startswith(".site-")]) == 1
