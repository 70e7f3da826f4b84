"""Public pages are drawn at most once a second while the record does not grow."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from fastapi import Request, Response

from hubscope.calls.base.ledger import head
from hubscope.portal.calls.desk import Guest, database_of, now_of

SECONDS = 1
"""A page may show a deadline that passed this long ago as open; the step itself never does."""
MOST = 256


def kept(request: Request, guest: Guest, draw: Callable[[], Response]) -> Response:
    """The page as it was drawn this second for anybody, or drawn now."""
    if guest.person is not None:
        return draw()
    shelf: OrderedDict[str, tuple[tuple[int, int], Response]] = request.app.state.shelf
    with database_of(request).read() as session:
        top = head(session)[0]
    key = (top, int(now_of(request).timestamp()) // SECONDS)
    found = shelf.get(request.url.path)
    if found is not None and found[0] == key:
        return found[1]
    answer = draw()
    shelf[request.url.path] = (key, answer)
    while len(shelf) > MOST:
        shelf.popitem(last=False)
    return answer
