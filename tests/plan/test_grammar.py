"""The specification of the target grammar, sentence by sentence (grammar*.toml)."""

import tomllib
from pathlib import Path

import pytest

from hubscope.plan import catalogue_value, read_text

ANCHOR = {"zh": "## 基本原则\n\n1. 坚持创新。", "en": "## Principles\n\n1. Innovation comes first."}


def load():
    files = sorted(Path(__file__).parent.glob("grammar*.toml"))
    groups = [g for f in files for g in tomllib.loads(f.read_text("utf-8"))["group"]]
    for group in groups:
        for sentence, expected in group["cases"]:
            yield pytest.param(group, sentence, expected, id=f"{group['lang']}: {sentence}")


def read(group, sentence):
    text = f"# {group['title']}\n\n{ANCHOR[group['lang']]}\n\n## {group['heading']}\n\n{sentence}\n"
    return read_text(text, name="case.md")


def shown(value):
    """33.333 as 33.33, 0.0008 and 1500000 in full."""
    rounded = round(value, 2) or round(value, 6)
    return f"{rounded:.10g}"


def spelled(target, *, detail=True):
    if target.quantity is None:
        return f"{target.operator} - - {target.year}"
    value, unit = catalogue_value(target.quantity, target.unit, target.indicator)
    words = f"{target.operator} {shown(value)} {unit.replace(' ', '_')} {target.year}"
    if detail and target.baseline:
        words += f" from {target.baseline.quantity:g}"
        words += f" ({target.baseline.year})" if target.baseline.year else ""
    return words


def agrees(target, expected):
    core, _, indicator = expected.partition(" @ ")
    same = spelled(target, detail=" from " in core) == core.strip()
    return same and (not indicator or target.indicator == indicator.strip())


def compare(group, sentence, expected):
    found = [e.target for e in read(group, sentence).of("target")]
    wanted = [w.strip() for w in expected.split(";") if w.strip()]
    right = len(found) == len(wanted) and all(map(agrees, found, wanted))
    return right, [f"{spelled(t)} @ {t.indicator}" for t in found]


@pytest.mark.parametrize(("group", "sentence", "expected"), list(load()))
def test_sentence(group, sentence, expected):
    right, found = compare(group, sentence, expected)
    assert right, f"{found} instead of {expected!r}"
