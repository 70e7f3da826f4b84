"""Where the shared documents and the shipped plan lie."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("HUBSCOPE_SHARED", ROOT / ".." / "shared"))
DOCUMENTS = SHARED / "documents"
SHIPPED = ROOT / "examples" / "beijing" / "plan"


@pytest.fixture
def document():
    def find(name):
        path = DOCUMENTS / name
        if not path.is_file():
            pytest.skip(f"the shared documents are absent: set HUBSCOPE_SHARED ({name})")
        return path

    return find


@pytest.fixture
def gold(document):
    return lambda name: json.loads(document(f"{name}.gold.json").read_text("utf-8"))
