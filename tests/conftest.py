"""What several rooms' tests share."""

import importlib.util
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BEIJING = ROOT / "examples" / "beijing"
LONG = (
    "engines/test_works_spark.py",
    "engines/test_patents_spark.py",
    "portal/test_browser.py",
    "job/test_kill.py",
    "calls/test_browser.py",
    "plan/test_documents.py",
    "portal/test_plan_browser.py",
    "job/test_synthetic_world.py",
    "calls/test_machine.py",
)
"""Files of minutes, longest first: one that began last would leave the other cores idle."""


def pytest_collection_modifyitems(items):
    """Put the long files first; the order inside a file stays as it is written."""
    place = {ROOT / "tests" / name: n for n, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.path, len(LONG)))


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
