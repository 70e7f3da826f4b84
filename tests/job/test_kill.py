"""A killed or starved run leaves the last good state, and the next one ends as if nothing was."""

import contextlib
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hubscope.store import Store

SEED = 20210120
KILLS = 4
TRIES = 12
COMMAND = [sys.executable, "-c", "from hubscope.cli import main; main()", "run", "-w"]


def start(folder, *options):
    return subprocess.Popen(
        [*COMMAND, str(folder), *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def assert_whole(folder):
    """The store is readable and every artifact it names has the bytes it promises."""
    store = Store(folder / "store")
    for artifact in store.manifest().artifacts.values():
        data = (store.root / artifact.file).read_bytes()
        assert hashlib.sha256(data).hexdigest() == artifact.sha256


def state(folder):
    """Hash of every file of the finished workspace by its name, without old objects."""
    kept = ["manifest.json"]
    files = [folder / "store" / k for k in kept]
    files += [f for f in (folder / "site").rglob("*") if f.is_file()]
    files += list((folder / "briefs").glob("*.pdf"))
    return {
        str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest()
        for f in sorted(files)
    }


@pytest.fixture(scope="module")
def undisturbed(beijing, tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole") / "ws"
    shutil.copytree(beijing, folder)
    began = time.perf_counter()
    run = start(folder)
    _, talk = run.communicate(timeout=300)
    assert run.returncode == 0, talk.decode()
    return state(folder), time.perf_counter() - began


def killed_after(run, seconds):
    """Whether the run still lived after so many seconds and died of SIGKILL."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        run.communicate(timeout=seconds)
        return False
    run.send_signal(signal.SIGKILL)
    run.communicate()
    return run.returncode == -signal.SIGKILL


@pytest.mark.slow
def test_killed_at_random_points_the_next_run_gives_the_same_result(undisturbed, beijing, tmp_path):
    expected, seconds = undisturbed
    folder = tmp_path / "ws"
    shutil.copytree(beijing, folder)
    moments = random.Random(SEED)
    killed = 0
    for _ in range(TRIES):
        # --force redoes finished steps too, so that a kill can hit any of them.
        began = time.perf_counter()
        run = start(folder, "--force")
        if killed_after(run, moments.uniform(0.05, 0.8) * seconds):
            killed += 1
        else:
            # It was quicker than the first run, which may have shared the machine.
            seconds = min(seconds, time.perf_counter() - began)
        assert_whole(folder)
        if killed == KILLS:
            break
    assert killed == KILLS
    run = start(folder)
    _, talk = run.communicate(timeout=300)
    assert run.returncode == 0, talk.decode()
    assert state(folder) == expected
    assert not list(folder.rglob("*.aside"))


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 3 MB, for as long as the test runs."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder],
            capture_output=True,
            check=False,
        ).returncode
    )
    if not mounted:
        pytest.skip("only root may mount a small tmpfs")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(folder: Path, leave: int) -> Path:
    """Fill the disk that holds `folder` up to `leave` bytes."""
    free = os.statvfs(folder)
    ballast = folder / "ballast"
    ballast.write_bytes(b"\0" * max(0, free.f_bavail * free.f_frsize - leave))
    return ballast


def test_a_full_disk_gives_one_message_and_loses_nothing(undisturbed, beijing, small_disk):
    expected, _ = undisturbed
    folder = small_disk / "ws"
    shutil.copytree(beijing, folder)
    ballast = fill(small_disk, 60_000)
    run = start(folder)
    out, talk = run.communicate(timeout=300)
    said = talk.decode()
    assert run.returncode == 1, out
    assert "no space left on the device" in said
    assert "hint: free some space" in said
    assert "Traceback" not in said
    assert not list(folder.rglob("*.aside"))
    ballast.unlink()
    subprocess.run(["mount", "-o", "remount,size=200m", small_disk], check=True)
    run = start(folder)
    _, talk = run.communicate(timeout=300)
    assert run.returncode == 0, talk.decode()
    assert state(folder) == expected


def test_a_full_disk_stops_the_copy_of_the_example(small_disk):
    fill(small_disk, 20_000)
    command = [*COMMAND[:3], "demo", str(small_disk / "ws")]
    run = subprocess.run(command, capture_output=True, check=False)
    assert run.returncode == 1
    assert b"no space left on the device" in run.stderr
    assert not (small_disk / "ws").exists()
    assert not (small_disk / ".ws.aside").exists()
