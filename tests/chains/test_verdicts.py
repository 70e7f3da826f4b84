"""The clusters' targets, read from sentences of our own and judged by the shipped figures."""

import csv

import pytest

from hubscope.indicators import load_catalogue
from hubscope.nouns import Observation, Origin
from hubscope.plan.read import read_text
from hubscope.progress import judge, link

TEXT = """# 高精尖产业目标

## 集群

到2025年，新一代信息技术集群收入达到2.5万亿元。

到2025年，万亿级产业集群数量达到4至5个。
"""


@pytest.fixture(scope="module")
def figures(beijing):
    """The shipped figures of the clusters by indicator."""
    found = {}
    with (beijing / "figures" / "beijing-clusters.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            origin = Origin(row["producer"], row["url"], row["accessed"])
            found.setdefault(row["indicator"], []).append(
                Observation(
                    row["hub"], row["indicator"], int(row["year"]), float(row["value"]),
                    row["unit"], row["status"], row["vintage"], origin,
                )
            )  # fmt: skip
    return found


@pytest.fixture(scope="module")
def verdicts(figures):
    catalogue = load_catalogue(None)
    made = {}
    for element in read_text(TEXT, name="targets").elements:
        if element.target is None:
            continue
        linked = link(element.target, catalogue)
        ident = linked.id if linked else None
        made[ident] = judge(
            element,
            "beijing",
            linked,
            figures.get(ident, []),
            issued=2021,
            about=0.01,
            early_years=2,
        )
    return made


def test_both_targets_are_read_and_find_their_indicator(verdicts):
    assert set(verdicts) == {"it_cluster_revenue", "trillion_clusters"}


def test_information_technology_met_its_target_two_years_early(verdicts):
    found = verdicts["it_cluster_revenue"]
    assert (found.kind, found.met_year, found.easy) == ("met", 2023, True)
    assert found.latest.value == 30000


def test_four_to_five_clusters_were_missed_with_three(verdicts):
    found = verdicts["trillion_clusters"]
    assert (found.kind, found.latest.value, found.latest.year) == ("missed", 3, 2025)
    assert found.gap == -1
