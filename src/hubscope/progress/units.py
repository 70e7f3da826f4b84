"""A target's quantity in the unit of its indicator."""

from __future__ import annotations

from hubscope.plan.units import catalogue_value

_COUNTED = ("count", "enterprises", "contracts", "enterprises/day")
"""Catalogue units that count things, which a plan writes as 家, 个, 项 or a plural noun."""


def in_unit(quantity: float, unit: str, wanted: str, phrase: str = "") -> float | None:
    """`quantity` of `unit` in the catalogue's unit `wanted`; None where they do not convert.

    Args:
        quantity: the number of the target.
        unit: the target's unit as the reader gives it ("元", "%/年", "人", "CNY" ...).
        wanted: a unit of the catalogue.
        phrase: the indicator in the target's own words, which may hold the denominator
            ("每万名就业人员中…").
    """
    value, found = catalogue_value(quantity, unit, phrase)
    if wanted == "1e4 persons":
        return value / 1e4 if found == "count" else None
    if wanted == "% a year":
        # "Growth of 7.5 %" is a rate a year even where the sentence leaves the year out.
        return value if found in ("%", "% a year") else None
    if wanted in _COUNTED:
        return value if found == "count" else None
    return value if found == wanted else None
