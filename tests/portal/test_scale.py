"""What the page of methods says of the scale of scores."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hubscope.portal.sheets import methods
from hubscope.portal.site import written


def said(observatory, lang, steps=None):
    index = observatory.index
    codes = {
        force: part.model_copy(update={"codes": (code,)})
        for (force, part), code in zip(
            ((f, p) for f, p in index.coverage.items() if p.indicators),
            ("publications_world_share", "pct_world_share"),
            strict=True,
        )
    }
    made = index.model_copy(update={"coverage": {**index.coverage, **codes}})
    if steps is not None:
        recipe = made.recipe.model_copy(update={"steps": steps})
        made = made.model_copy(update={"recipe": recipe})
    return next(written(methods.sheet(), replace(observatory, index=made), lang)).body.decode()


MINMAX = [{"do": "normalise", "low": 1, "high": 100}, {"do": "aggregate"}]
ZSCORE = [{"do": "normalise", "method": "zscore"}, {"do": "aggregate"}]


@pytest.mark.parametrize(
    ("lang", "bounds", "unit"),
    [
        ("zh", "得分的标尺为 1 至 100，越高越好。", "得分与指标同一单位（%），越高越好。"),
        ("en", "Scores can lie between 1 and 100; higher is better.", "of the indicators (%)"),
    ],
)
def test_scores_have_bounds_or_the_unit_of_the_indicators(observatory, lang, bounds, unit):
    assert unit in said(observatory, lang)
    page = said(observatory, lang, MINMAX)
    assert bounds in page
    assert unit not in page
    page = said(observatory, lang, ZSCORE)
    assert bounds not in page
    assert unit not in page
