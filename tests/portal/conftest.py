"""An observatory from the shipped figures, with an index and a plan small enough to check by eye.

Observations, catalogue and verdicts are made by the real steps. The index is drawn here: the share of
world PCT applications and the share of world publications with a PCT weight between 0.3 and 0.7.
"""

from pathlib import Path

import numpy as np
import pytest
from hubscope.indicators import load_catalogue, measure
from hubscope.nouns import Words
from hubscope.portal.observatory import Observatory, read_plans, run_of
from hubscope.portal.scores import Index
from hubscope.progress import judge, link
from hubscope.sources import figures
from hubscope.sources.raw import raw
from hubscope.store import Store, connect
from hubscope.workspace import PlanDocument, open_workspace

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


def _written(lang, elements):
    """A plan document: the quotes one after another, offsets counted as they are laid."""
    at, rows = 0, []
    for e in elements:
        row = dict(e)
        row |= {"start": at, "end": at + len(row["quote"])}
        if "means" in row:
            start = at + row["quote"].index(row["means"])
            row["means"] = {
                "start": start,
                "end": start + len(row["means"]),
                "quote": row["means"],
            }
        rows.append(row)
        at = row["end"] + 1
    title = {"zh": "北京国际科技创新中心规划（测试用）", "en": "Plan for the Beijing centre (test)"}
    text = "\n".join(e["quote"] for e in elements)
    return {"document": {"title": title[lang]}, "regions": [], "attributions": [], "elements": rows, "text": text}


def _elements(lang):
    zh = lang == "zh"
    names = (
        ("牵引力", "原创力", "新动力", "吸引力", "影响力")
        if zh
        else ("Pull", "Originality", "New momentum", "Attraction", "Influence")
    )
    means = (
        ("布局战略科技力量", "开展前沿领域研发", "推动改革试点", "激发人才活力", "扩大开放合作")
        if zh
        else ("national research forces", "frontier research", "reform and trials", "free talent", "open cooperation")
    )
    programmes = (
        ("战略力量工程", "重点跨越工程", "创新范式工程", "三链联动工程", "区域驱动工程", "创新生态工程")
        if zh
        else ("Strategic forces", "Key leaps", "Innovation paradigm", "Three chains", "Regional drive", "Innovation ecosystem")
    )
    yield {"id": "PLAN", "kind": "plan", "parent": None, "quote": "规划" if zh else "The plan"}
    yield {
        "id": "G2025", "kind": "goal", "parent": "PLAN", "horizon": 2025,
        "quote": "到2025年，中心基本形成" if zh else "By 2025 the centre has taken shape",
    }
    yield {
        "id": "G2035", "kind": "vision", "parent": "PLAN", "horizon": 2035, "speaker": "靳伟",
        "quote": "到2035年，创新力全球领先" if zh else "By 2035 it leads the world in innovation",
    }
    yield {"id": "F", "kind": "force_set", "parent": None, "quote": "五种力" if zh else "Five forces"}
    for n, (name, by) in enumerate(zip(names, means, strict=True), 1):
        yield {
            "id": f"F{n}", "kind": "force", "parent": "F", "name": name, "means": by, "speaker": "李萌",
            "quote": f"以{by}构建{name}" if zh else f"{name}: built by {by}",
        }
    yield {"id": "R1", "kind": "principle", "parent": "PLAN", "ordinal": 1,
           "quote": "立足自立自强，更加强化战略力量" if zh else "Based on self-reliance, with more weight on strategic forces"}
    for n, name in enumerate(programmes, 1):
        yield {"id": f"P{n}", "kind": "programme", "parent": "PLAN", "name": name, "ordinal": n, "quote": name}
        yield {"id": f"P{n}.1", "kind": "measure", "parent": f"P{n}",
               "quote": f"{name}的一项举措" if zh else f"A measure of {name}"}
    yield {"id": "P1.2", "kind": "mechanism", "parent": "P1", "quote": "揭榜挂帅机制" if zh else "Open-competition calls"}
    for n, (name, op, quantity, unit, words) in enumerate(_targets(zh), 1):
        yield {
            "id": f"T{n}", "kind": "target", "parent": "G2025", "indicator": name, "operator": op,
            "quantity": quantity, "unit": unit, "year": 2025, "baseline": None, "quote": words,
        }


def _targets(zh):
    if zh:
        return (
            ("全社会研发经费支出占地区生产总值的比重", "≈", 6, "%", "研发经费占地区生产总值的比重达到6%左右"),
            ("基础研究经费占研发经费的比重", "≈", 17, "%", "基础研究经费占研发经费的比重达到17%左右"),
            ("每万名就业人员中研发人员数量", "≈", 260, "人", "每万名就业人员中研发人员数量达到260人左右"),
            ("高技术产业增加值", ">", 12000, "亿元", "高技术产业增加值超过1.2万亿元"),
            ("数字经济增加值年均增速", "≈", 7.5, "%", "数字经济增加值年均增速达到7.5%左右"),
            ("技术合同成交额", ">", 8000, "亿元", "技术合同成交额超过8000亿元"),
            ("独角兽企业数量", "ordinal", None, "", "独角兽企业数量位居世界城市前列"),
        )
    return (
        ("R&D expenditure / GDP", "≈", 6, "%", "R&D expenditure is about 6% of GDP"),
        ("Basic research share of R&D", "≈", 17, "%", "Basic research is about 17% of R&D"),
        ("R&D staff per 10,000 employed", "≈", 260, "persons", "About 260 R&D staff per 10,000 employed"),
        ("High-tech industry value added", ">", 1.2, "trillion CNY", "High-tech value added above 1.2 trillion CNY"),
        ("Digital economy growth", "≈", 7.5, "% a year", "The digital economy grows by about 7.5% a year"),
        ("Technology contract turnover", ">", 800, "billion CNY", "Technology contracts above 800 billion CNY"),
        ("Unicorns", "ordinal", None, "", "Unicorns in the front rank of world cities"),
    )


@pytest.fixture(scope="session")
def plans():
    versions = {lang: _written(lang, list(_elements(lang))) for lang in ("zh", "en")}
    document = PlanDocument(id="beijing-test", hub="beijing", issued="2023-05")
    return read_plans({"beijing-test": versions}, [document])


@pytest.fixture(scope="session")
def verdicts(plans, catalogue, observed):
    found = []
    for element in plans["beijing-test"].in_("zh").of_kind("target"):
        linked = link(element.target, catalogue)
        own = [o for o in observed if o.hub == "beijing" and linked and o.indicator == linked.id]
        found.append(
            judge(element, "beijing", linked, own, issued=2023, about=0.01, early_years=2)
        )
    return tuple(found)


@pytest.fixture(scope="session")
def observatory(workspace, catalogue, observed, index, plans, verdicts):
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
    )
