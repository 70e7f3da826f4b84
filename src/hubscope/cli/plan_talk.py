"""The words of the verbs under `hubscope plan`, which stand with the room they speak of."""

from __future__ import annotations

from hubscope.cli.talk import Voice

PLAN = Voice("plan", telling="told.")
said, told, tell = PLAN.said, PLAN.told, PLAN.tell
