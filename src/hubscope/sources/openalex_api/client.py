"""One request, asked politely: who asks, time limits, size limits, and patience where it is due.

The API's rules (developers.openalex.org, read November 2026): a key is asked for since February
2026, a list call costs a ten-thousandth of a dollar of a day's free allowance of one dollar; 429
and 403 mean too much at once or that the day's allowance is used up, 500 a passing fault.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from hubscope.errors import HubscopeError, NotPermittedError, UsageError

BASE = "https://api.openalex.org"
AGENT = "hubscope (https://github.com/hubscope/hubscope)"

MOST_BYTES = 64 * 2**20
"""Of one answer, unpacked; a hundred works of thousands of authors stay below."""

ATTEMPTS = 7
MOST_PAUSE = 120.0
"""Seconds: a source that asks for a longer wait is left alone until the user comes back."""

BETWEEN = 0.1
"""Seconds between two requests."""

PASSING = frozenset({403, 429, 500, 502, 503, 504})
TIMEOUTS = (10.0, 90.0)
"""Seconds to connect, and between two pieces of an answer."""


class PassingError(Exception):
    """What may be different on the next attempt; the message says what it was."""

    def __init__(self, what: str, pause: float | None = None) -> None:
        super().__init__(what)
        self.pause = pause
        """Seconds that the source asks to wait."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and where; the key is never shown or stored."""

    base: str = BASE
    email: str = ""
    key: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Refuse an address that would send the key in the clear, or that is none."""
        parts = urlsplit(self.base)
        at_home = parts.hostname in ("127.0.0.1", "localhost", "::1")
        if parts.scheme != "https" and not (parts.scheme == "http" and at_home):
            raise UsageError(f"{self.base!r} is no address of an API", hint=f"like {BASE}")
        if self.email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", self.email):
            raise UsageError(f"{self.email!r} is no e-mail address", hint="like you@example.org")


class Client:
    """Asks one thing at a time, again where the fault may pass."""

    def __init__(
        self,
        caller: Caller,
        *,
        wait: Callable[[float], None] = time.sleep,
        attempts: int = ATTEMPTS,
        most_bytes: int = MOST_BYTES,
        between: float = BETWEEN,
        tell: Callable[[str, float], None] = lambda _why, _seconds: None,
    ) -> None:
        self.caller = caller
        self.wait = wait
        self.attempts = attempts
        self.most_bytes = most_bytes
        self.between = between
        self.tell = tell
        """Hears why and how long it waits."""
        self.requests = 0
        self._pool: Any = None

    def get(
        self, path: str, text: str, check: Callable[[bytes], None] = lambda _body: None
    ) -> bytes:
        """The body that answers `path?text`.

        Args:
            path: `works`, `institutions`, `works/W12`.
            text: the query string, without who asks.
            check: raises `PassingError` where the body is not what was asked for.

        Raises:
            HubscopeError: if the source refuses, asks for a long wait, or keeps failing.
        """
        for attempt in range(1, self.attempts + 1):
            try:
                body = self._once(path, text)
                check(body)
            except PassingError as error:
                last = error
                if attempt < self.attempts:
                    self._pause(error, attempt)
            else:
                return body
        raise HubscopeError(
            f"{self.caller.base} failed {self.attempts} times: {last}",
            hint="run the same command again later; what was fetched is kept",
        )

    def _pause(self, error: PassingError, attempt: int) -> None:
        seconds = 2.0 ** (attempt - 1) if error.pause is None else error.pause
        if seconds > MOST_PAUSE:
            raise HubscopeError(
                f"{self.caller.base} asks to wait {seconds:,.0f} s: {error}",
                hint="the day's allowance may be used up; run the same command again then, "
                "what was fetched is kept",
            ) from error
        self.tell(str(error), seconds)
        self.wait(seconds)

    def _once(self, path: str, text: str) -> bytes:
        import urllib3

        who = {k: v for k, v in (("mailto", self.caller.email), ("api_key", self.caller.key)) if v}
        address = f"{self.caller.base.rstrip('/')}/{path}?" + "&".join(
            p for p in (text, urlencode(who)) if p
        )
        if self.requests and self.between:
            self.wait(self.between)
        self.requests += 1
        try:
            answer = self._connections().request(
                "GET", address, retries=False, redirect=False, preload_content=False
            )
        except urllib3.exceptions.HTTPError as error:
            raise PassingError(_named(error)) from None  # its own words may hold the key
        try:
            body = self._read(answer)
        finally:
            answer.close()
        if answer.status != 200:
            raise self._refused(answer.status, answer.headers, body)
        return body

    def _connections(self) -> Any:
        import urllib3

        if self._pool is None:
            self._pool = urllib3.PoolManager(
                timeout=urllib3.Timeout(connect=TIMEOUTS[0], read=TIMEOUTS[1]),
                headers={
                    "User-Agent": AGENT,
                    "Accept-Encoding": "gzip",
                    "Accept": "application/json",
                },
            )
        return self._pool

    def _read(self, answer: Any) -> bytes:
        """The body, unpacked piece by piece; never more than `most_bytes`."""
        import urllib3

        found = bytearray()
        try:
            while piece := answer.read(1 << 16, decode_content=True):
                found += piece
                if len(found) > self.most_bytes:
                    raise HubscopeError(
                        f"{self.caller.base} answers with more than {self.most_bytes:,} bytes",
                        hint="nothing of this answer was kept",
                    )
        except urllib3.exceptions.HTTPError as error:
            raise PassingError(f"the answer broke off ({_named(error)})") from None
        return bytes(found)

    def _refused(self, status: int, headers: Mapping[str, str], body: bytes) -> Exception:
        said = f"{status} {plain(body)}".strip()
        if status in PASSING:
            return PassingError(said, pause_of(headers.get("Retry-After"), datetime.now(UTC)))
        if status == 401:
            return NotPermittedError(
                f"{self.caller.base} refuses the key: {said}",
                hint="set OPENALEX_API_KEY to the key of your account at openalex.org/settings/api",
            )
        return HubscopeError(f"{self.caller.base} refuses the question: {said}")


def _named(error: Exception) -> str:
    return type(error).__name__


def plain(body: bytes, most: int = 160) -> str:
    """The start of what a source says, without what could steer a terminal."""
    text = body[: 4 * most].decode("utf-8", "replace")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:most]


def pause_of(said: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for: a number or a date; None where it says none."""
    if not said:
        return None
    if re.fullmatch(r"\d{1,9}(\.\d+)?", said.strip()):
        return float(said)
    try:
        then = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max((then.replace(tzinfo=then.tzinfo or UTC) - now).total_seconds(), 0.0)
