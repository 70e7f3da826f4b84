"""`hubscope hubs find|show`: hubs found by density, and the institutions of those in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hubscope.cli.here import HERE, JsonOption, WorkspaceOption, read_context
from hubscope.cli.talk import Voice

if TYPE_CHECKING:
    from hubscope.job.steps import Context

SOURCES = Voice("sources")

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=SOURCES.told("hubs"))


def register(parent: typer.Typer) -> None:
    """Add the verbs to `parent`."""
    parent.add_typer(app, name="hubs")


def _points(context: Context) -> tuple[tuple[Any, Any, Any], list[str | None]]:
    """Latitude, longitude and fractional works of every point with an institution, and its city."""
    from hubscope.job.works import sites, works_engine

    with works_engine(context) as engine:
        engine.give(
            "where_they_are",
            sites(context).select(["institution", "latitude", "longitude", "city"]),
        )
        table = engine.rows(
            "SELECT latitude, longitude, min(city) AS city, sum(weight) AS weight FROM authorships "
            "JOIN where_they_are USING (institution) WHERE latitude IS NOT NULL "
            "GROUP BY latitude, longitude ORDER BY latitude, longitude",
            "hubs find",
        )
    lat, lon, weight = (table[c].to_numpy() for c in ("latitude", "longitude", "weight"))
    return (lat, lon, weight), table["city"].to_pylist()


@app.command("find", help=SOURCES.told("hubs_find"))
def find(
    workspace: WorkspaceOption = HERE,
    *,
    radius: Annotated[float, typer.Option(help=SOURCES.told("radius"))] = 15.0,
    minimum: Annotated[float, typer.Option(help=SOURCES.told("minimum"))] = 4500.0,
    merge: Annotated[float, typer.Option(help=SOURCES.told("merge"))] = 0.0,
    sensitivity: Annotated[
        bool, typer.Option("--sensitivity", help=SOURCES.told("sensitivity"))
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Find density clusters of the places of the works' institutions."""
    from dataclasses import asdict

    from hubscope.cli.talk import show_json, table
    from hubscope.places import clusters

    points, names = _points(read_context(workspace))
    if sensitivity:
        standings = clusters.sensitivity(
            *points,
            radii=(radius * 2 / 3, radius, radius * 4 / 3),
            minima=(minimum / 2, minimum, minimum * 2),
            radius_km=radius,
            minimum=minimum,
            names=names,
        )
        if as_json:
            show_json([asdict(s) for s in standings])
            return
        head = [SOURCES.said(f"column.{c}") for c in ("rank", "name", "range", "lost")]
        table(
            head, [[str(s.rank), s.name, f"{s.highest}-{s.lowest}", str(s.lost)] for s in standings]
        )
        return
    found = clusters.find_clusters(
        *points, radius_km=radius, minimum=minimum, merge_km=merge, names=names
    )
    if as_json:
        show_json([asdict(c) for c in found.clusters])
        return
    columns = ("rank", "name", "country", "weight", "share", "places", "per_head", "cities")
    table(
        [SOURCES.said(f"column.{c}") for c in columns],
        [
            [
                str(c.number + 1), c.name, c.country, f"{c.weight:.0f}", f"{c.share:.2%}",
                str(c.places), "" if c.per_head is None else f"{1000 * c.per_head:.2f}",
                ", ".join(f"{city} {share:.0%}" for city, share in c.cities[:3]),
            ]
            for c in found.clusters
        ],
    )  # fmt: skip
    inside = sum(c.share for c in found.clusters)
    SOURCES.tell("found", count=len(found.clusters), share=inside, noise=1 - inside)


@app.command("show", help=SOURCES.told("hubs_show"))
def show(workspace: WorkspaceOption = HERE, as_json: JsonOption = False) -> None:
    """Show how many institutions lie in each hub of the workspace, and by which rule."""
    from collections import Counter

    from hubscope.cli.talk import show_json, table
    from hubscope.job.works import members, sites

    context = read_context(workspace)
    rows = members(context).to_pylist()
    if as_json:
        show_json(rows)
        return
    counts = Counter((r["hub"], r["how"]) for r in rows)
    table(
        [SOURCES.said(f"column.{c}") for c in ("hub", "how", "institutions")],
        [[hub, how, str(n)] for (hub, how), n in sorted(counts.items())],
    )
    every = context.store.table("works_institutions").num_rows
    inside = len({r["institution"] for r in rows})
    SOURCES.tell("members", placed=sites(context).num_rows, institutions=every, inside=inside)
