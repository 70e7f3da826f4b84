"""The inside of the reading process: limits first, then one parser, then one JSON answer."""

from __future__ import annotations

import json
import logging
import os
import resource
import sys
import warnings
from pathlib import Path
from typing import Any

from hubscope.errors import BadDocumentError


def limit() -> None:
    """Let the system end this process where it takes too much time or memory."""
    seconds = int(os.environ["HUBSCOPE_READ_SECONDS"])
    memory = int(os.environ["HUBSCOPE_READ_MEMORY"])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def parsed(form: str, path: Path) -> dict[str, Any]:
    """The fields of `Opened` for one file."""
    if form == "pdf":
        from hubscope.plan.documents.pdf import read
    elif form == "docx":
        from hubscope.plan.documents.docx import read
    else:
        from hubscope.plan.documents.html import read
    text, pages, facts = read(path)
    return {"text": text, "form": form, "pages": pages, "facts": facts}


def main() -> None:
    """Read the file named on the command line and answer on stdout."""
    limit()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    form, path = sys.argv[1], Path(sys.argv[2])
    out, sys.stdout = sys.stdout, sys.stderr
    try:
        answer: dict[str, Any] = {"opened": parsed(form, path)}
    except BadDocumentError as error:
        answer = {"error": error.what, "hint": error.hint}
    json.dump(answer, out)
    out.flush()
