"""Calibration on simulated truth: better than means with bias, never worse without it."""

import numpy as np
import pytest
from scipy.stats import kendalltau

from hubscope.calls.scores import calibrate, disagreement, pieces, reliability


def simulated(seed, bids, reviewers, bias=0.7, noise=0.8):
    """The reference's setting: bids' sd 1, reviewers' sd `bias`, noise sd `noise`."""
    rng, each = np.random.default_rng(seed), 3
    truth, lean = rng.normal(0, 1, bids), rng.normal(0, bias, reviewers)
    bid = np.repeat(np.arange(bids), each)
    reviewer = np.concatenate([rng.choice(reviewers, each, replace=False) for _ in range(bids)])
    mark = 5 + truth[bid] + lean[reviewer] + rng.normal(0, noise, bids * each)
    return truth, bid, reviewer, mark, lean


def taus(bias, seeds=12):
    raw, fitted = [], []
    for seed in range(seeds):
        truth, bid, reviewer, mark, _ = simulated(seed, 100, 20, bias)
        found = calibrate(bid, reviewer, mark, bids=100, reviewers=20)
        raw.append(kendalltau(truth, found.raw).statistic)
        fitted.append(kendalltau(truth, found.score).statistic)
    return np.mean(raw), np.mean(fitted)


def test_calibration_helps_where_reviewers_lean():
    raw, fitted = taus(0.7)
    assert raw == pytest.approx(0.65, abs=0.03)
    assert fitted == pytest.approx(0.706, abs=0.03)
    assert fitted > raw + 0.03


def test_calibration_costs_nothing_without_bias():
    raw, fitted = taus(0.0)
    assert fitted >= raw - 0.003


def test_interval_covers_the_truth_as_often_as_it_says():
    inside = []
    for seed in range(8):
        truth, bid, reviewer, mark, lean = simulated(seed, 200, 50)
        found = calibrate(bid, reviewer, mark, bids=200, reviewers=50)
        inside.append(((found.lo <= 5 + truth) & (5 + truth <= found.hi)).mean())
        assert np.corrcoef(found.bias, lean)[0, 1] > 0.8
    assert np.mean(inside) == pytest.approx(0.9, abs=0.03)


def test_variances_are_recovered():
    found = np.mean(
        [
            calibrate(b, r, m, bids=300, reviewers=60).variances
            for _, b, r, m, _ in (simulated(s, 300, 60) for s in range(6))
        ],
        axis=0,
    )
    assert found == pytest.approx([1.0, 0.49, 0.64], rel=0.15)


def dense(bid, reviewer, mark, ratios):
    """The same model by generalised least squares on the full covariance: the obvious oracle."""
    z, w = np.eye(bid.max() + 1)[bid], np.eye(reviewer.max() + 1)[reviewer]
    v = z @ z.T * ratios[0] + w @ w.T * ratios[1] + np.eye(len(mark)) * ratios[2]
    inverse, one = np.linalg.inv(v), np.ones(len(mark))
    mean = one @ inverse @ mark / (one @ inverse @ one)
    gain = z.T @ inverse * ratios[0]
    bids = gain @ (mark - mean)
    # error variance of mean + bid: prior - explained + what the estimated mean adds
    a = 1 - gain @ one
    spread = ratios[0] - np.diag(gain @ z) * ratios[0] + a**2 / (one @ inverse @ one)
    return mean + bids, np.sqrt(spread)


def test_equals_generalised_least_squares():
    _, bid, reviewer, mark, _ = simulated(3, 12, 5)
    found = calibrate(bid, reviewer, mark, bids=12, reviewers=5)
    score, sd = dense(bid, reviewer, mark, found.variances)
    assert found.score == pytest.approx(score, abs=1e-8)
    assert found.sd == pytest.approx(sd, abs=1e-8)


def test_renaming_changes_nothing():
    _, bid, reviewer, mark, _ = simulated(5, 40, 12)
    one = calibrate(bid, reviewer, mark, bids=40, reviewers=12)
    other = calibrate(39 - bid, 11 - reviewer, mark, bids=40, reviewers=12)
    assert other.score[::-1] == pytest.approx(one.score, abs=1e-6)


def test_too_few_marks_claim_nothing():
    found = calibrate(
        np.array([0, 1]), np.array([0, 0]), np.array([60.0, 70.0]), bids=3, reviewers=1
    )
    assert found.score.tolist() == [60.0, 70.0, 65.0]
    assert np.isnan(found.sd).all()
    assert found.bias.tolist() == [0.0]


def test_disagreement_and_unreliable_reviewer_are_flagged():
    _, bid, reviewer, mark, _ = simulated(7, 80, 16, bias=0.3, noise=0.5)
    mark = mark.copy()
    mark[bid == 11] += [6.0, -6.0, 0.0]
    found = calibrate(bid, reviewer, mark, bids=80, reviewers=16)
    assert 11 in disagreement(found, bid, reviewer, mark)
    assert len(disagreement(found, bid, reviewer, mark)) < 20
    wild = mark + np.where(reviewer == 4, np.where(bid % 2, 4.0, -4.0), 0.0)
    fit = calibrate(bid, reviewer, wild, bids=80, reviewers=16)
    assert int(np.nanargmax(reliability(fit, bid, reviewer, wild))) == 4


def test_pieces_of_the_review_graph():
    bid, reviewer = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 2])
    assert pieces(bid, reviewer, bids=4, reviewers=4) == 2
    assert pieces(bid[:3], reviewer[:3], bids=4, reviewers=4) == 1
    assert pieces(bid[:0], reviewer[:0], bids=4, reviewers=4) == 0
