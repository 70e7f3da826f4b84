"""An observatory of the shipped workspace.

Observations, plan and verdicts are made by the real steps. The index is drawn here: the share of
world PCT applications and the share of world publications with a PCT weight between 0.3 and 0.7.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hubscope.indicators import load_catalogue, measure
from hubscope.nouns import Words
from hubscope.plan import as_json, read_plan
from hubscope.portal.observatory import Observatory, read_plans, run_of
from hubscope.portal.scores import Index
from hubscope.progress import judge, link
from hubscope.sources import figures
from hubscope.sources.raw import raw
from hubscope.store import Store, connect
from hubscope.workspace import open_workspace

ROOT = Path(__file__).resolve().parents[2]
BEIJING = ROOT / "examples" / "beijing"
SHARES = ("pct_world_share", "publications_world_share")


@pytest.fixture(scope="session")
def workspace():
    return open_workspace(BEIJING)


@pytest.fixture(scope="session")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="session")
def observed(workspace, catalogue, tmp_path_factory):
    rows = []
    for file in workspace.figure_files():
        found, faults = figures.read(raw(file, name=f"figures/{file.name}"))
        assert not faults
        rows += found
    store = Store(tmp_path_factory.mktemp("store"))
    store.publish("figures", "test", {"figures": figures.table(rows)}, {})
    with connect(store, {"figures_table": "figures"}) as connection:
        return tuple(measure(connection, catalogue))


def _middle(draws, level=0.9):
    edge = (1 - level) / 2
    return np.quantile(draws, edge, axis=0), np.quantile(draws, 1 - edge, axis=0)


def _ranks(scores):
    return np.argsort(np.argsort(-scores, axis=-1, kind="stable"), axis=-1, kind="stable") + 1


def _part(value):
    return {"score": value, "lo": value, "hi": value, "available": 1, "indicators": 1}


@pytest.fixture(scope="session")
def index(observed, workspace):
    value = {(o.hub, o.indicator): o.value for o in observed if o.indicator in SHARES and o.current}
    hubs = sorted({h for h, _ in value if workspace.hubs[h].kind == "cluster"})
    hubs = [h for h in hubs if all((h, s) in value for s in SHARES)]
    pct, pubs = (np.array([value[h, s] for h in hubs]) for s in SHARES)
    weights = np.linspace(0.3, 0.7, 2001)[:, None]
    draws = weights * pct + (1 - weights) * pubs
    scores = (pct + pubs) / 2
    ranks, rank_draws = _ranks(scores), _ranks(draws)
    lo, hi = (np.minimum(_middle(draws)[0], scores), np.maximum(_middle(draws)[1], scores))
    rlo, rhi = (r.round().astype(int) for r in _middle(rank_draws))
    rlo, rhi = np.minimum(rlo, ranks), np.maximum(rhi, ranks)
    ends = rank_draws.min(axis=0), rank_draws.max(axis=0)
    ties = [
        [hubs[j] for j in np.argsort(ranks) if j != i and rlo[j] <= rhi[i] and rlo[i] <= rhi[j]]
        for i in range(len(hubs))
    ]
    none = dict.fromkeys(("pull", "attraction", "influence"))
    rows = [
        {
            "hub": h,
            "score": scores[i],
            "lo": lo[i],
            "hi": hi[i],
            "rank": int(ranks[i]),
            "rank_lo": int(rlo[i]),
            "rank_hi": int(rhi[i]),
            "ties": ties[i],
            "available": 2,
            "indicators": 2,
            "forces": none | {"momentum": _part(pct[i]), "originality": _part(pubs[i])},
        }
        for i, h in enumerate(hubs)
    ]
    empty = {"indicators": 0, "hubs": 0}
    full = {"indicators": 1, "hubs": len(hubs)}
    return Index.model_validate(
        {
            "year": 2023,
            "level": 0.9,
            "draws": 2001,
            "seed": 20210120,
            "recipe": {
                "hash": "5d1c0ffee0fa",
                "steps": [
                    {"do": "normalise", "method": "none"},
                    {"do": "aggregate", "method": "arithmetic"},
                ],
                "factors": [{"name": "weight of PCT applications"}],
            },
            "hubs": rows,
            "coverage": {
                "pull": empty,
                "originality": full,
                "momentum": full,
                "attraction": empty,
                "influence": empty,
            },
            "sensitivity": [
                {"factor": "weight of PCT applications", "first": 0.62, "total": 0.71},
                {"factor": "normalisation", "first": 0.2, "total": 0.31},
                {"factor": "aggregation", "first": 0.05, "total": 0.1},
            ],
            "sweep": {
                "code": "pct_world_share",
                "low": 0.3,
                "high": 0.7,
                "median_span": float(np.median(ends[1] - ends[0])),
                "hubs": {h: (int(ends[0][i]), int(ends[1][i])) for i, h in enumerate(hubs)},
            },
        }
    )


@pytest.fixture(scope="session")
def plans(workspace):
    documents = workspace.settings.plan
    body = {
        d.id: {
            lang: as_json(read_plan(workspace.input(name)))
            for lang, name in (("zh", d.zh), ("en", d.en))
        }
        for d in documents
    }
    return read_plans(body, documents)


@pytest.fixture(scope="session")
def verdicts(plans, catalogue, observed):
    found = []
    for element in plans["beijing-action-plan"].in_("zh").of_kind("target"):
        linked = link(element.target, catalogue)
        own = [o for o in observed if o.hub == "beijing" and linked and o.indicator == linked.id]
        verdict = judge(element, "beijing", linked, own, issued=2023, about=0.01, early_years=2)
        found.append(replace(verdict, plan="beijing-action-plan"))
    return tuple(found)


@pytest.fixture(scope="session")
def observatory(workspace, catalogue, observed, index, plans, verdicts):  # noqa: PLR0917
    hashes = {"index": "a" * 64, "observations": "b" * 64, "plan": "c" * 64, "verdicts": "d" * 64}
    return Observatory(
        name=Words(workspace.settings.name.zh, workspace.settings.name.en),
        focus="beijing",
        hubs=workspace.hubs,
        catalogue=catalogue,
        observations=observed,
        plans=plans,
        index=index,
        verdicts=verdicts,
        artifacts=hashes,
        inputs={"figures/wipo-clusters-2023.csv": "e" * 64},
        run=run_of(hashes),
        words=workspace.words,
    )
