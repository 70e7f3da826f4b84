"""One file a kind of page: what it shows and the rows of its .csv and .json."""

from __future__ import annotations

from collections.abc import Iterator

from hubscope.portal.observatory import Observatory
from hubscope.portal.sheet import Sheet
from hubscope.portal.sheets import (
    about,
    api,
    chains,
    downloads,
    evidence,
    found,
    home,
    hub,
    indicator,
    inside,
    methods,
    plan,
    series,
    source,
    stress,
)


def sheets(seen: Observatory) -> Iterator[Sheet]:
    """Every page of the site, once for both languages."""
    yield home.sheet()
    yield from (hub.sheet(h) for h in seen.shown_hubs)
    yield from (inside.sheet(h) for h in seen.shown_hubs if h in seen.inside_hubs)
    if seen.found:
        yield found.sheet()
    yield from (plan.sheet(p) for p in seen.plans.values())
    yield from (s for p in seen.plans.values() for s in source.sheets(p))
    yield from (series.sheet(h) for h in seen.plan_history)
    yield from (stress.sheet(p) for p in seen.plans.values() if seen.plan_words.get(p.doc))
    yield from (evidence.sheet(p) for p in seen.plans.values() if seen.evidence.get(p.doc))
    yield indicator.listing()
    yield from (indicator.sheet(seen.catalogue[i]) for i in seen.shown_indicators)
    yield from chains.sheets(seen)
    yield methods.sheet()
    yield about.sheet()
    yield api.sheet()
    yield downloads.sheet()
