"""A verdict's reason as a sentence in the reader's language."""

from __future__ import annotations

from hubscope.nouns import Verdict
from hubscope.words import say, typeset

AMOUNTS = ("latest", "asked", "so_far", "needed")
"""Values of a reason that are in the indicator's unit."""


def sentence(verdict: Verdict, lang: str) -> str:
    """Why the verdict is what it is, and whether the target was easy or the figure rounded."""
    values = dict(verdict.reason_values)
    unit = str(values.get("unit", ""))
    shown: dict[str, object] = {
        k: typeset.quantity(lang, float(v), unit) if k in AMOUNTS else v for k, v in values.items()
    }
    if "status" in values:
        shown["status"] = say(lang, f"nouns.status.{values['status']}")
    said = [say(lang, verdict.reason, **shown)]
    if verdict.easy:
        said.append(say(lang, "progress.easy", met_year=verdict.met_year))
    if verdict.latest and verdict.latest.status == "approximate":
        said.append(say(lang, "progress.rounded"))
    return ("；" if lang == "zh" else "; ").join(said)
