"""Related bidders and repeated text: found, shown from both sides, and deciding nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubscope.calls.flags import Declared, Document, copies, flags, related
from hubscope.calls.flags.copies import passages, shingles

LONG = (
    "The converter holds the voltage of a weak grid by a virtual inertia that a fast current loop "
    "sets from the measured frequency, so that a fault on one feeder does not trip the others."
)
ZH = "本方案采用碳化硅器件构建模块化多电平变换器，通过虚拟惯量控制维持弱电网频率稳定，并在三相不平衡时保持并网。"
OTHER = "A store of compressed air is filled at night and feeds a turbine whose blades we print from a nickel alloy powder in one piece."


def told(*rows):
    return related(Declared(*r) for r in rows)


def test_one_account_ties_two_bids_however_it_is_spelled():
    (group,) = told(("B-1", "account", "6222 0000 1111"), ("B-2", "account", "6222-0000-1111"))
    assert group.bids == ("B-1", "B-2")
    assert group.strong
    assert group.links[0].kinds == {"B-1": ("account",), "B-2": ("account",)}


def test_telephone_numbers_meet_with_and_without_the_country():
    (group,) = told(("B-1", "phone", "+86 138 0000 0000"), ("B-2", "phone", "13800000000"))
    assert group.strong


def test_an_owner_of_one_that_leads_another_ties_them():
    (group,) = told(("B-1", "owner", "North Holding"), ("B-2", "lead", "north holding"))
    assert group.links[0].kinds == {"B-1": ("owner",), "B-2": ("lead",)}
    assert not group.strong


def test_ties_reach_across_a_third_bid():
    (group,) = told(
        ("B-1", "phone", "1"), ("B-2", "phone", "1"), ("B-2", "owner", "X"), ("B-3", "owner", "X")
    )
    assert group.bids == ("B-1", "B-2", "B-3")
    assert len(group.links) == 2


def test_one_applicant_with_several_bids_is_no_flag():
    assert told(("B-1", "lead", "X"), ("B-2", "lead", "X")) == []
    assert told(("B-1", "lead", "X"), ("B-2", "lead", "X"), ("N-1", "demander", "X")) != []


def test_the_same_words_of_different_kinds_do_not_meet():
    assert told(("B-1", "address", "12"), ("B-2", "phone", "12")) == []
    assert told(("B-1", "owner", "…"), ("B-2", "owner", "--")) == []
    assert told(("B-1", "owner", "X"), ("B-1", "lead", "X")) == []


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ABCDEF"), st.sampled_from("1234")), max_size=12))
def test_groups_are_the_parts_of_the_graph(pairs):
    import networkx as nx

    graph = nx.Graph((b, f"phone {p}") for b, p in pairs)
    parts = [{n for n in c if len(n) == 1} for c in nx.connected_components(graph)]
    want = sorted(sorted(p) for p in parts if len(p) > 1)
    found = told(*((b, "phone", p) for b, p in pairs))
    assert sorted(list(g.bids) for g in found) == want


@pytest.mark.parametrize(
    ("text", "other"), [(LONG, OTHER), (ZH, "完全不同的另一套储能技术路线与工程验证安排。" * 2)]
)
def test_a_copy_is_found_and_shown_from_both_sides(text, other):
    changed = "Quite new here. 全新开头。 " + text.replace("holds", "keeps").replace("三相", "单相")
    new = [Document("B-1", text), Document("B-2", changed), Document("B-3", other)]
    (found,) = copies(new)
    assert {found.one, found.other} == {"B-1", "B-2"}
    assert found.share > 0.5
    for mine, theirs in found.passages:
        assert mine in text
        assert theirs in changed


def test_what_the_need_says_may_be_repeated():
    both = [
        Document("B-1", LONG + " " + ZH, LONG + ZH),
        Document("B-2", LONG + " " + ZH, LONG + ZH),
    ]
    assert copies(both) == []


def test_the_wording_of_a_form_is_no_copy():
    odd = [
        f"{w} {w}x {w}y {w}z {w}q"
        for w in ("alpha", "beta", "gamma", "delta", "eps", "zeta", "eta")
    ]
    assert copies([Document(f"B-{i}", f"{LONG} {w}") for i, w in enumerate(odd)]) == []
    assert len(copies([Document(f"B-{i}", f"{LONG} {w}") for i, w in enumerate(odd[:5])])) == 10


def test_an_earlier_call_is_compared_but_not_with_itself():
    old = [Document("x B-1", LONG), Document("x B-2", LONG)]
    found = copies([Document("B-1", LONG)], old)
    assert [(c.one, c.other) for c in found] == [("B-1", "x B-1"), ("B-1", "x B-2")]
    assert found[0].resemblance == 1


@settings(deadline=None)
@given(st.text("abc 甲乙丙", max_size=60), st.text("abc 甲乙丙", max_size=60))
def test_shares_are_those_of_the_sets(one, other):
    a, b = shingles(one), shingles(other)
    found = copies([Document("1", one), Document("2", other)], share=0.0)
    if len(a & b) >= 12:
        assert found[0].share == round(len(a & b) / min(len(a), len(b)), 4)
    else:
        assert found == []
    assert all(x.casefold() and y for x, y in passages(one, other))


def test_flags_of_a_call_only_after_its_deadline_and_to_whom_they_are_for(site):
    r = site.r
    r.open()
    officer, chair = r.person("officer"), r.person("chair")
    for person, role in ((officer, "officer"), (chair, "chair")):
        r.do("give_role", {"email": person.email, "role": role})
    tie = "account | 6222 0000"
    r.bid("Alpha", abstract=LONG, ties=tie, related="Elder Fund")
    r.bid("Beta", abstract=LONG + " More.", route="cells", ties="account | 62220000")
    with r.db.read() as s:
        assert flags(s, r.id, r.now) == {"related": [], "copies": []}
    r.later(days=20)
    with r.db.read() as s:
        found = flags(s, r.id, r.now)
    assert found["related"][0]["bids"] == ["B-001", "B-002"]
    assert found["related"][0]["strong"]
    assert found["copies"][0]["share"] > 0.5
    page = site.of(officer).get("/zh/c/r1/flags")
    assert "银行账号" in page.text
    assert LONG[:-1] in page.text
    assert 'href="/zh/c/r1/flags"' in site.of(officer).get("/zh/c/r1/").text
    assert site.of(chair).get("/zh/c/r1/flags").status_code == 403
    assert site.of().get("/zh/c/r1/flags").status_code == 403
    r.do("screen", bid="B-001")
    assert r.state("B-001") == "screened"
