"""A verdict's reason as a sentence in the reader's language."""

from __future__ import annotations

from hubscope.nouns import Verdict
from hubscope.words import say

_AMOUNTS = ("latest", "asked", "so_far", "needed")


def amount(value: float, unit: str, lang: str) -> str:
    """`value` with its unit in words: "6.58 %", "11,859 亿元"; at most three decimals."""
    digits = f"{value:,.4g}" if abs(value) < 1 else f"{value:,.3f}".rstrip("0").rstrip(".")
    word = say(lang, f"nouns.unit.{unit}") if unit else ""
    gap = "" if not word or (lang == "zh" and not word.isascii()) else " "
    if word == "%" and lang == "zh":
        gap = ""
    return f"{digits}{gap}{word}"


def sentence(verdict: Verdict, lang: str) -> str:
    """Why the verdict is what it is, and whether the target was easy or the figure rounded."""
    values = dict(verdict.reason_values)
    unit = str(values.get("unit", ""))
    shown: dict[str, object] = {
        k: amount(float(v), unit, lang) if k in _AMOUNTS else v for k, v in values.items()
    }
    if "status" in values:
        shown["status"] = say(lang, f"nouns.status.{values['status']}")
    said = [say(lang, verdict.reason, **shown)]
    if verdict.easy:
        said.append(say(lang, "progress.easy", met_year=verdict.met_year))
    if verdict.latest and verdict.latest.status == "approximate":
        said.append(say(lang, "progress.rounded"))
    return ("；" if lang == "zh" else "; ").join(said)
