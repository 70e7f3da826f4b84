"""What several rooms' tests share."""

import importlib.util
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BEIJING = ROOT / "examples" / "beijing"


@pytest.fixture(scope="session")
def shared():
    """The folder of third-party inputs and published answers; skips where it is absent."""
    folder = Path(os.environ.get("HUBSCOPE_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("the shared folder of third-party inputs is not on this machine")
    return folder


@pytest.fixture(scope="session")
def beijing():
    """The shipped workspace, not to be written to."""
    return BEIJING


@pytest.fixture(scope="session")
def walk():
    """Reads one page into what the tests of pages look at (crawl.py)."""
    spec = importlib.util.spec_from_file_location("crawl", Path(__file__).parent / "crawl.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.walk
