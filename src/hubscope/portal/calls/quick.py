"""Public pages are drawn at most once a second for all who read them without a session."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from fastapi import Request, Response

from hubscope.portal.calls.desk import COOKIE, Guest, now_of

SECONDS = 1.0
"""A page may show for so long what has just changed; a step itself is never late."""
MOST = 256
Shelf = OrderedDict[str, tuple[int, float, Response]]


def fresh(request: Request) -> Response | None:
    """The page as it was drawn for somebody else within this second, if it was."""
    if request.method not in ("GET", "HEAD") or COOKIE in request.cookies:
        return None
    shelf: Shelf = request.app.state.shelf
    found = shelf.get(request.url.path)
    if found is None or found[0] != int(now_of(request).timestamp()):
        return None
    if time.monotonic() - found[1] > SECONDS:
        return None
    return Response(found[2].body, found[2].status_code, dict(found[2].headers))


def kept(request: Request, guest: Guest, draw: Callable[[], Response]) -> Response:
    """Draw the page, and keep it for a moment where anybody may read it."""
    answer = draw()
    if guest.person is None:
        shelf: Shelf = request.app.state.shelf
        second = int(now_of(request).timestamp())
        shelf[request.url.path] = (second, time.monotonic(), answer)
        while len(shelf) > MOST:
            shelf.popitem(last=False)
    return answer
