"""Everything the portal shows, gathered once; the portal itself computes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from hubscope.errors import HubscopeError
from hubscope.nouns import Hub, Indicator, Observation, Origin, Verdict, Words
from hubscope.portal.scores import Index
from hubscope.portal.tree import PlanPair, read_version
from hubscope.words import LANGUAGES
from hubscope.words.phrases import Phrases, phrases

if TYPE_CHECKING:
    from hubscope.store import Store
    from hubscope.workspace import PlanDocument, Workspace

DATA = frozenset(
    {
        *("plan", "evidence", "plan-history", "plan-words", "figures", "observations", "index"),
        *("verdicts", "found", "inflow", "patent_fields_by_hub", "unplaced"),
    }
)
"""The artifacts that pages show; pages and briefs are artifacts too, and no part of a run."""


@dataclass(frozen=True)
class Observatory:
    """One observatory: hubs, catalogue, observations, plans, index, verdicts and their hashes."""

    name: Words
    focus: str
    hubs: Mapping[str, Hub]
    catalogue: Mapping[str, Indicator]
    observations: tuple[Observation, ...]
    plans: Mapping[str, PlanPair] = field(default_factory=dict)
    index: Index | None = None
    verdicts: tuple[Verdict, ...] = ()
    evidence: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    """News items beside each plan document (plan/evidence/rows.py)."""
    plan_history: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The plan documents of each hub over time (plan/history.py)."""
    plan_words: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What each plan stresses against the others, by language (plan/keyness.py)."""
    chains: tuple[Mapping[str, Any], ...] = ()
    """The report of each chain (chains/report.py)."""
    linkage: Mapping[str, Any] = field(default_factory=dict)
    """What joins research and industry (job/linkage.py)."""
    found: Mapping[str, Any] = field(default_factory=dict)
    """Hubs found by density (job/found.py)."""
    inflow: tuple[Mapping[str, Any], ...] = ()
    """Where the authors who came to each hub were before (job/breakdowns.py)."""
    patent_fields: tuple[Mapping[str, Any], ...] = ()
    """Each hub's patent families by WIPO's field (job/breakdowns.py)."""
    unplaced: tuple[Mapping[str, Any], ...] = ()
    """What could not be placed of each hub's works and patents, by year (job/breakdowns.py)."""
    artifacts: Mapping[str, str] = field(default_factory=dict)
    """Hash of each artifact of the store."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """Hash of each file that went in."""
    run: str = ""
    """Hash over all artifacts: the same data, the same run."""
    address: str = ""
    """Where the site stands on the web, if the workspace says so."""
    calls: str = ""
    """Where the workspace's calls are read, up to the language; empty where there are none."""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The workspace's words by phrase by language, for phrases that stand in the data."""

    @cached_property
    def by_hub(self) -> dict[str, tuple[Observation, ...]]:
        """Observations by hub."""
        return _grouped((o.hub, o) for o in self.observations)

    @cached_property
    def by_indicator(self) -> dict[str, tuple[Observation, ...]]:
        """Observations by indicator."""
        return _grouped((o.indicator, o) for o in self.observations)

    @cached_property
    def _reporters(self) -> dict[str, str]:
        return {o.origin.url: o.origin.producer for o in self.observations if o.origin.line}

    def producer(self, origin: Origin) -> str:
        """Who reported the figures: of a derived value, those whose figures it is derived from."""
        if origin.line:
            return origin.producer
        return self._reporters.get(origin.url, origin.producer)

    @cached_property
    def _phrases(self) -> dict[str, Phrases]:
        return {lang: phrases(lang, self.words.get(lang, {})) for lang in LANGUAGES}

    def data_words(self, text: str, lang: str) -> str:
        """A note, producer, licence, source or formula in `lang`; as it stands if it has no words.

        All or nothing: a text of which only a part has words stays whole in its own language.
        """
        return self._phrases[lang].of(text) or text

    @cached_property
    def _verdicts(self) -> dict[tuple[str, str], Verdict]:
        return {(v.plan, v.target): v for v in self.verdicts}

    def verdict(self, doc: str, target: str) -> Verdict | None:
        """The verdict on a target of a plan document."""
        return self._verdicts.get((doc, target))

    @cached_property
    def shown_hubs(self) -> tuple[str, ...]:
        """Hubs that have a page: ranked ones first, then those with observations or a plan."""
        ranked = [h.hub for h in self.index.ranked()] if self.index else []
        others = [h for h in self.hubs if h in self.by_hub and h not in ranked]
        return tuple(dict.fromkeys([*ranked, self.focus, *others]))

    @cached_property
    def inside_hubs(self) -> frozenset[str]:
        """Hubs with a table of arrivals, of patents by field, or of what could not be placed."""
        tables = (*self.inflow, *self.patent_fields, *self.unplaced)
        return frozenset(t["hub"] for t in tables) & {*self.shown_hubs}

    @cached_property
    def shown_indicators(self) -> tuple[str, ...]:
        """Indicators of the catalogue, those with observations first."""
        return tuple(sorted(self.catalogue, key=lambda i: (i not in self.by_indicator,)))

    def rests_on(self, hub: str, force: str = "") -> tuple[Observation, ...]:
        """The observations that a hub's score, or its score in one force, is made of."""
        if self.index is None:
            return ()
        years = self.index.inputs.get(hub, {})
        cover = self.index.coverage
        codes = cover[force].codes if force in cover else years
        return tuple(
            o
            for o in self.by_hub.get(hub, ())
            if o.current and o.indicator in codes and years.get(o.indicator) == o.year
        )

    def plan_of(self, hub: str) -> PlanPair | None:
        """The first plan of `hub`."""
        return next((p for p in self.plans.values() if p.hub == hub), None)

    def hub_name(self, hub: str, lang: str) -> str:
        """The hub's name in `lang`."""
        return self.hubs[hub].name.in_(lang) if hub in self.hubs else hub


def _grouped(pairs: Iterable[tuple[str, Observation]]) -> dict[str, tuple[Observation, ...]]:
    groups: dict[str, list[Observation]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return {k: tuple(v) for k, v in groups.items()}


def load(workspace: Workspace, store: Store) -> Observatory:
    """What the store of `workspace` holds now.

    Raises:
        HubscopeError: if no observations have been stored yet, naming the verb that makes them.
    """
    from hubscope.indicators import load_catalogue, observations
    from hubscope.portal.calls.mount import calls_link
    from hubscope.progress import from_json

    manifest = store.manifest()
    if "observations" not in manifest.artifacts:
        raise HubscopeError(
            f"the store {store.root} has no observations yet",
            hint=f"run the job in {workspace.root} first",
        )
    has = manifest.artifacts.__contains__
    own = workspace.settings.indicators
    hashes = {n: a.sha256 for n, a in sorted(manifest.artifacts.items()) if n in DATA}
    settings = workspace.settings
    return Observatory(
        name=Words(settings.name.zh, settings.name.en),
        focus=settings.focus,
        hubs=workspace.hubs,
        catalogue=load_catalogue(workspace.root / own if own else None),
        observations=tuple(observations(store.table("observations"))),
        plans=read_plans(store.json("plan"), settings.plan) if has("plan") else {},
        evidence=store.json("evidence") if has("evidence") else {},
        plan_history=store.json("plan-history") if has("plan-history") else {},
        plan_words=store.json("plan-words") if has("plan-words") else {},
        index=Index.model_validate(store.json("index")) if has("index") else None,
        verdicts=tuple(from_json(store.json("verdicts"))) if has("verdicts") else (),
        chains=tuple(store.json("chains")) if has("chains") else (),
        linkage=store.json("linkage") if has("linkage") else {},
        found=store.json("found") if has("found") else {},
        inflow=tuple(store.json("inflow")) if has("inflow") else (),
        patent_fields=tuple(store.json("patent_fields_by_hub"))
        if has("patent_fields_by_hub")
        else (),
        unplaced=tuple(store.json("unplaced")) if has("unplaced") else (),
        artifacts=hashes,
        inputs={
            file: digest
            for step in manifest.steps.values()
            if DATA & set(step.artifacts)
            for file, digest in step.inputs.items()
            if "." in file
        },
        run=run_of(hashes),
        address=settings.address.rstrip("/"),
        calls=calls_link(workspace.root),
        words=workspace.words,
    )


def read_plans(body: Mapping[str, Any], documents: Iterable[PlanDocument]) -> dict[str, PlanPair]:
    """The plan artifact as pairs of plans; `documents` are the workspace's own words on them."""
    return {
        d.id: PlanPair(
            d.id,
            d.hub,
            {lang: read_version(d.id, lang, v) for lang, v in body[d.id].items() if v},
            Words(d.note.zh, d.note.en) if d.note else None,
            d.licence,
            d.full_text,
        )
        for d in documents
        if body.get(d.id)
    }


def run_of(hashes: Mapping[str, str]) -> str:
    """Twelve hex digits that stand for these artifacts."""
    return sha256("".join(f"{k}={v};" for k, v in sorted(hashes.items())).encode()).hexdigest()[:12]
