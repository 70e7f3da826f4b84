"""The data API: the same values as the pages, as JSON under /api/v1."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, Field

from hubscope.errors import HubscopeError, nearest
from hubscope.nouns import Observation
from hubscope.portal import answers
from hubscope.portal.observatory import Observatory
from hubscope.portal.scores import Index
from hubscope.portal.served import Source

MOST = 1000
"""Observations in one answer."""


class NotFoundError(HubscopeError):
    """The address names nothing that exists."""


def _seen(request: Request) -> Observatory:
    source: Source = request.app.state.source
    return source.now().seen


Seen = Annotated[Observatory, Depends(_seen)]
Name = Annotated[str, Path(max_length=100, description="an id")]
PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"model": answers.Problem, "content": {"application/problem+json": {}}}
    for code in (404, 422)
}
api = APIRouter(prefix="/api/v1", responses=PROBLEMS)


@api.get("/hubs", summary="All hubs")
def hubs(seen: Seen) -> list[answers.HubAnswer]:
    """Every hub with its place in the index."""
    return [answers.hub_answer(h, seen) for h in seen.hubs.values()]


@api.get("/hubs/{ident}", summary="One hub")
def hub(ident: Name, seen: Seen) -> answers.HubAnswer:
    """One hub with its score, rank and ranges."""
    if ident not in seen.hubs:
        raise NotFoundError(f"there is no hub {ident!r}", hint=nearest(ident, seen.hubs))
    return answers.hub_answer(seen.hubs[ident], seen)


@api.get("/indicators", summary="The catalogue")
def indicators(seen: Seen) -> list[answers.IndicatorAnswer]:
    """Every indicator."""
    return [answers.indicator_answer(d, seen) for d in seen.catalogue.values()]


@api.get("/indicators/{ident}", summary="One indicator")
def indicator(ident: Name, seen: Seen) -> answers.IndicatorAnswer:
    """One indicator with its definition, formula and query."""
    if ident not in seen.catalogue:
        raise NotFoundError(f"there is no indicator {ident!r}", hint=nearest(ident, seen.catalogue))
    return answers.indicator_answer(seen.catalogue[ident], seen)


class Wanted(BaseModel):
    """Which observations an answer gives."""

    hub: str | None = Field(None, max_length=100, description="id of a hub")
    indicator: str | None = Field(None, max_length=100, description="id of an indicator")
    year: int | None = Field(None, ge=1000, le=9999)
    vintage: Literal["current", "all"] = "current"
    limit: int = Field(100, ge=1, le=MOST)
    offset: int = Field(0, ge=0, le=10_000_000)

    def takes(self, o: Observation) -> bool:
        """Whether `o` is among them."""
        return (
            self.hub in (None, o.hub)
            and self.indicator in (None, o.indicator)
            and self.year in (None, o.year)
            and (self.vintage == "all" or o.current)
        )


@api.get("/observations", summary="Observations")
def observations(seen: Seen, wanted: Annotated[Wanted, Query()]) -> answers.ObservationPage:
    """Observations by hub, indicator, year and vintage; an unknown name is an error."""
    if wanted.hub is not None and wanted.hub not in seen.hubs:
        raise NotFoundError(f"there is no hub {wanted.hub!r}", hint=nearest(wanted.hub, seen.hubs))
    if wanted.indicator is not None and wanted.indicator not in seen.catalogue:
        raise NotFoundError(
            f"there is no indicator {wanted.indicator!r}",
            hint=nearest(wanted.indicator, seen.catalogue),
        )
    found = [o for o in seen.observations if wanted.takes(o)]
    shown = found[wanted.offset : wanted.offset + wanted.limit]
    return answers.ObservationPage(
        total=len(found),
        limit=wanted.limit,
        offset=wanted.offset,
        observations=[answers.observation_answer(o, seen) for o in shown],
    )


@api.get("/index", summary="The index")
def index(seen: Seen) -> Index:
    """The recipe, the scores and ranks with their ranges, coverage, sensitivity and sweep."""
    if seen.index is None:
        raise NotFoundError("there is no index yet", hint="run the job in the workspace first")
    return seen.index


@api.get("/plan/{doc}", summary="One plan")
def plan(doc: Name, seen: Seen) -> answers.PlanAnswer:
    """The elements of a plan with their sentences, in both languages."""
    if doc not in seen.plans:
        raise NotFoundError(f"there is no plan {doc!r}", hint=nearest(doc, seen.plans))
    return answers.plan_answer(seen.plans[doc])


@api.get("/verdicts", summary="Verdicts")
def verdicts(seen: Seen) -> list[answers.VerdictAnswer]:
    """Verdicts on targets and what they rest on."""
    return [answers.verdict_answer(v, seen) for v in seen.verdicts]


@api.get("/manifest", summary="The run")
def manifest(seen: Seen) -> answers.ManifestAnswer:
    """The run and the hashes of its files."""
    return answers.manifest_answer(seen)
