"""The words in which a person confirms evidence: one line a decision, for terminals and pages."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hubscope.errors import UsageError, nearest
from hubscope.plan.evidence.confirmed import confirmed, key_of
from hubscope.plan.evidence.decisions import VERBS, LinkDecision, evidence_file, load, save
from hubscope.plan.evidence.items import Item
from hubscope.plan.evidence.link import Evidence, evidence
from hubscope.plan.evidence.scope import gazetteer
from hubscope.plan.model import Plan
from hubscope.plan.quotes import quote_hash
from hubscope.plan.reviewed import read_reviewed

SETTABLE = ("grade", "element", "place")
"""What `edit` can set: the grade 0 to 2, the element the item bears on, whose it is."""
_PLACES = ("national", "international", "unknown")


@dataclass
class EvidenceDesk:
    """One person before the evidence of one plan; every decision is written at once."""

    path: Path
    """The plan's document; the decisions stand beside it."""
    by: str
    plan: Plan
    found: list[Evidence]
    decisions: list[LinkDecision]

    def now(self) -> list[Evidence]:
        """The evidence as all decisions leave it."""
        return confirmed(self.found, self.plan, self.decisions)

    def decide(self, words: Sequence[str]) -> list[LinkDecision]:
        """Take one line: ITEM VERB and what it needs; UsageError says what is wrong.

        accept [ELEMENT]; reject [ELEMENT] [reason]; edit ELEMENT grade=2 or element=OTHER;
        edit place=beijing; add ELEMENT [grade=1]. Without ELEMENT all links of the item are meant.
        """
        if len(words) < 2 or words[1] not in VERBS:
            got = words[1] if len(words) > 1 else ""
            raise UsageError(
                f"no decision in {shlex.join(words)!r}: ITEM VERB is needed",
                hint=nearest(got, VERBS),
            )
        item = self.item(words[0])
        made = [self._one(item, words[1], e, facts) for e, facts in self._asked(item, words)]
        self.decisions = [*load(evidence_file(self.path)), *made]
        save(evidence_file(self.path), self.decisions)
        return made

    def item(self, name: str) -> Evidence:
        """The item whose id begins with `name`, or of this number in the list (#3)."""
        if name.startswith("#") and name[1:].isdigit() and 0 < int(name[1:]) <= len(self.found):
            return self.found[int(name[1:]) - 1]
        ids = {quote_hash(e.item.words): e for e in self.found}
        hits = [e for k, e in ids.items() if len(name) >= 4 and k.startswith(name)]
        if len(hits) != 1:
            raise UsageError(
                f"there is no item {name!r}", hint=f"#1 to #{len(self.found)}, or an id"
            )
        return hits[0]

    def _asked(self, item: Evidence, words: Sequence[str]) -> list[tuple[str, dict[str, Any]]]:
        """The elements that a line means, with what it sets."""
        verb, rest = words[1], list(words[2:])
        ids = {e.id for e in self.plan.elements}
        named = rest.pop(0) if rest and rest[0] in ids else ""
        if verb in ("accept", "reject"):
            facts = {"reason": " ".join(rest)}
            linked = [x.element for x in item.links]
            if not named and not linked:
                raise UsageError("the item has no link", hint="add ELEMENT makes one")
            if named and verb == "reject" and named not in linked:
                raise UsageError(f"the item is not linked to {named}", hint=", ".join(linked))
            return [(e, facts) for e in ([named] if named else linked)]
        values = self._settings(rest, verb)
        if verb == "edit" and not values:
            raise UsageError("edit needs name=value", hint=f"names are {', '.join(SETTABLE)}")
        if not named and set(values) != {"place"}:
            wrong = rest[0] if rest and "=" not in rest[0] else ""
            raise UsageError(f"{verb} needs an element", hint=nearest(wrong, ids))
        return [(named, values)]

    def _settings(self, words: list[str], verb: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for word in words:
            name, equals, value = word.partition("=")
            if not equals or name not in SETTABLE or (verb == "add" and name != "grade"):
                raise UsageError(f"cannot set {word!r}", hint=nearest(name, SETTABLE))
            found |= getattr(self, f"_set_{name}")(value)
        return found

    def _set_grade(self, value: str) -> dict[str, Any]:
        if value not in ("0", "1", "2"):
            raise UsageError(f"grade must be 0, 1 or 2, not {value!r}")
        return {"grade": int(value)}

    def _set_element(self, value: str) -> dict[str, Any]:
        ids = [e.id for e in self.plan.elements]
        if value not in ids:
            raise UsageError(f"there is no element {value}", hint=nearest(value, ids))
        hashed, kind, _ = key_of(self.plan, value)
        return {"to": hashed, "to_kind": kind}

    def _set_place(self, value: str) -> dict[str, Any]:
        if value not in _PLACES and gazetteer().name(value) is None:
            raise UsageError(
                f"there is no place {value!r}", hint="beijing, hefei, national, unknown"
            )
        return {"place": value}

    def _one(self, item: Evidence, verb: str, element: str, facts: dict[str, Any]) -> LinkDecision:
        on = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        words = item.item.words
        hashed, kind, nth = key_of(self.plan, element) if element else ("", "", 1)
        quote = self.plan.get(element).span.quote if element else ""
        return LinkDecision(
            quote_hash(words), hashed, kind, verb, self.by, on, words, quote, nth, **facts
        )


def evidence_desk(items: Sequence[Item], plan: Path, by: str) -> EvidenceDesk:
    """A person's desk at the evidence beside the plan in `plan`."""
    if not by.strip():
        raise UsageError("a review needs a name", hint="--by NAME or HUBSCOPE_REVIEWER")
    read = read_reviewed(plan)
    return EvidenceDesk(plan, by.strip(), read, evidence(items, read), load(evidence_file(plan)))
