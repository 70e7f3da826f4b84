"""What reviewers' marks are worth: calibrated, with intervals, beside the raw means."""

from hubscope.calls.scores.calibrate import Calibration, calibrate
from hubscope.calls.scores.flags import disagreement, pieces, reliability

__all__ = ["Calibration", "calibrate", "disagreement", "pieces", "reliability"]
