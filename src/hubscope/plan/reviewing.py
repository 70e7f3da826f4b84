"""The words in which a reviewer decides: one line a decision, for terminals, pipes and pages."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hubscope.errors import UsageError, nearest
from hubscope.nouns import Element
from hubscope.plan.decisions import SETTABLE, VERBS, Decision, load, review_file, save
from hubscope.plan.model import KINDS, Plan
from hubscope.plan.quotes import quote_hash
from hubscope.plan.read import read_plan
from hubscope.plan.reviewed import Reviewed, applied, keys


@dataclass
class Desk:
    """One reviewer at one document; every decision is written at once."""

    path: Path
    by: str
    plan: Plan
    decisions: list[Decision]

    def now(self) -> Reviewed:
        """The plan as all decisions leave it."""
        return applied(self.plan, self.decisions)

    def decide(self, words: Sequence[str]) -> Decision:
        """Take one decision: ID VERB and what the verb needs; UsageError says what is wrong.

        accept; reject [reason]; edit name=value ...; merge OTHER; split PIECE PIECE ...; and
        without an id: add KIND QUOTE [name=value ...].
        """
        made = self._added(words[1:]) if words[:1] == ["add"] else self._decided(words)
        self.decisions = [*load(review_file(self.path)), made]
        save(review_file(self.path), self.decisions)
        return made

    def _decided(self, words: Sequence[str]) -> Decision:
        if len(words) < 2 or words[1] not in VERBS[:-1]:
            got = words[1] if len(words) > 1 else ""
            raise UsageError(
                f"no decision in {shlex.join(words)!r}: ID VERB is needed",
                hint=nearest(got, VERBS[:-1]),
            )
        identity, verb, *rest = words
        found = {e.id: (k, e) for k, e in keys(self.plan).items()}
        if identity not in found:
            raise UsageError(f"there is no element {identity}", hint=nearest(identity, found))
        key, element = found[identity]
        facts = getattr(self, f"_{verb}")(element, rest)
        return self._decision(key, element.span.quote, verb, facts)

    def _decision(
        self, key: tuple[str, str, int], quote: str, verb: str, facts: dict[str, Any]
    ) -> Decision:
        on = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Decision(key[0], key[1], verb, self.by, on, quote, nth=key[2], **facts)

    def _accept(self, element: Element, rest: list[str]) -> dict[str, Any]:
        del element
        return {"reason": " ".join(rest)}

    _reject = _accept

    def _edit(self, element: Element, rest: list[str]) -> dict[str, Any]:
        values = settings(rest)
        if not values:
            raise UsageError("edit needs name=value", hint=f"names are {', '.join(SETTABLE)}")
        quote = str(values.get("quote", element.span.quote))
        if quote not in self.plan.text:
            raise UsageError(
                "the new quote is not in the document", hint="copy it letter by letter"
            )
        return {"set": values}

    def _merge(self, element: Element, rest: list[str]) -> dict[str, Any]:
        ids = {e.id: e for e in self.plan.elements if e.id != element.id}
        if len(rest) != 1 or rest[0] not in ids:
            raise UsageError(
                "merge needs the id of the element that stays",
                hint=nearest(rest[0] if rest else "", ids),
            )
        return {"into": quote_hash(ids[rest[0]].span.quote)}

    def _split(self, element: Element, rest: list[str]) -> dict[str, Any]:
        at = 0
        for piece in rest:
            at = element.span.quote.find(piece, at)
            if at < 0:
                raise UsageError(
                    f"{piece!r} does not follow in {element.span.quote!r}",
                    hint="give the pieces in their order, copied letter by letter",
                )
            at += len(piece)
        if len(rest) < 2:
            raise UsageError("split needs two pieces or more", hint="quote each piece")
        return {"pieces": tuple(rest)}

    def _added(self, words: Sequence[str]) -> Decision:
        if len(words) < 2 or words[0] not in KINDS:
            raise UsageError("add needs KIND QUOTE", hint=nearest(words[0] if words else "", KINDS))
        kind, quote, *rest = words
        if quote not in self.plan.text:
            raise UsageError("the quote is not in the document", hint="copy it letter by letter")
        return self._decision((quote_hash(quote), kind, 1), quote, "add", {"set": settings(rest)})


def settings(words: Sequence[str]) -> dict[str, Any]:
    """name=value words as values; numbers become numbers."""
    found: dict[str, Any] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or name not in SETTABLE:
            raise UsageError(f"cannot set {word!r}", hint=nearest(name, SETTABLE))
        found[name] = _checked(name, value)
    return found


def _checked(name: str, value: str) -> str | int | float:
    if name == "kind" and value not in KINDS:
        raise UsageError(f"there is no kind {value!r}", hint=nearest(value, KINDS))
    if name not in ("quantity", "upper", "horizon", "year") or not value:
        return value
    try:
        return int(value) if name in ("horizon", "year") else float(value)
    except ValueError:
        raise UsageError(f"{name} must be a number, not {value!r}", hint="3.5, 2030") from None


def desk(path: Path, by: str) -> Desk:
    """A reviewer's desk at the document in `path`."""
    if not by.strip():
        raise UsageError("a review needs a name", hint="--by NAME or HUBSCOPE_REVIEWER")
    return Desk(path, by.strip(), read_plan(path), load(review_file(path)))
