"""What a template sees: words, links and numbers of one page in one language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from hubscope.nouns import FORCES, Element, Observation, Verdict
from hubscope.portal import cards
from hubscope.portal.observatory import Observatory
from hubscope.portal.origins import Card, Origins
from hubscope.portal.tree import PlanPair
from hubscope.progress.reasons import AMOUNTS
from hubscope.progress.units import in_unit
from hubscope.words import say, typeset


@dataclass(frozen=True)
class Figure:
    """A number inside a sentence: formats itself as the button that opens its origin."""

    view: View
    value: float
    card: Card
    digits: int | None = None

    def __html__(self) -> str:
        """The button, with as many digits as the number needs."""
        return self.view.opened(typeset.number(self.view.lang, self.value, self.digits), self.card)

    def __html_format__(self, spec: str) -> str:
        """The button, with the digits that the sentence asks for by `spec`."""
        if not spec:
            return self.__html__()
        shown = format(self.value, spec).replace("-", "\u2212")
        return self.view.opened(shown, self.card)


@dataclass
class View:
    """One page in one language over one observatory."""

    seen: Observatory
    lang: str
    path: str
    """Without language and suffix: `hubs/beijing`."""
    origins: Origins = field(default_factory=Origins)
    nav: str = ""
    """The section of the site that the page belongs to."""

    @property
    def root(self) -> str:
        """The way up to the folder of the site."""
        return "../" * (1 + self.path.count("/"))

    @property
    def html_lang(self) -> str:
        """The language tag of the page."""
        return "zh-CN" if self.lang == "zh" else "en"

    @property
    def other(self) -> str:
        """The other language."""
        return "en" if self.lang == "zh" else "zh"

    def to(self, path: str, suffix: str = ".html", lang: str = "") -> str:
        """A relative link to a page of the site."""
        name, _, fragment = path.partition("#")
        return f"{self.root}{lang or self.lang}/{name}{suffix}{'#' + fragment if fragment else ''}"

    def t(self, key: str, **values: Any) -> Markup:
        """Words of the portal; `values` may be markup."""
        text = Markup.escape(say(self.lang, f"portal.{key}"))
        return text.format(**values) if values else text

    def word(self, key: str, **values: Any) -> Markup:
        """Words of any room by their full key."""
        text = Markup.escape(say(self.lang, key))
        return text.format(**values) if values else text

    def head(self, key: str) -> str:
        """Words at the head of a column: with a capital where the language has them."""
        text = say(self.lang, key)
        return text[:1].upper() + text[1:]

    def data_words(self, text: str) -> str:
        """Words that stand in the data, in the language of the page where they have any."""
        return self.seen.data_words(text, self.lang)

    def hub(self, hub: str) -> str:
        """The hub's name."""
        return self.seen.hub_name(hub, self.lang)

    def hub_link(self, hub: str) -> Markup:
        """The hub's name as a link to its page, where it has one."""
        if hub not in self.seen.shown_hubs:
            return Markup.escape(self.hub(hub))
        return Markup('<a href="{}">{}</a>').format(self.to(f"hubs/{hub}"), self.hub(hub))

    def indicator_link(self, ident: str) -> Markup:
        """The indicator's name as a link to its page; the name alone of a whole force."""
        if ident in FORCES:
            return self.word(f"nouns.force_name.{ident}")
        if ident not in self.seen.catalogue:
            return Markup.escape(ident)
        name = self.seen.catalogue[ident].name.in_(self.lang)
        return Markup('<a href="{}">{}</a>').format(self.to(f"indicators/{ident}"), name)

    def opened(self, text: str, card: Card, classes: str = "n") -> Markup:
        """`text` as a button that opens its origin; no script."""
        narrow = " s" if len(text) < 2 else ""
        return Markup('<button type="button" class="{}{}" popovertarget="o{}">{}</button>').format(
            classes, narrow, self.origins.card(card), text
        )

    def number(self, o: Observation, *, unit: bool = True) -> Markup:
        """An observed value with its unit, opening its origin."""
        text = (
            typeset.quantity(self.lang, o.value, o.unit)
            if unit
            else typeset.number(self.lang, o.value * typeset.SCALED.get((self.lang, o.unit), 1))
        )
        return self.opened(text, self.observation_card(o), _status_class(o))

    def observation_card(self, o: Observation) -> Card:
        """The card of an observation."""
        link = self.to(f"indicators/{o.indicator}") if o.indicator in self.seen.catalogue else ""
        return cards.observation_card(o, self.seen, self.lang, link)

    def indexed(
        self, text: str, step: str = "score", classes: str = "n", *, hub: str = "", force: str = ""
    ) -> Markup:
        """A number of the index, opening its recipe and the values of `hub` that it is made of."""
        return self.opened(text, self.index_card(step, hub, force), classes)

    def index_card(self, step: str, hub: str = "", force: str = "") -> Card:
        """The card of the index for one of its steps."""
        made_of = [
            cards.input_row(o, self.seen, self.lang, self.to(f"indicators/{o.indicator}"))
            for o in self.seen.rests_on(hub, force)
        ]
        return cards.index_card(self.seen, self.lang, self.to("methods"), step, made_of)

    def counted(self, value: float, what: str, to: str = "methods") -> Markup:
        """A count over the store."""
        card = cards.count_card(what, self.seen, self.lang, self.to(to))
        return self.opened(typeset.number(self.lang, value), card)

    def judged(self, text: str, verdict: Verdict) -> Markup:
        """A number of a verdict, opening what it rests on."""
        return self.opened(text, self.verdict_card(verdict))

    def verdict_card(self, verdict: Verdict) -> Card:
        """The card of a verdict."""
        return cards.verdict_card(
            verdict, self.asked(verdict), self.seen, self.lang, self.to("methods#verdicts")
        )

    def asked(self, verdict: Verdict) -> Element | None:
        """The plan element whose target the verdict judges."""
        for pair in self.seen.plans.values():
            if verdict.plan == pair.doc and (e := pair.in_(self.lang).find(verdict.target)):
                return e
        return None

    def target(self, asked: Element) -> Markup:
        """What a target asks for, opening its sentence."""
        return self.opened(self.target_text(asked), self.target_card(asked))

    def pair(self, element: Element) -> PlanPair:
        """The plan document that this very element is of."""
        return next(
            p
            for p in self.seen.plans.values()
            if any(e is element for e in p.in_(self.lang).elements)
        )

    def target_card(self, asked: Element) -> Card:
        """The card of a target: its sentence and place in the plan."""
        pair = self.pair(asked)
        link = self.to(f"plans/{pair.doc}#{asked.id}")
        return cards.target_card(asked, pair.in_(self.lang), self.lang, link, self.seen.run)

    def target_text(self, asked: Element) -> str:
        """What it asks for: "about 6%", "more than 800 billion CNY", or an order."""
        target = asked.target
        if target is None or target.quantity is None:
            return say(self.lang, "portal.operator.ordinal")
        text = self.asked_quantity(asked, target.quantity)
        if target.upper is not None:
            text += "–" + self.asked_quantity(asked, target.upper)
        key = f"portal.operator.{target.operator}"
        return say(self.lang, key, n=text)

    def asked_quantity(self, asked: Element, value: float) -> str:
        """A target's number in its indicator's unit, or in its own where they do not convert."""
        target = asked.target
        assert target is not None
        verdict = self.seen.verdict(self.pair(asked).doc, asked.id)
        own = self.seen.catalogue.get(verdict.indicator or "") if verdict else None
        same = in_unit(value, target.unit, own.unit, target.indicator) if own else None
        if own is None or same is None:
            return typeset.quantity(self.lang, value, target.unit)
        return typeset.quantity(self.lang, same, own.unit)

    def reason(self, verdict: Verdict) -> Markup:
        """The verdict's reason, each of its numbers opening what it rests on."""
        card = self.verdict_card(verdict)
        unit = verdict.latest.unit if verdict.latest else ""
        own = self.seen.catalogue.get(verdict.indicator or "")
        unit = unit or (own.unit if own else "")
        values: dict[str, Any] = {}
        for key, value in verdict.reason_values.items():
            if key in AMOUNTS:
                text = typeset.quantity(self.lang, float(value), unit)
                values[key] = self.opened(text, card)
            elif key == "status":
                values[key] = self.word(f"nouns.status.{value}")
            elif "year" in key and key != "years_early":
                values[key] = Markup("<time>{}</time>").format(value)
            elif isinstance(value, str):
                values[key] = value
            else:
                values[key] = Figure(self, value, card)
        return self.word(verdict.reason, **values)


def _status_class(o: Observation) -> str:
    return (
        "n"
        if o.status == "reported" and o.current
        else f"n {o.status}" + ("" if o.current else " old")
    )
