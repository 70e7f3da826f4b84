"""64 bytes at a time: where quotes, brackets and blanks stand, as bits of one integer each.

Langdale and Lemire 2019, Parsing gigabytes of JSON per second (VLDB Journal 28), section 3.1. The
vector comparisons are LLVM's own, so the machine's widest instructions are used.
"""

# numba compiles untyped intrinsics.
# ruff: noqa: ANN001, ANN201, ANN202, ARG001
# mypy: disable-error-code="no-untyped-def,no-untyped-call,call-arg,import-untyped"

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types, uint64
from numba.core import cgutils
from numba.extending import intrinsic

from hubscope.sources.openalex.scan.compiled import inner
from hubscope.sources.openalex.scan.rows import WIDTH

_BYTE, _WORD = ir.IntType(8), ir.IntType(64)
_BLOCK = ir.VectorType(_BYTE, WIDTH)


def _address(context, builder, kind, array, at) -> Any:
    data = context.make_array(kind)(context, builder, value=array).data
    return builder.gep(data, [at])


def _splat(byte: int) -> Any:
    return ir.Constant(_BLOCK, [byte] * WIDTH)


def _bits(builder, comparison) -> Any:
    return builder.bitcast(comparison, _WORD)


@intrinsic
def masks(typing, buffer, at):
    """Bits of quotes, backslashes, structural characters, blanks, control and non-ASCII bytes."""

    def generate(context, builder, signature, args):
        place = builder.bitcast(
            _address(context, builder, signature.args[0], *args), _BLOCK.as_pointer()
        )
        block = builder.load(place, align=1)

        def equal(byte, of=block):
            return builder.icmp_unsigned("==", of, _splat(byte))

        folded = builder.or_(block, _splat(0x20))  # '[' and '{' alike, ']' and '}' alike
        brackets = builder.or_(equal(ord("{"), folded), equal(ord("}"), folded))
        structure = builder.or_(brackets, builder.or_(equal(ord(",")), equal(ord(":"))))
        blank = builder.or_(equal(ord(" ")), builder.or_(equal(ord("\t")), equal(ord("\r"))))
        found = (
            equal(ord('"')),
            equal(ord("\\")),
            structure,
            blank,
            builder.icmp_unsigned("<", block, _splat(0x20)),
            builder.icmp_unsigned(">=", block, _splat(0x80)),
        )
        words = [_bits(builder, f) for f in found]
        return context.make_tuple(builder, signature.return_type, words)

    return types.UniTuple(types.uint64, 6)(buffer, types.int64), generate


@intrinsic
def newlines(typing, buffer, at):
    """Bits of newlines."""

    def generate(context, builder, signature, args):
        place = builder.bitcast(
            _address(context, builder, signature.args[0], *args), _BLOCK.as_pointer()
        )
        block = builder.load(place, align=1)
        return _bits(builder, builder.icmp_unsigned("==", block, _splat(ord("\n"))))

    return types.uint64(buffer, types.int64), generate


@intrinsic
def word(typing, buffer, at):
    """Eight bytes as one integer."""

    def generate(context, builder, signature, args):
        place = builder.bitcast(
            _address(context, builder, signature.args[0], *args), _WORD.as_pointer()
        )
        return builder.load(place, align=1)

    return types.uint64(buffer, types.int64), generate


@intrinsic
def lowest(typing, bits):
    """Place of the lowest bit that is set."""

    def generate(context, builder, signature, args):
        return builder.cttz(args[0], cgutils.false_bit)

    return types.int64(types.uint64), generate


@intrinsic
def count(typing, bits):
    """Number of bits that are set."""

    def generate(context, builder, signature, args):
        return builder.ctpop(args[0])

    return types.int64(types.uint64), generate


_ZEROS, _OVER, _TOPS = (uint64(int(c * 8, 16)) for c in ("30", "76", "80"))
_ALL = uint64(0xFFFFFFFFFFFFFFFF)


@inner
def digits(buffer, at):
    """Number of decimal digits from `at` on."""
    n = 0
    while True:
        # A byte's top bit is set where it is no digit; carries only touch bytes behind the first.
        t = word(buffer, at + n) ^ _ZEROS
        other = ((t + _OVER) | t) & _TOPS
        if other != uint64(0):
            return n + (lowest(other) >> 3)
        n += 8


@inner
def are_digits(buffer, at):
    """Whether eight decimal digits stand at `at`."""
    t = word(buffer, at) ^ _ZEROS
    return ((t + _OVER) | t) & _TOPS == uint64(0)


@inner
def _eight(w):
    """The value of eight digits whose codes have lost their upper half, the first one lowest."""
    w = (w * uint64(10)) + (w >> uint64(8))
    return np.int64(
        (
            (w & uint64(0x000000FF000000FF)) * uint64(0x000F424000000064)
            + ((w >> uint64(16)) & uint64(0x000000FF000000FF)) * uint64(0x0000271000000001)
        )
        >> uint64(32)
    )


@inner
def number(buffer, at, n):
    """The value of `n` digits, 1 to 18."""
    end = at + n
    if n > 16 or end < 8:
        value = np.int64(0)
        for k in range(at, end):
            value = value * 10 + np.int64(buffer[k] - 48)
        return value
    last = word(buffer, end - 8) ^ _ZEROS
    if n <= 8:
        # What stands before the digits becomes leading zeros.
        others = uint64(8 * (8 - n))
        return _eight(last >> others << others)
    first = (word(buffer, at) ^ _ZEROS) << uint64(8 * (16 - n))
    return _eight(first) * 100_000_000 + _eight(last)
