"""One chain as pages show it: names, evidence and the cards behind its numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markupsafe import Markup

from hubscope.nouns import Origin
from hubscope.portal.observatory import Observatory
from hubscope.portal.origins import Card, Row, rows
from hubscope.portal.view import View
from hubscope.words import say, typeset, words

MOST_NODES = 600
"""Nodes of a chain with a page of their own."""

HIGH = 0.4
"""HHI from which supply counts as concentrated (European Commission's dependence test)."""


@dataclass(frozen=True)
class ChainPages:
    """A chain's report, as the store holds it."""

    body: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The chain's id."""
        return str(self.body["name"])

    def title(self, lang: str) -> str:
        """The chain's name."""
        return str(self.body[lang])

    @property
    def path(self) -> str:
        """Where its pages stand."""
        return f"chains/{slug(self.name)}"

    @cached_property
    def nodes(self) -> dict[str, Mapping[str, Any]]:
        """Nodes by id."""
        return {n["id"]: n for n in self.body["nodes"]}

    @cached_property
    def evidence(self) -> dict[str, Mapping[str, Any]]:
        """Evidence by id."""
        return {e["id"]: e for e in self.body["evidence"]}

    @cached_property
    def exposure(self) -> dict[str, Mapping[str, Any]]:
        """Exposure by input."""
        return {r["item"]: r for r in self.body["exposures"]}

    @cached_property
    def links_of(self) -> dict[str, list[Mapping[str, Any]]]:
        """Links by each of their ends."""
        found: dict[str, list[Mapping[str, Any]]] = {}
        for link in self.body["links"]:
            found.setdefault(link["src"], []).append(link)
            found.setdefault(link["dst"], []).append(link)
        return found

    @cached_property
    def paged(self) -> frozenset[str]:
        """The nodes with a page of their own: those that a map draws, then others, MOST_NODES."""
        maps = [self.body["map"], *(v["layout"] for v in self.body.get("views", []))]
        drawn = [s["id"] for m in maps for s in m["spots"] if s["id"] in self.nodes]
        return frozenset(list(dict.fromkeys([*drawn, *self.nodes]))[:MOST_NODES])

    @property
    def has_inputs(self) -> bool:
        """Whether the chain says of anything what it goes into; if not, its map is of ideas."""
        links = self.body["counts"]["links"]
        return bool(links.get("input_to") or links.get("variant_of")) or not links.get("maps_to")

    def node_name(self, ident: str, lang: str) -> str:
        """A node's name, or its id where the chain does not hold it."""
        node = self.nodes.get(ident)
        return str(node[f"name_{lang}"]) if node else ident

    def node_path(self, ident: str) -> str:
        """Where a node's page stands."""
        return f"{self.path}/node/{slug(ident)}"

    def rows(self, table: str, lang: str) -> list[dict[str, Any]]:
        """A table of the report with the names beside the ids."""
        named = (
            "item",
            "activity",
            "holder",
            "src",
            "dst",
            "top",
            "lost",
            "segment",
            "place",
            "need",
            "provider",
        )
        return [
            ordered(row) | {f"{c}_name": self.node_name(row[c], lang) for c in named if row.get(c)}
            for row in self.body.get(table, [])
        ]


FIRST = (
    "kind",
    "item",
    "segment",
    "activity",
    "scenario",
    "lost",
    "output",
    "place",
    "src",
    "rel",
    "dst",
    "holder",
    "need",
    "provider",
    "via",
    "unit",
    "level",
    "year",
    "period",
    "value",
    "board",
    "certainty",
    "tool",
    "reason",
)
"""Columns that say what a row is about; they stand before the numbers."""


def ordered(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with what it is about first: the store keeps its columns by the alphabet."""
    place = {c: i for i, c in enumerate(FIRST)}
    return {c: row[c] for c in sorted(row, key=lambda c: place.get(c, len(FIRST)))}


def said(row: Mapping[str, Any], seen: Observatory, lang: str) -> dict[str, Any]:
    """A row of the report with its source, licence and note in words of `lang`."""
    words = ("source", "licence", "note")
    return {k: seen.data_words(v, lang) if k in words and v else v for k, v in row.items()}


def slug(ident: str) -> str:
    """An id as a file name."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", ident)


@dataclass(frozen=True)
class ChainView:
    """What a template of a chain's page sees, beside the page's view."""

    chain: ChainPages
    view: View

    @property
    def lang(self) -> str:
        """The page's language."""
        return self.view.lang

    def t(self, key: str, **values: Any) -> Markup:
        """Words of the chains' pages."""
        return self.view.word(f"chains.page.{key}", **values)

    def word(self, group: str, key: str) -> str:
        """A kind, relation, status, board, tool or reason in words."""
        return say(self.lang, f"chains.word.{group}.{key}")

    def node(self, ident: str | None) -> Markup:
        """A node's name as a link to its page; unknown where there is none."""
        if ident is None:
            return self.unknown()
        name = self.chain.node_name(ident, self.lang)
        if ident not in self.chain.paged:
            return Markup.escape(name)
        href = self.view.to(self.chain.node_path(ident))
        return Markup('<a href="{}">{}</a>').format(href, name)

    def unknown(self) -> Markup:
        """What a missing figure looks like."""
        return Markup('<span class="unknown">{}</span>').format(self.view.t("unknown"))

    def evidence_card(self, ident: str) -> Card:
        """The card of a link's evidence."""
        e = self.chain.evidence[ident]
        link = e["locator"] if str(e["locator"]).startswith("http") else ""
        told = said(e, self.view.seen, self.lang)
        origin = Origin(told["source"], link, e["retrieved"], licence=told["licence"])
        return Card(
            rows(
                [
                    Row("producer", told["source"], data=True),
                    Row("url", e["locator"], link),
                    Row("accessed", e["retrieved"]),
                    Row("licence", told["licence"], data=True),
                    Row("vintage", e["vintage"]),
                    Row("status", self.word("status", e["status"])),
                    Row("note", told["note"], data=True),
                    Row("run", self.view.seen.run, code=True),
                ]
            ),
            (origin,),
        )

    def made_card(self, how: str) -> Card:
        """The card of a computed number: how it was made, and the run."""
        return Card(
            rows(
                [
                    Row("made_by", say(self.lang, f"chains.made.{how}")),
                    Row("run", self.view.seen.run, code=True),
                ]
            )
        )

    def made(self, value: float | None, how: str, digits: int = 2) -> Markup:
        """A computed number, opening how it was made."""
        if value is None:
            return self.unknown()
        return self.view.opened(typeset.number(self.lang, value, digits), self.made_card(how))

    def share(self, value: float | None, how: str) -> Markup:
        """A share of one as a percentage."""
        if value is None:
            return self.unknown()
        return self.view.opened(typeset.percent(self.lang, value), self.made_card(how))

    def between(self, lo: float | None, hi: float | None, how: str, digits: int = 2) -> Markup:
        """A range, opening how it was made."""
        if lo is None or hi is None:
            return self.unknown()
        return self.view.opened(typeset.span(self.lang, lo, hi, digits), self.made_card(how))

    def count(self, value: int) -> Markup:
        """A count over the chain."""
        return self.view.opened(typeset.number(self.lang, value), self.made_card("count"))

    def quantity(self, value: float, unit: str) -> str:
        """A value with its unit in words."""
        known = words(self.lang).get(f"chains.unit.{unit}")
        if known:
            return known.format(n=typeset.number(self.lang, value))
        return typeset.quantity(self.lang, value, unit)

    def figure(self, link: Mapping[str, Any]) -> Markup:
        """The share or value of a link, opening its evidence; the word "evidence" where neither."""
        if link["share"] is not None:
            text = typeset.number(self.lang, link["share"]) + "%"
        elif link["value"] is not None:
            text = self.quantity(link["value"], link["unit"])
        else:
            text = str(self.t("evidence"))
        return self.view.opened(text, self.evidence_card(link["evidence"]))

    def standing(self, ident: str) -> str:
        """high, low or unknown concentration of an input."""
        hhi = self.chain.exposure.get(ident, {}).get("hhi")
        return "unknown" if hhi is None else "high" if hhi >= HIGH else "low"

    def exposed(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The parts of one input's exposure."""
        return {
            "item": self.node(row["item"]),
            "standing": self.standing(row["item"]),
            "year": row["year"],
            "foreign": self.share(row["foreign"], "foreign"),
            "hhi": self.made(row["hhi"], "hhi"),
            "range": self.between(row["hhi_lo"], row["hhi_hi"], "hhi"),
            "substitution": self.between(
                row["substitution_lo"], row["substitution_hi"], "substitution"
            ),
            "reached": self.share(row["reached"], "reached"),
            "dominated": self.count(row["dominated"]),
            "left": self.between(row.get("left_lo"), row.get("left_hi"), "left"),
            "grade": row["grade"] or "",
        }
