"""Which bids together: the best set under budget and limits, how sure it is, and a fair lot."""

from hubscope.calls.portfolio.band import Band, band, inclusion
from hubscope.calls.portfolio.choose import Limits, Pool, Portfolio, choose
from hubscope.calls.portfolio.lottery import commitment, draw_lots, entropy

__all__ = [
    "Band",
    "Limits",
    "Pool",
    "Portfolio",
    "band",
    "choose",
    "commitment",
    "draw_lots",
    "entropy",
    "inclusion",
]
