"""What a plan stresses: words that it uses more than others of its kind, with intervals.

The log ratio is that of Hardie (2014): log2 of the relative frequencies, half a count added to
each cell. Words come in bursts, so its interval is a bootstrap over paragraphs, not over words.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from hubscope.errors import UsageError
from hubscope.plan.model import Plan
from hubscope.plan.view import view

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DRAWS = 1000
LEVEL = 0.95
_SMALL_ZH = """
一是 二是 三是 四是 五是 六是 以及 或者 并且 其中 进一步 不断 更加 等等 有关 相关 对于 关于 通过
按照 根据 一批 一个 各类 各项 以上 左右 达到 超过 这一 这个 他们 我们 之间 以来 目前 其他 具有
成为 可以
"""
_SMALL_EN = """
a an and are as at be been by can could did do does each every for from further had has have if in
into is it its may more most must new no not of on one or other our own shall should so such than
that the their them there these they this those through to under up was we were what when which
while who will with would you your also any all both but between over about after
"""
_STOP_ZH, _STOP_EN = frozenset(_SMALL_ZH.split()), frozenset(_SMALL_EN.split())
_LATIN = re.compile(r"[a-z][a-z'-]{2,}")
_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")


@dataclass(frozen=True, slots=True)
class Stress:
    """One word in a plan and in what it is set against."""

    word: str
    count: int
    against: int
    rate: float
    """Per 10,000 words of the plan."""
    rate_against: float
    log_ratio: float
    """log2 of the ratio of the rates; 1 is twice as often."""
    lo: float
    hi: float
    g2: float
    """Log-likelihood statistic (Dunning 1993), by which the words are ordered."""

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 0: as often in both."""
        return self.lo > 0 or self.hi < 0


@cache
def _segmenter() -> object:
    """Jieba with the words of the taxonomy, which it would cut in pieces."""
    import logging

    import jieba

    from hubscope.plan.evidence.taxonomy import taxonomy

    jieba.setLogLevel(logging.CRITICAL)
    cutter = jieba.Tokenizer()
    for field in taxonomy().values():
        for word in re.findall(r"[\u4e00-\u9fff]{3,}", field.aliases.pattern):
            cutter.add_word(word)
    return cutter


def words(text: str, lang: str) -> list[str]:
    """The words of a text that carry meaning, in order: Chinese by jieba, English in lower case."""
    seen = view(text).lower()
    if lang == "en":
        return [w for w in _LATIN.findall(seen) if w not in _STOP_EN]
    cut = _segmenter().cut  # type: ignore[attr-defined]
    return [w for w in cut(seen) if _HAN.fullmatch(w) and w not in _STOP_ZH]


def paragraphs(plan: Plan) -> list[Counter[str]]:
    """The words of each paragraph of the plan's article, counted."""
    lang = str(plan.document.get("language", "en"))
    parts = [plan.text[r.start : r.end] for r in plan.regions if r.kind in ("article", "box")]
    lines = (line for part in parts or [plan.text] for line in part.splitlines())
    return [c for line in lines if (c := Counter(words(line, lang)))]


def keyness(plan: Plan, others: Iterable[Plan], *, least: int = 2, seed: int = 0) -> list[Stress]:
    """The words of a plan against those of others, the most telling first.

    Args:
        plan: the plan.
        others: one plan, for the difference of two, or several of its kind.
        least: how often a word must stand in all of them together.
        seed: of the bootstrap; the same seed gives the same intervals.

    Raises:
        UsageError: if there is no other plan, or one is in another language.
    """
    rest = list(others)
    languages = {str(p.document.get("language")) for p in (plan, *rest)}
    if not rest or len(languages) > 1:
        raise UsageError(
            "a plan is set against one or more plans in its own language",
            hint="give files with --against, all Chinese or all English",
        )
    mine = paragraphs(plan)
    theirs = [c for p in rest for c in paragraphs(p)]
    return compare(mine, theirs, least=least, seed=seed)


def compare(
    mine: Sequence[Counter[str]], theirs: Sequence[Counter[str]], *, least: int = 2, seed: int = 0
) -> list[Stress]:
    """The words of two sets of paragraphs, with intervals at `LEVEL` from `DRAWS` bootstraps."""
    import numpy as np

    both = sum((Counter(c) for c in (*mine, *theirs)), Counter())
    known = sorted(w for w, n in both.items() if n >= least)
    if not known:
        return []
    a, b = _table(mine, known), _table(theirs, known)
    size_a, size_b = _sizes(mine), _sizes(theirs)
    random = np.random.default_rng(seed)
    draws = _log_ratio(*_drawn(a, size_a, random), *_drawn(b, size_b, random))
    lo, hi = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    count, against = a.sum(0), b.sum(0)
    n, m = float(size_a.sum()), float(size_b.sum())
    ratio = _log_ratio(count, np.array(n), against, np.array(m))
    made = [
        Stress(
            word,
            int(count[i]),
            int(against[i]),
            1e4 * count[i] / n,
            1e4 * against[i] / m,
            *(float(ratio[i]), float(min(lo[i], ratio[i])), float(max(hi[i], ratio[i]))),
            log_likelihood(float(count[i]), float(against[i]), n, m),
        )
        for i, word in enumerate(known)
    ]
    return sorted(made, key=lambda s: (-s.g2, s.word))


def _table(parts: Sequence[Counter[str]], known: Sequence[str]) -> NDArray[np.float64]:
    """Counts, paragraphs by words."""
    import numpy as np

    at = {w: i for i, w in enumerate(known)}
    table = np.zeros((len(parts), len(known)))
    for row, counts in enumerate(parts):
        for word, n in counts.items():
            if word in at:
                table[row, at[word]] = n
    return table


def _sizes(parts: Sequence[Counter[str]]) -> NDArray[np.float64]:
    import numpy as np

    return np.array([c.total() for c in parts], dtype=float)


def _drawn(
    table: NDArray[np.float64], sizes: NDArray[np.float64], random: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Counts and sizes of `DRAWS` samples of the paragraphs with replacement."""
    n = len(table)
    weights = random.multinomial(n, [1 / n] * n, size=DRAWS)
    return weights @ table, (weights @ sizes)[:, None]


def _log_ratio(
    a: NDArray[np.float64],
    n: NDArray[np.float64],
    b: NDArray[np.float64],
    m: NDArray[np.float64],
) -> NDArray[np.float64]:
    import numpy as np

    made: NDArray[np.float64] = np.log2(((a + 0.5) / (n + 1)) / ((b + 0.5) / (m + 1)))
    return made


def log_likelihood(a: float, b: float, n: float, m: float) -> float:
    """Dunning's G2 of a word that stands `a` times in n words and `b` times in m."""
    import math

    expected = (n * (a + b) / (n + m), m * (a + b) / (n + m))
    pairs = zip((a, b), expected, strict=True)
    return 2 * sum(o * math.log(o / e) for o, e in pairs if o)


def difference(found: Sequence[Stress], most: int) -> tuple[list[Stress], list[Stress]]:
    """The words that each side clearly stresses, `most` of either, the most telling first."""
    more = (s for s in found if s.clear and s.log_ratio > 0)
    less = (s for s in found if s.clear and s.log_ratio < 0)
    return list(itertools.islice(more, most)), list(itertools.islice(less, most))
