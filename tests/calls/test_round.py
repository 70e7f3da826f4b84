"""A round walked through, and each rule that a step must meet."""

import json
import threading

import pytest
from sqlalchemy import select, text

from hubscope.calls.base.contents import hash_of, is_content
from hubscope.calls.base.ledger import head, lines, verify
from hubscope.calls.base.models import Call, Milestone, Need
from hubscope.calls.record import export, replay
from hubscope.calls.refusal import RefusedError


def whole(r):
    """From opening to the last payment."""
    r.open()
    codes = [r.bid(lead) for lead in ("Alpha", "Beta", "Gamma")]
    r.close().review(codes, dict(zip(codes, (90, 60, 50), strict=True))).decide()
    r.award(codes[:1], codes[1:])
    r.sign(codes[0])
    return codes


def report(r, code, number, value, **more):
    body = {"milestone": number, "value": value, "organisation": "Test Lab", **more}
    r.do("test_report", body, bid=code)
    r.do("user_opinion", {"milestone": number, "content": True}, bid=code)


def test_a_round_from_need_to_payment(fresh):
    r = fresh
    codes = whole(r)
    assert (r.state(), r.state(codes[0]), r.state(codes[1])) == (
        "running",
        "contracted",
        "rejected",
    )
    report(r, codes[0], 1, 95.5)
    assert r.do("milestone_pass", {"milestone": 1}, bid=codes[0])["paid"] == 20.0
    r.do("deliver", bid=codes[0])
    report(r, codes[0], 0, 96.2)
    r.do("accept", {"organisation": "North Grid"}, bid=codes[0], role="end_user")
    done = r.do("accept", {"organisation": "Test Lab"}, bid=codes[0], role="assessor")
    assert (done["to"], done["paid"]) == ("accepted", 20.0)
    r.do("finish")
    assert r.state() == "closed"
    r.later(days=30)
    with r.db.read() as s:
        given = export(s, r.id, r.now)
        assert verify(lines(s)).intact
    assert replay(given) == []
    assert sum(m["paid"] for m in given["milestones"]) == 40.0


def refused(r, key, *args, **kwargs):
    with pytest.raises(RefusedError) as caught:
        r.do(*args, **kwargs)
    assert caught.value.key == key, caught.value.what
    assert caught.value.in_("zh") != caught.value.in_("en")


def test_who_may_bid(fresh):
    r = fresh.open(bids_per_applicant=1, partners_max=1)

    def entered(lead, **more):
        return r.do("add_bid", fresh.bid_body(lead, **more))["bid"]

    cases = {
        "demander_bids": entered("north  grid."),
        "related_party": entered("Alpha", related="North Grid"),
        "partners": entered("Alpha", partners="A; B"),
        "integrity": entered("Alpha", breach="2025-06-01"),
        "promise_too_low": entered("Alpha", promises="efficiency | 90"),
        "promise_missing": entered("Alpha", promises="weight | 90"),
        "too_dear": entered("Alpha", cost=120),
        "bid_incomplete": entered("Alpha", route=""),
        "names_in_text": entered("Alpha", team="Wang Li", route="as wang li found"),
    }
    for key, code in cases.items():
        refused(r, key, "submit", bid=code)
    r.bid("Alpha", breach="2020-06-01")
    refused(r, "applicant_cap", "submit", bid=entered("ALPHA", title="another"))
    first = fresh.bid_body("Alpha")
    copy = {**fresh.bid_body("Beta"), "title": first["title"], "abstract": first["abstract"]}
    refused(r, "copy", "submit", bid=r.do("add_bid", copy)["bid"])
    late = entered("Delta")
    r.later(days=20)
    refused(r, "wrong_state", "submit", bid=late)
    assert r.state(late) == "lapsed"


def test_an_uncontested_bid_is_reviewed_too(fresh):
    r = fresh.open()
    code = r.bid("Alpha")
    r.close()
    r.do("screen", bid=code)
    refused(r, "too_few_reviewers", "start_review", bid=code)
    refused(r, "bids_waiting", "decide", {"draws": 20})
    r.do("assign")
    r.do("start_review", bid=code)
    refused(r, "too_few_reviews", "decide", {"draws": 20})


def test_slots_and_budget(fresh):
    r = fresh.open(budget=70.0, slots=2)
    codes = [r.bid(x) for x in ("Alpha", "Beta", "Gamma")]
    r.close().review(codes, dict(zip(codes, (90, 80, 70), strict=True))).decide()
    r.do("select", bid=codes[0])
    refused(r, "not_in_decision", "select", bid=codes[1])


def test_a_need_says_all_that_bidders_must_know(fresh):
    weak = {**fresh.NEED, "code": "N-2", "ip": ""}
    with pytest.raises(RefusedError) as caught:
        fresh.open(needs=(fresh.NEED, weak))
    assert (caught.value.key, caught.value.values["fields"]) == ("need_incomplete", "ip")


def test_weak_needs_are_dropped(fresh):
    from hubscope.calls.desk.case import Actor
    from hubscope.calls.desk.new import new_call

    r = fresh
    new_call(
        r.db,
        {"id": r.id, "family": "race", "title": "Race", "payer": "City", "budget": 10},
        actor=Actor(),
        now=r.now,
    )
    for code in ("N-1", "N-2"):
        r.do("edit_need", {**r.NEED, "code": code})
    r.do("propose")
    refused(r, "need_unscored", "vet")
    for code, mark in (("N-1", 90), ("N-2", 40)):
        marks = dict.fromkeys(("pull", "basis", "indicators", "finance"), mark)
        r.do("score_need", {"need": code, "market_search": "none", **marks})
    assert r.do("vet")["dropped"] == ["N-2"]
    refused(r, "deadline_too_near", "publish", {"deadline": r.now.isoformat()})


def test_notice_objections_and_appeals_come_before_the_award(fresh):
    r = fresh.open()
    codes = [r.bid("Alpha"), r.bid("Beta")]
    r.close().review(codes, dict(zip(codes, (90, 60), strict=True))).decide()
    r.do("select", bid=codes[0])
    refused(r, "in_certification", "announce")
    r.do("question_score", {"reason": "the second mark"}, bid=codes[1])
    r.later(days=2)
    refused(r, "bids_undecided", "announce")
    r.do("reject", {"reason": "weaker"}, bid=codes[1])
    r.do("announce")
    refused(r, "notice_runs", "award")
    number = r.do("object", {"name": "Wang", "text": "related parties"})["objection"]
    r.do("appeal", {"reason": "marks mixed up"}, bid=codes[1])
    r.later(days=5)
    refused(r, "objection_open", "award")
    r.do("answer_objection", {"objection": number, "answer": "checked: not related"})
    refused(r, "appeal_open", "award")
    r.do("overturn", {"reason": "a mark was mixed up"}, bid=codes[1])
    assert r.state(codes[1]) == "in_review"
    refused(r, "bids_undecided", "award")
    r.do("reopen", {"reason": "a bid is back"})
    r.do("reject", {"reason": "still weaker"}, bid=codes[1])
    refused(r, "second_appeal", "appeal", {"reason": "again"}, bid=codes[1])
    r.later(days=2).do("announce")
    r.later(days=5).do("award")


def test_milestones_are_frozen_and_change_needs_all_sides(fresh):
    r = fresh
    code = whole(r)[0]
    report(r, code, 1, 94.0)
    refused(r, "below_threshold", "milestone_pass", {"milestone": 1}, bid=code)
    change = {"milestone": 1, "threshold": 94.0, "reason": "the standard changed"}
    r.do("change_indicator", change, bid=code, role="bidder")
    refused(r, "below_threshold", "milestone_pass", {"milestone": 1}, bid=code)
    other = {**change, "threshold": 90.0}
    assert not r.do("change_indicator", other, bid=code, role="demander")["complete"]
    for role in ("bidder", "officer"):
        done = r.do("change_indicator", other, bid=code, role=role)
    assert done["complete"]
    r.do("milestone_pass", {"milestone": 1}, bid=code)
    refused(r, "passed_already", "milestone_pass", {"milestone": 1}, bid=code)


def test_acceptance_is_never_the_payers_alone(fresh):
    r = fresh
    code = whole(r)[0]
    report(r, code, 1, 96)
    refused(r, "milestones_left", "deliver", bid=code)
    r.do("milestone_pass", {"milestone": 1}, bid=code)
    r.do("deliver", bid=code)
    body = {"milestone": 0, "value": 97, "organisation": "Alpha"}
    refused(r, "assessor_not_third", "test_report", body, bid=code)
    refused(r, "untested", "accept", {"organisation": "Grid"}, bid=code, role="end_user")
    report(r, code, 0, 97)
    r.do("accept", {"organisation": "North Grid"}, bid=code, role="end_user")
    refused(r, "assessor_not_third", "accept", {"organisation": "city"}, bid=code, role="assessor")
    refused(r, "signed_already", "accept", {"organisation": "x"}, bid=code, role="end_user")
    assert r.state(code) == "acceptance"


def test_a_race_keeps_the_best(fresh):
    r = fresh.open("race", slots=3, keep=[1], recommendation=False, budget=500.0)
    codes = [r.bid(x) for x in ("Alpha", "Beta", "Gamma")]
    r.close().review(codes).decide().award(codes, [])
    for code in codes:
        r.sign(code)
    for code, value in zip(codes, (97, 96, 95.5), strict=True):
        report(r, code, 1, value)
    refused(r, "race_not_lost", "eliminate", {"milestone": 1}, bid=codes[0])
    for code in codes[1:]:
        r.do("eliminate", {"milestone": 1}, bid=code)
    assert r.do("milestone_pass", {"milestone": 1}, bid=codes[0])["paid"] == 0.0


def test_a_recommendation_and_its_quota(fresh):
    r = fresh.open("race", quota=1)
    one, two = r.bid("Alpha"), r.bid("Beta")
    r.do("recommend", bid=one)
    refused(r, "quota", "recommend", bid=two)
    r.close()
    refused(r, "not_recommended", "screen", bid=two)
    r.do("screen", bid=one)


def test_a_declared_conflict_voids_the_review_and_finds_another(fresh):
    r = fresh.open()
    code = r.bid("Alpha")
    r.close()
    r.do("screen", bid=code)
    r.do("assign")
    r.do("start_review", bid=code)
    first = r.readers(code)[0]
    r.do("declare_conflict", {"reviewer": first, "reason": "my student"}, bid=code)
    marks = dict.fromkeys(("fit", "route", "team_plan", "indicators"), 50)
    body = {**marks, "no_conflict": True, "reviewer": first}
    refused(r, "not_assigned", "review", body, bid=code)
    refused(r, "bad_body", "review", {**body, "no_conflict": False}, bid=code)
    r.do("assign")
    assert first not in r.readers(code)
    assert len(r.readers(code)) == 2


def test_a_changed_thing_is_not_overwritten(fresh):
    r = fresh.open()
    code = r.bid("Alpha")
    r.close()
    seen = r.version(code)
    r.do("screen", bid=code, version=seen)
    refused(r, "changed_meanwhile", "ineligible", {"reason": "late"}, bid=code, version=seen)


def test_a_form_sent_twice_counts_once(fresh):
    r = fresh.open()
    seen = r.version()
    body = fresh.bid_body("Alpha")
    r.do("add_bid", body, version=seen)
    refused(r, "changed_meanwhile", "add_bid", body, version=seen)
    assert len(r.bids()) == 1


def test_two_officers_at_once(fresh):
    r = fresh.open()
    code = r.bid("Alpha")
    r.close()
    seen, outcome = r.version(code), []

    def screen():
        try:
            r.do("screen", bid=code, version=seen)
            outcome.append("done")
        except RefusedError as error:
            outcome.append(error.key)

    threads = [threading.Thread(target=screen) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(outcome) == ["changed_meanwhile", "done"]
    with r.db.read() as s:
        assert verify(lines(s)).intact


def test_a_step_that_dies_half_way_leaves_nothing(fresh, monkeypatch):
    from hubscope.calls.desk import act as module

    r = fresh.open()
    with r.db.read() as s:
        before = head(s)

    def die(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "append", die)
    with pytest.raises(KeyboardInterrupt):
        r.do("add_bid", fresh.bid_body("Alpha"))
    monkeypatch.undo()
    assert r.bids() == []
    with r.db.read() as s:
        assert head(s) == before
    r.bid("Alpha")


def test_the_record_refuses_change_and_shows_tampering(fresh):
    r = fresh.open()
    for statement in ("UPDATE record SET role='x' WHERE seq=2", "DELETE FROM record"):
        with pytest.raises(Exception, match="append-only"), r.db.write() as s:
            s.execute(text(statement))
    with r.db.read() as s:
        chain, (_, top) = lines(s), head(s)
    assert verify(chain, expect=top).intact
    assert verify(chain[:-1], expect=top).fault == "head_unknown"
    assert verify(chain[1:]).fault == "missing_line"
    forged = [{**line} for line in chain]
    forged[3]["actor"] = "P-9"
    assert (verify(forged).fault, verify(forged).line) == ("changed_line", 4)


def test_replay_finds_what_was_bent(fresh):
    r = fresh
    whole(r)
    with r.db.read() as s:
        given = export(s, r.id, r.now)
    assert replay(given) == []
    import copy

    def bent(change):
        other = copy.deepcopy(given)
        change(other)
        return {f.key for f in replay(other)}

    assert bent(lambda g: g["decision"]["selected"].append("B-002")) == {"decision"}
    assert bent(lambda g: g["decision"]["inputs"]["marks"][0].update(score=99)) == {"decision"}
    assert bent(lambda g: g["bids"][0].update(content="00")) == {"content"}
    assert bent(lambda g: g["call"].update(secret="00")) == {"secret"}
    assert bent(lambda g: g["call"].update(budget=-1)) >= {"paid"}


def test_what_a_bid_says_is_hashed_for_the_public_and_given_to_auditors(fresh):
    r = fresh
    whole(r)
    with r.db.read() as s:
        public, full = export(s, r.id, r.now), export(s, r.id, r.now, people=True)
    for loser in public["bids"][1:]:
        assert not {"body", "salt"} & loser.keys()
        assert (loser["title"], loser["lead"]) == ("", "")
    text = json.dumps(public)
    said = full["bids"][1]
    for words in ("silicon carbide", said["title"], said["body"]["abstract"], said["salt"]):
        assert words not in text
    assert (replay(public), replay(full)) == ([], [])
    for change in ({"title": "other"}, {"cost": 1.0}, {"salt": "00"}, {"body": {}}):
        bent = {**full, "bids": [full["bids"][0], {**said, **change}]}
        assert {f.key for f in replay(bent)} == {"content"}, change
    assert said["content"] != hash_of(said["body"])


def test_a_record_of_the_first_format_still_replays(fresh, monkeypatch):
    """There the record held the hash of the body alone, and every export the body."""
    from hubscope.calls.desk import steps_bid

    monkeypatch.setattr(steps_bid, "_said", lambda bid, _party: hash_of(bid.body))
    r = fresh
    whole(r)
    with r.db.read() as s:
        public, full = export(s, r.id, r.now), export(s, r.id, r.now, people=True)
    assert (replay(public), replay(full)) == ([], [])
    old = {k: v for k, v in full["bids"][0].items() if k not in ("salt", "content")}
    assert is_content(old, hash_of(old["body"]))
    assert not is_content({**old, "body": {}}, hash_of(old["body"]))


def test_the_contact_of_a_need_is_not_in_its_hash(fresh):
    r = fresh.open(needs=({**fresh.NEED, "contact": "010-5555"},))
    with r.db.read() as s:
        kept = json.loads(next(x["body"] for x in lines(s) if x["action"] == "edit_need"))
        body = s.scalars(select(Need)).one().body
    assert body["contact"] == "010-5555"
    assert kept["content"] == hash_of({**body, "contact": ""})


def test_groups_are_numbers_in_the_order_of_bids(fresh):
    r = fresh.open(bids_per_applicant=2)
    codes = [r.bid("Alpha"), r.bid("Beta"), r.bid("ALPHA", title="Another way")]
    r.close(experts=6).review(codes, dict(zip(codes, (90, 60, 50), strict=True))).decide()
    with r.db.read() as s:
        rows = s.get_one(Call, r.id).decision["inputs"]["bids"]
    assert [b["group"] for b in rows] == ["G-1", "G-2", "G-1"]


def test_an_export_names_nobody(fresh):
    r = fresh
    whole(r)
    with r.db.read() as s:
        public = str(export(s, r.id, r.now))
        full = str(export(s, r.id, r.now, people=True))
    assert "Leader of Alpha" not in public
    assert "Expert 0" not in public
    assert "Beta" not in public
    assert "Leader of Alpha" in full
    assert "Expert 0" in full


def test_sealed_until_the_deadline(fresh):
    r = fresh.open()
    r.bid("Alpha")
    with r.db.read() as s:
        assert export(s, r.id, r.now, people=True)["bids"] == []
    refused(r, "wrong_call_state", "screen", bid="B-001")
    r.later(days=20)
    with r.db.read() as s:
        assert len(export(s, r.id, r.now, people=True)["bids"]) == 1


def test_the_clock_ends_an_abandoned_round(fresh):
    r = fresh.open()
    codes = [r.bid("Alpha"), r.bid("Beta")]
    r.later(days=3000)
    assert r.state() == "no_award"
    assert {r.state(c) for c in codes} == {"lapsed"}
    refused(r, "wrong_state", "assign")
    with r.db.read() as s:
        assert s.get_one(Call, r.id).state == "open"
        assert s.query(Milestone).count() == 0


def test_what_is_not_public_yet_is_sealed_in_the_record(fresh):
    r = fresh.open()
    codes = [r.bid("Alpha"), r.bid("Beta")]
    r.close().review(codes, dict(zip(codes, (91, 61), strict=True)))
    with r.db.read() as s:
        given = export(s, r.id, r.now)
        inside = export(s, r.id, r.now, people=True)
    told = [line for line in given["record"] if "body" in line]
    assert verify(given["record"]).intact
    assert replay(given) == []
    assert {line["bid"] for line in told} == {""}
    assert not {"review", "add_bid", "assign", "decide"} & {line["action"] for line in told}
    assert '"score":91' not in str([line["body"] for line in told])
    assert all("body" in line for line in inside["record"])
    other, r.id = r.id, "r2"
    r.open()
    with r.db.read() as s:
        record = export(s, other, r.now)["record"]
    assert not [line for line in record if line.get("call") == "r2"]
    assert verify(record).intact


def test_scores_stay_inside_where_the_call_says_so(fresh):
    r = fresh.open(show_scores=False)
    codes = [r.bid("Alpha"), r.bid("Beta")]
    r.close().review(codes, dict(zip(codes, (91, 61), strict=True))).decide()
    r.award(codes[:1], codes[1:])
    with r.db.read() as s:
        given = export(s, r.id, r.now)
        inside = export(s, r.id, r.now, people=True)
    assert (given["reviews"], "inputs" in given["decision"]) == ([], False)
    assert not [line for line in given["record"] if line.get("action") == "review"]
    assert given["decision"]["selected"] == codes[:1]
    assert (replay(given), replay(inside)) == ([], [])


def test_an_old_copy_of_a_person_is_not_written_back(fresh):
    """Somebody who ceased to be staff while a step was under way stays so."""
    from hubscope.calls.base.models import Person

    r = fresh.open()
    alice = r.person("alice", staff=True)
    with r.db.write() as s:
        s.get_one(Person, alice.id).staff = False
    r.do("add_bid", r.bid_body("Alpha"), person=alice)
    with r.db.read() as s:
        assert s.get_one(Person, alice.id).staff is False
