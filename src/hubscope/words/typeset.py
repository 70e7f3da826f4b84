"""Numbers, years, units and ranges as each language writes them."""

from __future__ import annotations

from hubscope.words import words

THIN = "\u2009"
GROUP = {"zh": THIN, "en": ","}
SCALED = {("en", f"1e8 {currency}"): 0.1 for currency in ("CNY", "EUR", "GBP", "USD")}
"""Units that a language counts differently: 100 million is 1 亿, but 0.1 billion."""


def number(lang: str, value: float, digits: int | None = None) -> str:
    """`value` with as many decimals as it needs, or with `digits`; U+2212 for minus."""
    shown = f"{abs(value):,.{_needed(value) if digits is None else digits}f}"
    if digits is None and "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    sign = "\u2212" if value < 0 and shown.strip("0.,") else ""
    return sign + _grouped(lang, shown)


def _needed(value: float) -> int:
    size = abs(value)
    return 1 if size >= 1000 else 2 if size >= 1 else 3


def _grouped(lang: str, shown: str) -> str:
    whole = shown.split(".", maxsplit=1)[0].replace(",", "")
    if lang == "zh" and len(whole) < 5:
        return shown.replace(",", "")
    return shown.replace(",", GROUP[lang])


def quantity(lang: str, value: float, unit: str) -> str:
    """`value` with the words of its unit: "6.73%", "1,185.9 billion CNY", "11 859 亿元"."""
    shown = number(lang, value * SCALED.get((lang, unit), 1))
    known = words(lang).get(f"nouns.quantity.{unit}")
    if known:
        return known.format(n=shown)
    label = unit_words(lang, unit)
    return f"{shown} {label}" if label else shown


def unit_words(lang: str, unit: str) -> str:
    """The unit in words; a workspace's own unit stands as it is written."""
    known = words(lang)
    return known.get(f"nouns.unit.{unit}", unit)


def percent(lang: str, share: float, digits: int = 0) -> str:
    """A share of one as a percentage."""
    return number(lang, share * 100, digits) + "%"


def span(lang: str, lo: float, hi: float, digits: int = 0) -> str:
    """A range with an en dash, or the one value where both ends are equal."""
    ends = number(lang, lo, digits), number(lang, hi, digits)
    return ends[0] if ends[0] == ends[1] else "–".join(ends)


def listed(lang: str, names: list[str]) -> str:
    """Names joined as the language joins them."""
    if lang == "zh":
        return "、".join(names)
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
