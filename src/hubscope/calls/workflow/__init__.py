"""The rules of movement: two linked state machines and four presets, held as data."""

from hubscope.calls.workflow.definition import Definition, Machine, Move, definition
from hubscope.calls.workflow.parameters import Parameters, Preset, presets
from hubscope.calls.workflow.stand import Fired, Stand, stand_bid, stand_call

__all__ = [
    "Definition",
    "Fired",
    "Machine",
    "Move",
    "Parameters",
    "Preset",
    "Stand",
    "definition",
    "presets",
    "stand_bid",
    "stand_call",
]
