"""One line of JSON into its tokens, as strictly as a parser: what passes here is JSON.

Langdale and Lemire 2019, sections 3.1 and 3.2: quotes and brackets are found as bits, strings are
masked out, what is left are the places where brackets, commas, colons and values begin. What does
not pass is not judged here but handed to the careful reader.
"""

# numba compiles untyped kernels; their arguments are a buffer of bytes and places in it.
# ruff: noqa: ANN001, ANN201, ANN202, PLR0911, PLR0912, PLR0915, PLR0917
# mypy: disable-error-code="no-untyped-def,no-untyped-call,call-arg,var-annotated,assignment"

from __future__ import annotations

from numba import uint64

from hubscope.sources.openalex.scan.compiled import inner
from hubscope.sources.openalex.scan.rows import WIDTH
from hubscope.sources.openalex.scan.simd import count, digits, lowest, masks, newlines

DEEPEST = 64
"""Brackets within brackets; OpenAlex has 8."""

BROKEN = -1

_QUOTE, _COLON, _COMMA, _SLASH = 34, 58, 44, 92
_OBJECT, _END_OBJECT, _LIST, _END_LIST = 123, 125, 91, 93
_ZERO = uint64(0)
_ONE = uint64(1)
_TWO = uint64(2)
_ALL = uint64(0xFFFFFFFFFFFFFFFF)
_TOP = uint64(63)


@inner
def line_end(buffer, at, stop):
    """Place of the first newline from `at`, or -1."""
    while at < stop:
        found = newlines(buffer, at)
        if found != _ZERO:
            place = at + lowest(found)
            return place if place < stop else -1
        at += WIDTH
    return -1


@inner
def structure(buffer, start, stop, token, match, stack):
    """Number of tokens of the line if it is one JSON object, 0 if it is blank, else `BROKEN`.

    And whether it has a backslash. `match` gets, for each bracket, its closing one.
    """
    n, slashes = tokens(buffer, start, stop, token)
    if n > 0 and slashes and not are_escapes_plain(buffer, start, stop):
        return BROKEN, slashes
    if n > 0 and not is_record(buffer, token, n, match, stack):
        return BROKEN, slashes
    return n, slashes


@inner
def tokens(buffer, start, stop, token):
    """Put the place of every token of the line into `token`.

    Returns their number, or `BROKEN`, and whether the line has a backslash.
    """
    n, slashes = 0, False
    in_string, in_scalar, escaped = _ZERO, _ZERO, False
    checked = start
    at = start
    while at < stop:
        quote, slash, structure, blank, control, high = masks(buffer, at)
        if stop - at < WIDTH:
            keep = (_ONE << uint64(stop - at)) - _ONE
            quote, slash, structure = quote & keep, slash & keep, structure & keep
            control, high, blank = control & keep, high & keep, blank | ~keep
        if slash != _ZERO or escaped:
            slashes = True
            taken = _ZERO
            i = 0
            while i < WIDTH:
                bit = _ONE << uint64(i)
                if escaped:
                    taken |= bit
                    escaped = False
                elif slash & bit:
                    escaped = True
                i += 1
            quote &= ~taken
        inside = quote
        inside ^= inside << uint64(1)
        inside ^= inside << uint64(2)
        inside ^= inside << uint64(4)
        inside ^= inside << uint64(8)
        inside ^= inside << uint64(16)
        inside ^= inside << uint64(32)
        inside ^= in_string
        in_string = _ALL if inside >> _TOP else _ZERO
        if control & inside:
            return BROKEN, slashes
        while high != _ZERO:
            place = at + lowest(high)
            if place >= checked:
                length = _sequence(buffer, place)
                if length == 0:
                    return BROKEN, slashes
                checked = place + length
            high &= high - _ONE
        scalar = ~(structure | blank)
        plain = scalar & ~quote
        begins = scalar & ~((plain << _ONE) | in_scalar)
        in_scalar = plain >> _TOP
        bits = (structure | begins) & ~(inside ^ quote)
        # Eight at a time and some too many: cheaper than a branch that is guessed wrong.
        found = n + count(bits)
        while True:
            for k in range(8):
                token[n + k] = at + lowest(bits)
                bits &= bits - _ONE
            n += 8
            if n >= found:
                break
        n = found
        at += WIDTH
    if in_string != _ZERO or escaped:
        return BROKEN, slashes
    token[n] = stop
    return n, slashes


@inner
def _sequence(buffer, at):
    """Bytes of the UTF-8 sequence at `at`, 0 if it is none (RFC 3629, section 4)."""
    a, b, c, d = buffer[at], buffer[at + 1], buffer[at + 2], buffer[at + 3]
    if b & 0xC0 != 0x80:
        return 0
    if 0xC2 <= a <= 0xDF:
        return 2
    if c & 0xC0 != 0x80:
        return 0
    if 0xE0 <= a <= 0xEF:
        low = 0xA0 if a == 0xE0 else 0x80
        most = 0x9F if a == 0xED else 0xBF
        return 3 if low <= b <= most else 0
    if d & 0xC0 != 0x80:
        return 0
    low = 0x90 if a == 0xF0 else 0x80
    most = 0x8F if a == 0xF4 else 0xBF
    return 4 if 0xF0 <= a <= 0xF4 and low <= b <= most else 0


@inner
def are_escapes_plain(buffer, start, stop):
    """Whether every backslash begins a good escape and none a surrogate."""
    at = start
    while at < stop:
        if buffer[at] != _SLASH:
            at += 1
            continue
        c = buffer[at + 1]
        if c == 117:  # u
            for k in range(2, 6):
                if not _is_hex(buffer[at + k]):
                    return False
            if buffer[at + 2] | 32 == 100 and buffer[at + 3] >= 56:  # d8 to df
                return False
            at += 6
        elif c in (34, 47, 92, 98, 102, 110, 114, 116):
            at += 2
        else:
            return False
    return True


@inner
def _is_hex(c):
    return 48 <= c <= 57 or 65 <= c <= 70 or 97 <= c <= 102


@inner
def is_record(buffer, token, n, match, stack):
    """Whether the tokens are one JSON object; `match` gets, for each bracket, its closing one."""
    if n < 2 or buffer[token[0]] != _OBJECT:
        return False
    # Unsigned places: a signed one may be negative, and each look would first ask whether it is.
    i, depth, opened, in_object = _ZERO, _ZERO, _ZERO, False
    while True:
        # A value begins at token i; token n is the end of the line, which is no bracket.
        c = buffer[token[i]]
        if c == _QUOTE:
            i += _ONE
        elif c in (_OBJECT, _LIST):
            if depth == DEEPEST:
                return False
            stack[depth] = opened
            depth += _ONE
            opened, in_object = i, c == _OBJECT
            i += _ONE
            if in_object and buffer[token[i]] != _END_OBJECT:
                if buffer[token[i]] != _QUOTE or buffer[token[i + _ONE]] != _COLON:
                    return False
                i += _TWO
                continue
            if not in_object and buffer[token[i]] != _END_LIST:
                continue
        elif _is_short(buffer, token[i], token[i + _ONE]) or _is_scalar(buffer, token[i]):
            i += _ONE
        else:
            return False
        # A value has ended; token i is a comma or closes what is open.
        while buffer[token[i]] != _COMMA:
            if buffer[token[i]] != (_END_OBJECT if in_object else _END_LIST):
                return False
            match[opened] = i
            depth -= _ONE
            i += _ONE
            if depth == _ZERO:
                return i == uint64(n)
            opened = uint64(stack[depth])
            in_object = buffer[token[opened]] == _OBJECT
        i += _ONE
        if in_object:
            if buffer[token[i]] != _QUOTE or buffer[token[i + _ONE]] != _COLON:
                return False
            i += _TWO


@inner
def _is_short(buffer, at, following):
    """Whether a number of one to three digits fills the text up to the next token."""
    n, first = following - at, buffer[at]
    if n == 1:
        return 48 <= first <= 57
    if n > 3 or not 49 <= first <= 57 or not 48 <= buffer[at + 1] <= 57:
        return False
    return n == 2 or 48 <= buffer[at + 2] <= 57


@inner
def _is_end(c):
    return c in (_COMMA, _END_OBJECT, _END_LIST, 32, 9, 13, 10)


@inner
def _is_scalar(buffer, at):
    """Whether a number, true, false or null stands at `at` and ends there."""
    c = buffer[at]
    if c == 110:
        good = buffer[at + 1] == 117 and buffer[at + 2] == 108 and buffer[at + 3] == 108
        return good and _is_end(buffer[at + 4])
    if c == 116:
        good = buffer[at + 1] == 114 and buffer[at + 2] == 117 and buffer[at + 3] == 101
        return good and _is_end(buffer[at + 4])
    if c == 102:
        good = buffer[at + 1] == 97 and buffer[at + 2] == 108 and buffer[at + 3] == 115
        return good and buffer[at + 4] == 101 and _is_end(buffer[at + 5])
    return _is_number(buffer, at)


@inner
def _is_number(buffer, at):
    """RFC 8259, section 6; exponents of more than two digits are left to the careful reader."""
    at += buffer[at] == 45
    n = digits(buffer, at)
    if n == 0 or n > 18 or (n > 1 and buffer[at] == 48):
        return False
    at += n
    if buffer[at] == 46:
        n = digits(buffer, at + 1)
        if n == 0:
            return False
        at += 1 + n
    if buffer[at] | 32 == 101:
        at += 1
        at += buffer[at] == 43 or buffer[at] == 45
        n = digits(buffer, at)
        if n == 0 or n > 2:
            return False
        at += n
    return _is_end(buffer[at])
