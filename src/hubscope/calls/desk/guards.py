"""The rules that a step must meet, by the names the definition uses."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from hubscope.calls.base.models import Bid, Milestone, Objection, Party
from hubscope.calls.desk.case import ACTIVE, WAITING, Case, same
from hubscope.calls.refusal import RefusedError

Guard = Callable[[Case], None]
ASPECTS = ("pull", "basis", "indicators", "finance")
"""What a need is scored on (Rongcheng 2023)."""


def _require(met: Any, key: str, **values: Any) -> None:
    if not met:
        raise RefusedError(key, **values)


def need_complete(case: Case) -> None:
    """Every need states problem, indicators, time limit, money, ownership of results."""
    _require(case.needs(), "no_needs")
    for need in case.needs():
        asked = ("problem", "indicators", "due", "budget", "ip")
        missing = [f for f in asked if not need.body.get(f)]
        _require(not missing, "need_incomplete", need=need.code, fields=", ".join(missing))


def not_demander(case: Case) -> None:
    """Nobody judges the need of their own organisation."""
    person = case.actor.person
    if person is None:
        return
    for need in case.needs():
        _require(not same(person.organisation, need.organisation), "own_need", need=need.code)


def need_scored(case: Case) -> None:
    """Every need has been scored, and one at least is good enough."""
    for need in case.needs():
        _require(need.scores, "need_unscored", need=need.code)
    best = max((need_score(n.scores) for n in case.needs()), default=0.0)
    limit = case.parameters.need_threshold
    _require(best >= limit, "needs_too_weak", best=f"{best:g}", limit=f"{limit:g}")


def need_score(scores: dict[str, Any]) -> float:
    """Mean over scorers of the mean of the four aspects; 0 without scores."""
    means = [sum(float(s[a]) for a in ASPECTS) / len(ASPECTS) for s in scores.values()]
    return sum(means) / len(means) if means else 0.0


def deadline_set(case: Case) -> None:
    """The deadline leaves enough days to bid."""
    days = case.parameters.open_days_min
    asked = case.body.deadline  # type: ignore[union-attr]
    _require(asked >= case.now + timedelta(days=days), "deadline_too_near", days=days)


def before_deadline(case: Case) -> None:
    """The deadline has not passed: at its very second it has."""
    _require(case.call.deadline and case.now < case.call.deadline, "too_late")


def bid_complete(case: Case) -> None:
    """The bid says what, how, for how much, and promises every indicator at its threshold."""
    bid = case.its_bid
    asked = ("abstract", "route", "promises", "milestones")
    missing = [f for f in asked if not bid.body.get(f)]
    _require(not missing, "bid_incomplete", fields=", ".join(missing))
    promised = {p["name"]: p["value"] for p in bid.body["promises"]}
    for want in case.need.body["indicators"]:
        name, sign = want["name"], 1 if want["direction"] == "+" else -1
        _require(name in promised, "promise_missing", indicator=name)
        enough = sign * promised[name] >= sign * want["threshold"]
        _require(enough, "promise_too_low", indicator=name, threshold=f"{want['threshold']:g}")
    cap = case.need.body["budget"]
    _require(bid.cost <= cap, "too_dear", cost=f"{bid.cost:g}", cap=f"{cap:g}")


def blind_text(case: Case) -> None:
    """The text names nobody of those who bid: reviewers are not to know."""
    bid, party = case.its_bid, case.party
    text = " ".join([bid.title, bid.body.get("abstract", ""), bid.body.get("route", "")])
    for name in (party.lead, party.leader, *party.partners, *party.team):
        _require(not _says(text, str(name)), "names_in_text", name=name)


def _says(text: str, name: str) -> bool:
    """Whether the text has the name: two Chinese characters or four letters of it at least."""
    if any(c >= "\u3400" for c in name):
        return len(name) > 1 and name in text
    return len(name) > 3 and re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE) is not None


def eligible(case: Case) -> None:
    """Not the demander or its relation, not barred, not too many partners, not a copy."""
    party, limits = case.party, case.parameters
    demander = case.need.organisation
    _require(not same(party.lead, demander), "demander_bids", organisation=demander)
    tied = [o for o in party.related if same(str(o), demander)]
    _require(not tied, "related_party", organisation=demander)
    many = len(party.partners)
    _require(many <= limits.partners_max, "partners", many=many, most=limits.partners_max)
    if party.breach:
        until = date.fromisoformat(party.breach) + timedelta(days=limits.integrity_days)
        _require(case.now.date() > until, "integrity", until=until.isoformat())
    copies = select(Bid).where(
        Bid.body["fingerprint"].as_string() == case.its_bid.body["fingerprint"],
        Bid.id != case.its_bid.id,
        Bid.state.not_in(("draft", "withdrawn", "lapsed")),
    )
    _require(case.session.scalars(copies).first() is None, "copy")


def within_caps(case: Case) -> None:
    """One applicant leads no more bids than the call allows."""
    query = select(Bid, Party).join(Party, Party.bid_id == Bid.id)
    query = query.where(Bid.call_id == case.call.id, Bid.id != case.its_bid.id)
    query = query.where(Bid.state.not_in(("draft", "withdrawn", "lapsed")))
    many = sum(same(p.lead, case.party.lead) for _, p in case.session.execute(query))
    most = case.parameters.bids_per_applicant
    _require(many < most, "applicant_cap", most=most)


def within_quota(case: Case) -> None:
    """An office recommends no more bids than its quota."""
    query = select(Party).join(Bid, Party.bid_id == Bid.id).where(Bid.call_id == case.call.id)
    query = query.where(Party.recommender == case.actor.code)
    query = query.where(Party.bid_id != case.its_bid.id)
    many = len(list(case.session.scalars(query)))
    _require(many < case.parameters.quota, "quota", quota=case.parameters.quota)


def recommended(case: Case) -> None:
    """Where the call asks for a recommendation the bid has one."""
    _require(not case.parameters.recommendation or case.party.recommender, "not_recommended")


def has_reviewers(case: Case) -> None:
    """As many reviewers as the call asks for have been assigned, also to a lone bid."""
    many, asked = len(case.reviews(case.its_bid)), case.parameters.reviews_per_bid
    _require(many >= asked, "too_few_reviewers", many=many, asked=asked)


def is_assigned(case: Case) -> None:
    """The expert was assigned this bid and has declared no conflict."""
    _require(case.review() is not None, "not_assigned")


def _enough(case: Case, bid: Bid) -> None:
    many = sum(r.score is not None for r in case.reviews(bid))
    asked = case.parameters.reviews_per_bid
    _require(many >= asked, "too_few_reviews", bid=bid.code, many=many, asked=asked)


def enough_reviews(case: Case) -> None:
    """All reviews of the bid are in."""
    _enough(case, case.its_bid)


def reviews_enough(case: Case) -> None:
    """No bid waits outside review, and all reviews of all bids are in."""
    waiting = case.bids("submitted", "screened")
    _require(not waiting, "bids_waiting", bids=", ".join(b.code for b in waiting[:10]))
    bids = case.bids("in_review")
    _require(bids, "no_bids")
    for bid in bids:
        _enough(case, bid)


def decided(case: Case) -> None:
    """The portfolio has been decided."""
    _require(case.call.decision, "undecided")


def decided_for(case: Case) -> None:
    """The decision on record selects this bid."""
    chosen = case.call.decision.get("selected", [])
    _require(case.its_bid.code in chosen, "not_in_decision", bid=case.its_bid.code)


def slot_free(case: Case) -> None:
    """The need has a slot left."""
    held = [b for b in case.bids(*ACTIVE) if b.need_id == case.its_bid.need_id]
    others = [b for b in held if b.id != case.its_bid.id]
    _require(len(others) < case.parameters.slots, "no_slot", slots=case.parameters.slots)


def within_budget(case: Case) -> None:
    """The call can still pay."""
    bound = sum(b.cost for b in case.bids(*ACTIVE) if b.id != case.its_bid.id)
    left = case.call.budget - bound
    _require(case.its_bid.cost <= left + 1e-6, "budget", left=f"{left:g}")


def in_certification(case: Case) -> None:
    """Teams may still question their own scores."""
    _require(case.now < case.since("certification_days"), "certification_over")


def certified(case: Case) -> None:
    """The teams have had their days to see and question their own scores."""
    until = case.since("certification_days")
    _require(case.now >= until, "in_certification", until=until.isoformat())


def some_selected(case: Case) -> None:
    """At least one bid is selected; a round without any ends as no award."""
    _require(case.bids("selected"), "none_selected")


def all_decided(case: Case) -> None:
    """No bid is left between."""
    left = case.bids(*WAITING)
    _require(not left, "bids_undecided", bids=", ".join(b.code for b in left[:10]))


def in_notice(case: Case) -> None:
    """The public notice runs."""
    _require(case.now < case.since("notice_days"), "notice_is_over")


def notice_over(case: Case) -> None:
    """The public notice has run its days."""
    until = case.since("notice_days")
    _require(case.now >= until, "notice_runs", until=until.isoformat())


def objections_answered(case: Case) -> None:
    """Every objection has its answer."""
    query = select(Objection).where(Objection.call_id == case.call.id, Objection.answer == "")
    _require(case.session.scalars(query).first() is None, "objection_open")


def appeals_decided(case: Case) -> None:
    """No appeal is before the board."""
    _require(not case.bids("appealed"), "appeal_open")


def bids_ended(case: Case) -> None:
    """Every contract has come to its end."""
    left = case.bids("selected", "contracted", "suspended", "acceptance")
    _require(not left, "contracts_open", bids=", ".join(b.code for b in left[:10]))


def tested(case: Case) -> None:
    """A third party has measured."""
    _require(case.milestone().report, "untested")


def threshold_met(case: Case) -> None:
    """The value measured meets the frozen threshold."""
    _meets(case.milestone())


def _meets(row: Milestone) -> None:
    sign = 1 if row.body.get("direction", "+") == "+" else -1
    value, asked = float(row.report["value"]), float(row.body["threshold"])
    _require(
        sign * value >= sign * asked, "below_threshold", value=f"{value:g}", asked=f"{asked:g}"
    )


def user_content(case: Case) -> None:
    """The end user is content with what was shown."""
    _require(case.milestone().opinion.get("content"), "user_not_content")


def milestones_passed(case: Case) -> None:
    """Every milestone has been passed."""
    left = [m.number for m in case.milestones() if m.number and not m.passed]
    _require(not left, "milestones_left", numbers=", ".join(map(str, left)))


def race_lost(case: Case) -> None:
    """In a race: others did better at this milestone, and only so many stay in."""
    from hubscope.calls.desk.race import loses

    _require(case.parameters.keep, "no_race")
    _require(loses(case), "race_not_lost")


def not_payer(case: Case) -> None:
    """Acceptance is signed by the end user and by a third party that neither pays nor is paid."""
    said = str(getattr(case.body, "organisation", ""))
    if case.role == "assessor":
        sides = (case.call.payer, case.need.organisation, case.party.lead, *case.party.partners)
        names = [said, case.actor.person.organisation if case.actor.person else said]
        _require(not any(same(n, s) for n in names for s in sides), "assessor_not_third")


def final_met(case: Case) -> None:
    """The final test was made and meets what was promised."""
    row = next((m for m in case.milestones() if m.number == 0), None)
    if row is None or not row.report:
        raise RefusedError("untested")
    _meets(row)


def first_appeal(case: Case) -> None:
    """One appeal a bid."""
    _require(case.its_bid.appeals == 0, "second_appeal")


GUARDS: dict[str, Guard] = {
    g.__name__: g
    for g in (
        *(need_complete, not_demander, need_scored, deadline_set, before_deadline, bid_complete),
        *(blind_text, eligible, within_caps, within_quota, recommended, has_reviewers, is_assigned),
        *(enough_reviews, reviews_enough, decided, decided_for, slot_free, within_budget),
        *(in_certification, certified, some_selected, all_decided, in_notice, notice_over),
        *(objections_answered, appeals_decided, bids_ended, tested, threshold_met, user_content),
        *(milestones_passed, race_lost, not_payer, final_met, first_appeal),
    )
}
