"""Basic research and industry: joint papers, patents that cite papers, lag and local share.

From plain tables, so that they may come from the store, from Reliance on Science or from a city's
own lists. A field without any paper or patent has no share: it is missing, not 0.
"""

from __future__ import annotations

import polars as pl


def joint_papers(authorships: pl.DataFrame) -> pl.DataFrame:
    """University-industry co-publications.

    Args:
        authorships: work, field, place, type of the institution (ROR: education, company ...), one
            row for each affiliation.

    Returns:
        place, field, papers, joint (with at least one company and one education author, either of
        them in the place), share.
    """
    mixed = authorships.group_by("work").agg(
        (pl.col("type") == "company").any().alias("company"),
        (pl.col("type") == "education").any().alias("education"),
    )
    once = authorships.select("work", "field", "place").unique(maintain_order=True)
    both = once.join(mixed.with_columns(joint=pl.col("company") & pl.col("education")), on="work")
    return (
        both.group_by("place", "field")
        .agg(pl.len().alias("papers"), pl.col("joint").sum())
        .with_columns((pl.col("joint") / pl.col("papers")).alias("share"))
        .sort("place", "field")
    )


def citing_patents(
    patents: pl.DataFrame, papers: pl.DataFrame, pairs: pl.DataFrame
) -> pl.DataFrame:
    """How far patents rest on science, and on science of the same place.

    Marx and Fuegi 2020, 10.1002/smj.3145.

    Args:
        patents: patent, place, field, year; one row for each place of its applicants.
        papers: paper, place, year; one row for each place of its authors.
        pairs: patent, paper; each once.

    Returns:
        place, field, patents, citing (with at least one paper), share, lag (mean years from paper
        to patent over pairs), local (share of cited papers with an author in the place), cited
        (papers cited whose place is known).
    """
    dated = papers.group_by("paper").agg(
        pl.col("year").first().alias("paper_year"), pl.col("place")
    )
    joined = pairs.unique(maintain_order=True).join(
        dated.rename({"place": "paper_places"}), on="paper"
    )
    reach = patents.join(joined, on="patent", how="left")
    cites = pl.col("paper").is_not_null()
    local = pl.col("paper_places").list.contains(pl.col("place"))
    known = pl.col("paper_places").list.len() > 0
    return (
        reach.group_by("place", "field")
        .agg(
            pl.col("patent").n_unique().alias("patents"),
            pl.col("patent").filter(cites).n_unique().alias("citing"),
            (pl.col("year") - pl.col("paper_year")).filter(cites).mean().alias("lag"),
            local.filter(cites & known).mean().alias("local"),
            known.filter(cites).sum().alias("cited"),
        )
        .with_columns((pl.col("citing") / pl.col("patents")).alias("share"))
        .select("place", "field", "patents", "citing", "share", "lag", "local", "cited")
        .sort("place", "field")
    )


def gap_to_peers(found: pl.DataFrame, place: str, measure: str) -> pl.DataFrame:
    """`place` against the other places, field by field.

    Args:
        found: place, field and `measure`.
        place: the place looked at.
        measure: the column compared.

    Returns:
        field, own, peers (median of the others that have a value), best, best_place, gap (own minus
        peers); null where the place or all others have no value.
    """
    own = found.filter(pl.col("place") == place).select("field", pl.col(measure).alias("own"))
    others = found.filter((pl.col("place") != place) & pl.col(measure).is_not_null())
    peers = others.group_by("field").agg(
        pl.col(measure).median().alias("peers"),
        pl.col(measure).max().alias("best"),
        pl.col("place")
        .sort_by(measure, "place", descending=[True, False])
        .first()
        .alias("best_place"),
    )
    both = own.join(peers, on="field", how="full", coalesce=True)
    return both.with_columns((pl.col("own") - pl.col("peers")).alias("gap")).sort("field")
