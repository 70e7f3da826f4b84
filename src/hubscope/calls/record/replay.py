"""Check an export without the database: the chain, every move, the money, and the decision anew."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hubscope.calls.base.contents import is_content
from hubscope.calls.base.ledger import canonical, unstamp, verify
from hubscope.calls.desk.deciding import decide
from hubscope.calls.portfolio.lottery import commitment, entropy
from hubscope.calls.refusal import BadTableError, Hint
from hubscope.calls.workflow import Machine, Parameters, definition
from hubscope.words import say

COMPARED = ("selected", "drawn", "band", "frequency", "worth", "cost")


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not fit, as a key of words/ with its values."""

    key: str
    values: Mapping[str, Any]

    def in_(self, lang: str) -> str:
        """The fault in `lang`."""
        return say(lang, f"calls.chain.{self.key}", **self.values)


def replay(given: Mapping[str, Any]) -> list[Fault]:
    """What is wrong with an export; nothing where all of it fits together.

    Raises:
        BadTableError: where the document is no export of a call.
    """
    try:
        check = verify(given["record"])
        if check.fault:
            return [Fault(check.fault, {"line": check.line})]
        told = [r for r in given["record"] if "body" in r]
        mine = [_opened(r) for r in told if r["call"] == given["call"]["id"]]
        return [
            *_moves(given, mine),
            *_contents(given, mine),
            *_decision(given, mine),
            *_money(given, mine),
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise BadTableError("no_export", why=repr(error), hint=Hint("export")) from error


def _opened(line: Mapping[str, Any]) -> dict[str, Any]:
    return {**line, "body": json.loads(line["body"])}


def _moves(given: Mapping[str, Any], mine: list[dict[str, Any]]) -> Iterator[Fault]:
    """Every line starts where the one before ended and is a move of the definition."""
    rules = definition(given["call"]["definition"])
    at: dict[str, str] = {}
    since: dict[str, str] = {}
    parameters = Parameters.model_validate(given["call"]["parameters"])
    for line in mine:
        thing = line["bid"]
        machine = rules.bid if thing else rules.call
        start = at.get(thing, "" if line["action"] == "new" else machine.initial)
        known = line["action"] == "new" or _legal(
            machine, line, start, since.get(thing), parameters
        )
        if start != line["source"] or not known:
            keys = ("call", "bid", "source", "target", "action")
            yield Fault("state", {"line": line["seq"], **{k: line[k] for k in keys}})
        if line["target"] != line["source"] or line["action"] == "new":
            since[thing] = line["at"]
        at[thing] = line["target"]


def _legal(
    machine: Machine,
    line: Mapping[str, Any],
    state: str,
    since: str | None,
    parameters: Parameters,
) -> bool:
    named = [m for m in machine.moves if m.name == line["action"] and state in m.from_]
    if line["role"] != "clock":
        stays = line["target"] == state
        return any(
            line["role"] in m.roles
            and (
                line["target"] in (m.to or state, *m.to_by_origin.values())
                or (stays and bool(m.signatures))
            )
            for m in named
        )
    return any(
        m.automatic
        and m.to == line["target"]
        and (not m.after or not since or _due(since, parameters, m.after) == line["at"])
        for m in named
    )


def _due(since: str, parameters: Parameters, days: str) -> str:
    from hubscope.calls.base.ledger import stamp

    return stamp(unstamp(since) + parameters.days(days))


def _contents(given: Mapping[str, Any], mine: list[dict[str, Any]]) -> Iterator[Fault]:
    """Every bid is what was submitted: by its text where that is given, else by its hash."""
    sent = {r["bid"]: r["body"]["content"] for r in mine if r["action"] == "submit"}
    for bid in given["bids"]:
        kept = sent.get(bid["code"])
        if kept is None:
            continue
        same = is_content(bid, kept) if "body" in bid else bid["content"] == kept
        if not same:
            yield Fault("content", {"bid": bid["code"]})


def _decision(given: Mapping[str, Any], mine: list[dict[str, Any]]) -> Iterator[Fault]:
    """The decision follows from its inputs, these from the record, and the lot from its seed."""
    kept = given["decision"]
    if not kept:
        return
    yield from _seed(given, mine)
    if "inputs" not in kept:
        return
    again = decide(kept["inputs"])
    for name in COMPARED:
        if canonical(again[name]) != canonical(kept[name]):
            yield Fault("decision", {"what": name})
    marks = {
        (r["bid"], r["body"]["reviewer"]): r["body"]["score"]
        for r in mine
        if r["action"] == "review"
    }
    for m in kept["inputs"]["marks"]:
        if marks.get((m["bid"], m["reviewer"])) != m["score"]:
            yield Fault("decision", {"what": f"{m['bid']} {m['reviewer']}"})
    named: set[str] = set()
    for line in mine:
        if line["action"] == "decide":
            named = set(line["body"]["selected"])
        if line["action"] == "select" and line["bid"] not in named:
            yield Fault("selected", {"bid": line["bid"]})
    if named != set(kept["selected"]):
        yield Fault("decision", {"what": "record"})


def _seed(given: Mapping[str, Any], mine: list[dict[str, Any]]) -> Iterator[Fault]:
    secret = given["call"]["secret"]
    promised = next((r["body"]["commitment"] for r in mine if r["action"] == "publish"), "")
    closing = next((r["hash"] for r in mine if r["action"] == "close"), "")
    drawn_from = given["decision"]["entropy"]
    if commitment(secret) != promised or entropy(secret, closing) != drawn_from:
        yield Fault("secret", {})


def _money(given: Mapping[str, Any], mine: list[dict[str, Any]]) -> Iterator[Fault]:
    paid = sum(float(r["body"].get("paid", 0.0)) for r in mine)
    if paid > given["call"]["budget"] + 1e-6:
        yield Fault("paid", {"paid": paid, "budget": given["call"]["budget"]})
