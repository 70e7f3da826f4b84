"""Draw docs/images/overview*.svg from a finished workspace: `python docs/draw.py WORKSPACE`.

Every figure in the picture is one that the workspace's store holds.
"""  # noqa: INP001

from __future__ import annotations

import sys
from html import escape
from pathlib import Path
from typing import Any

from hubscope.indicators import observations
from hubscope.nouns import Observation
from hubscope.store import Store
from hubscope.words import say
from hubscope.workspace import Workspace, open_workspace

WIDTH, BOX, GAP, TOP = 960, 178, 14, 58
STYLE = """
svg { --paper: #fdfcf9; --ink: #171d26; --soft: #59616d; --line: #dcd8cf; --blue: #2b5c8f;
  --wash: #b5c8dc; --red: #a01c24; --green: #2f6b2a; --amber: #8a4b00; }
@media (prefers-color-scheme: dark) { svg { --paper: #14171c; --ink: #e9e6e0; --soft: #a5adb8;
  --line: #3a414c; --blue: #7fb2ea; --wash: #35506f; --red: #f2877f; --green: #85c47c;
  --amber: #e3ac5e; } }
text { font: 12px system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  fill: var(--ink); }
.head { font-size: 16px; font-weight: 700; } .soft { fill: var(--soft); font-size: 11px; }
.end { text-anchor: end; } .box { fill: none; stroke: var(--line); }
.bar { stroke: var(--wash); stroke-width: 7; stroke-linecap: round; }
.dot { fill: var(--blue); } .open { fill: var(--paper); stroke: var(--blue); stroke-width: 1.5; }
.focus { fill: var(--red); } .rule { stroke: var(--line); } .goal { stroke: var(--red);
  stroke-dasharray: 4 3; } .arrow { stroke: var(--soft); fill: none; }
.met, .on_target { fill: var(--green); } .missed { fill: var(--red); }
.behind { fill: var(--amber); } .unknown { fill: var(--soft); }
"""
WORDS = {
    "zh": {
        "title": "从规划到页面：规划、观测、指数、判断、页面",
        "heads": ("规划", "观测", "指数", "判断", "页面"),
        "feet": ("要素，附原句", "每个数值都有出处", "90% 名次区间",
                 "附理由与概率", "中英文，无脚本"),
        "targets": ("T1 研发经费占 6% 左右", "T2 基础研究占 17% 左右", "T3 每万人 260 名研发人员",
                    "T4 高技术超 1.2 万亿元", "T5 数字经济年增 7.5%", "T6 技术合同超 8000 亿元"),
        "series": "技术合同成交额，亿元",
        "pages": ("科创中心", "规划与判断", "指标与方法", "CSV · JSON",
                  "两页 PDF 简报", "数据接口"),
    },
    "en": {
        "title": "From plan to pages: plan, observations, index, verdicts, pages",
        "heads": ("Plan", "Measure", "Index", "Verdict", "Pages"),
        "feet": ("elements with sentences", "each value has an origin", "90 % ranges of ranks",
                 "with reason and chance", "zh and en, no script"),
        "targets": ("T1 R&D about 6 % of GDP", "T2 basic research 17 %",
                    "T3 260 in 10,000 in R&D", "T4 high-tech above 1.2 trn",
                    "T5 digital +7.5 % a year", "T6 contracts above 800 bn"),
        "series": "contracts, 100 m CNY",
        "pages": ("hubs", "plan and verdicts", "indicators, methods", "CSV · JSON",
                  "two-page PDF brief", "data API"),
    },
}  # fmt: skip


def text(x: float, y: float, words: str, kind: str = "") -> str:
    """One line of text."""
    return f'<text x="{x:g}" y="{y:g}" class="{kind}">{escape(words)}</text>'


def lines(x: float, words: tuple[str, ...]) -> str:
    """Lines of text down a box."""
    return "".join(text(x + 10, TOP + 28 + 25 * i, w) for i, w in enumerate(words))


def series(x: float, points: list[Observation], asked: float, title: str) -> str:
    """Points over years, a derived one open, the value asked for as a dashed line."""
    first, last = points[0].year, points[-1].year
    top = max(asked, *(p.value for p in points)) * 1.15
    made = [text(x + 10, TOP + 20, title, "soft")]

    def at(year: float, value: float) -> tuple[float, float]:
        return x + 16 + (BOX - 32) * (year - first) / (last - first), TOP + 148 - 118 * value / top

    y = at(first, asked)[1]
    made.append(f'<path class="goal" d="M{x + 10:g} {y:.1f}h{BOX - 20}"/>')
    for p in points:
        px, py = at(p.year, p.value)
        kind = "dot" if p.status == "reported" else "open"
        made.append(f'<circle class="{kind}" cx="{px:.1f}" cy="{py:.1f}" r="4"/>')
    made += [text(x + 10, TOP + 168, str(first), "soft")]
    return "".join([*made, text(x + BOX - 10, TOP + 168, str(last), "soft end")])


def ranks(x: float, hubs: list[dict[str, Any]], names: dict[str, str], focus: str) -> str:
    """The first hubs with their ranges of ranks."""
    worst = max(h["rank_hi"] for h in hubs)
    made = []
    for i, h in enumerate(hubs):
        y = TOP + 24 + 25 * i
        lo, mid, hi = (
            x + 100 + 66 * (h[k] - 1) / max(worst - 1, 1) for k in ("rank_lo", "rank", "rank_hi")
        )
        kind = "focus" if h["hub"] == focus else "dot"
        made += [
            text(x + 8, y + 4, names[h["hub"]].split("–")[0].split("—")[0]),
            f'<path class="bar" d="M{lo:.1f} {y}H{hi:.1f}"/>',
            f'<circle class="{kind}" cx="{mid:.1f}" cy="{y}" r="4.5"/>',
        ]
    ends = (x + 100, "1"), (x + 166, str(worst))
    return "".join([*made, *(text(p - 3, TOP + 174, w, "soft") for p, w in ends)])


def judged(x: float, verdicts: list[dict[str, Any]], lang: str) -> str:
    """The verdicts as words in colour."""
    made = []
    for i, v in enumerate(verdicts):
        y = TOP + 22 + 21 * i
        made += [
            text(x + 10, y, v["target"], "soft"),
            text(x + 40, y, say(lang, f"nouns.verdict_kind.{v['kind']}"), v["kind"]),
        ]
        if v["probability"] is not None:
            made.append(text(x + BOX - 10, y, f"{v['probability']:.0%}", "soft end"))
    return "".join(made)


def drawing(workspace: Workspace, lang: str) -> str:
    """The whole picture."""
    store, words = Store(workspace.store), WORDS[lang]
    focus, verdicts = workspace.settings.focus, store.json("verdicts")
    key = (focus, "technology_contracts")
    found = observations(store.table("observations"))
    points = [o for o in found if (o.hub, o.indicator) == key and o.current and not o.period]
    asked = next(v for v in verdicts if v["indicator"] == key[1])["reason_values"]["asked"]
    names = {h.id: h.name.in_(lang) for h in workspace.hubs.values()}
    x = [8 + i * (BOX + GAP) for i in range(5)]
    inside = (
        lines(x[0], tuple(words["targets"])),
        series(x[1], points, asked, str(words["series"])),
        ranks(x[2], store.json("index")["hubs"][:6], names, focus),
        judged(x[3], verdicts, lang),
        lines(x[4], tuple(words["pages"])),
    )
    parts = [f'<rect width="{WIDTH}" height="272" fill="var(--paper)"/>']
    for i, drawn in enumerate(inside):
        parts += [
            text(x[i] + 2, 40, words["heads"][i], "head"),
            f'<rect class="box" x="{x[i]}" y="{TOP}" width="{BOX}" height="182" rx="4"/>',
            drawn,
            text(x[i] + 2, TOP + 202, words["feet"][i], "soft"),
        ]
        if i:
            parts.append(f'<path class="arrow" d="M{x[i] - 13} 147h10m-4 -4l4 4l-4 4"/>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} 272" role="img">'
    title = f"<title>{escape(str(words['title']))}</title>"
    return f"{head}{title}<style>{STYLE}</style>{''.join(parts)}</svg>\n"


def main() -> None:
    """Draw the picture in both languages."""
    workspace = open_workspace(Path(sys.argv[1]))
    for lang, name in (("en", "overview.svg"), ("zh", "overview.zh-CN.svg")):
        file = Path(__file__).parent / "images" / name
        file.write_text(drawing(workspace, lang), "utf-8")


if __name__ == "__main__":
    main()
