"""Results as files: one CSV a step, scores, ranks and a log; the same for ranges and diagnoses.

CSV files have the unit first, one column a code, full precision, and an empty cell for a missing
value. A run replaces the files of an earlier run in the same folder and touches no others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from hubscope.cells import safe_text
from hubscope.errors import BadDataError, DiskFullError, NotPermittedError
from hubscope.index.build import Build
from hubscope.index.compare import Comparison, remove_elements
from hubscope.index.diagnose import (
    availability,
    denominator_correlations,
    flags,
    main_effect,
    statistics,
)
from hubscope.index.factorise import components, correlation
from hubscope.index.relate import (
    adequacy,
    clusters,
    correlation_of,
    correlations,
    cronbach,
    table_of,
    within_groups,
)
from hubscope.index.sensitivity import Sensitivity
from hubscope.index.sheets import Columns
from hubscope.index.uncertainty import Uncertainty
from hubscope.index.weight import effective


def csv_text(columns: Mapping[str, Any], *, whole: Sequence[str] = ()) -> str:
    """Columns as CSV text; `whole` names columns of ranks, written without a decimal point."""
    import polars as pl

    frame = pl.DataFrame({k: _plain(v) for k, v in columns.items()})
    floats = [c for c in frame.columns if frame[c].dtype in {pl.Float64, pl.Float32}]
    frame = frame.with_columns(pl.col(floats).fill_nan(None)) if floats else frame
    ranks = [c for c in whole if c in frame.columns]
    frame = frame.with_columns(pl.col(ranks).cast(pl.Int64)) if ranks else frame
    inert = pl.col(pl.String).map_elements(_inert, return_dtype=pl.String)
    text: str = frame.with_columns(inert).write_csv()
    return text


def _inert(text: str) -> str:
    """A text that no spreadsheet runs; a direction of + or - is no formula."""
    return text if len(text) == 1 else safe_text(text)


def _plain(values: Any) -> Any:
    return np.asarray(values) if isinstance(values, np.ndarray) else list(values)


def json_text(value: Any) -> str:
    """A JSON document; NaN becomes null, infinity "inf", arrays become lists."""
    return json.dumps(_clean(value), ensure_ascii=False, indent=1) + "\n"


def _clean(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _clean(v) for k, v in value.items()}
    if isinstance(value, np.ndarray):
        return _clean(value.tolist())
    if isinstance(value, list | tuple):
        return [_clean(v) for v in value]
    if isinstance(value, np.generic):
        return _clean(value.item())
    if isinstance(value, float) and not np.isfinite(value):
        return None if np.isnan(value) else str(value)
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def write(folder: Path, files: Mapping[str, str], record: str) -> list[Path]:
    """Write the files into `folder` together; stale ones that `record` listed before go away.

    Each file is written beside its place and then moved there, so that a reader never sees half.
    """
    stale = _recorded(folder / record) - set(files)
    for name, text in files.items():
        place(folder / name, text.encode())
    with _refused(folder):
        for name in stale:
            (folder / name).unlink(missing_ok=True)
    return [folder / name for name in files]


def place(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there."""
    with _refused(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(content)
        part.replace(path)


@contextmanager
def _refused(path: Path) -> Iterator[None]:
    """Say a refusal of the file system in the words of errors.py."""
    try:
        yield
    except OSError as error:
        kind = DiskFullError if error.errno == 28 else NotPermittedError
        raise kind(f"{path} cannot be written: {error.strerror}") from error


def _recorded(path: Path) -> set[str]:
    try:
        names = json.loads(path.read_text("utf-8")).get("files", [])
    except (OSError, ValueError, AttributeError):
        return set()
    return {n for n in names if isinstance(n, str) and "/" not in n and "\\" not in n}


def build_files(build: Build) -> dict[str, str]:
    """`NN_<step>.csv` for every step, scores.csv, ranks.csv and log.json, as texts by name."""
    made, names = {}, []
    for number, step in enumerate(build.recipe.steps, 1):
        names.append(f"{number:02d}_{step.do}.csv")
        made[names[-1]] = csv_text(build.columns(step.label))
    made["scores.csv"] = csv_text(build.columns("scores"))
    made["ranks.csv"] = csv_text(build.columns("ranks"), whole=build.codes)
    made["log.json"] = json_text({**log_of(build), "files": [*made, "log.json"]})
    return made


def log_of(build: Build) -> dict[str, Any]:
    """What was done and found: recipe with hash, data fingerprint, steps, weights, unknowns."""
    return {
        "recipe_hash": build.recipe.hash,
        "recipe": [s.table for s in build.recipe.steps],
        "data_sha256": build.data.fingerprint,
        "units": len(build.units),
        "indicators": len(build.framework.indicators),
        "scale": build.scale,
        "steps": [
            {
                "number": e.number,
                "do": e.do,
                "options": e.options,
                "units": e.units,
                "missing": e.missing,
                "notes": e.notes,
                "sha256": e.sha256,
                "audit": e.audit,
            }
            for e in build.log
        ],
        "weights": build.last.weights,
        "effective_weights": effective(build.framework, build.weights),
        "unknown": {c: int(np.isnan(s).sum()) for c, s in build.scores.items()},
    }


def _square(units: Sequence[str], columns: Sequence[str], table: Any) -> Columns:
    return {"unit": list(units), **dict(zip(columns, np.asarray(table).T, strict=True))}


def uncertainty_files(made: Uncertainty) -> dict[str, str]:
    """Ranges, rank probabilities and pair probabilities, with what was varied, as texts."""
    n = len(made.units)
    ranks = [c for c in made.columns() if c.startswith("rank")][:3]
    files = {"uncertainty.csv": csv_text(made.columns(), whole=ranks)}
    if n <= 2000 and not made.nominal.times:
        places = [str(i) for i in range(1, n + 1)]
        files["rank_probabilities.csv"] = csv_text(
            _square(made.units, places, made.rank_probabilities)
        )
        files["pair_probabilities.csv"] = csv_text(
            _square(made.units, made.units, made.pair_probabilities)
        )
    head = {
        "recipe_hash": made.nominal.recipe.hash,
        "factors": [_told(f) for f in made.factors],
        "draws": made.draws,
        "seed": made.seed,
        "level": made.level,
        "align": made.align,
    }
    files["uncertainty.json"] = json_text({**head, "files": [*files, "uncertainty.json"]})
    return files


def _told(factor: Any) -> dict[str, str]:
    return {"factor": factor.label, "kind": type(factor).__name__}


def sensitivity_files(made: Sensitivity) -> dict[str, str]:
    """Indices of the mean rank shift, of every unit and of the pairs asked for, as texts."""
    rows: dict[str, list[Any]] = {}
    for part in (made.shift, made.units, made.pairs):
        for name, values in part.columns().items():
            rows.setdefault(name, []).extend(np.asarray(values).tolist())
    files = {"sensitivity.csv": csv_text(rows)}
    head = {
        "recipe_hash": made.nominal.recipe.hash,
        "factors": [_told(f) for f in made.factors],
        "runs": made.runs,
        "exact": made.exact,
        "level": made.level,
        "mean_rank_shift": made.mean_shift,
    }
    files["sensitivity.json"] = json_text({**head, "files": [*files, "sensitivity.json"]})
    return files


def diagnose_files(build: Build) -> dict[str, str]:
    """Statistics, availability, correlations, reliability, weights and removals, as texts."""
    framework, x = build.framework, build.last.values
    codes = framework.indicators
    pairs = within_groups(x, codes, framework, 2)
    files = {
        "statistics.csv": csv_text(statistics(build.data.values, codes)),
        "availability.csv": csv_text(availability(build.data, framework)),
        "denominators.csv": csv_text(denominator_correlations(build.data, framework)),
        "correlations.csv": csv_text(table_of(correlations(x), codes)),
        "flags.csv": csv_text(flags(pairs, 0.9, -0.4)),
        "groups.csv": csv_text(group_table(build)),
        "weights.csv": csv_text(weight_table(build)),
    }
    structure = (("components.csv", component_table), ("clusters.csv", cluster_table))
    files |= {name: csv_text(t) for name, made in structure if (t := made(build))}
    if framework.top_level > 1 and build.scores:
        files["removal.csv"] = csv_text(remove_elements(build, 1).columns())
    names = [*files, "diagnose.json"]
    return {**files, "diagnose.json": json_text({"recipe_hash": build.recipe.hash, "files": names})}


def group_table(build: Build) -> Columns:
    """One row a group of indicators: reliability and fitness for factor analysis."""
    framework, x = build.framework, build.last.values
    place = {c: i for i, c in enumerate(framework.indicators)}
    rows: Columns = {k: [] for k in ("code", "indicators", "alpha", "kmo", "bartlett", "p", "vif")}
    for head in framework.aggregates:
        own = [place[c] for c in framework.leaves(head) if c in place]
        if len(own) < 2:
            continue
        rows["code"].append(head)
        rows["indicators"].append(len(own))
        rows["alpha"].append(cronbach(x[:, own]).alpha)
        for key, value in _fitness(x[:, own]).items():
            rows[key].append(value)
    return rows


def component_table(build: Build) -> Columns:
    """One row a principal component of all indicators; nothing where too few units are complete."""
    try:
        found = components(correlation(build.last.values))
    except BadDataError:  # said by the missing file, as complete units are too few
        return {}
    return {
        "component": np.arange(1, len(found.values) + 1),
        "eigenvalue": found.values,
        "share": found.share,
        "cumulated": np.cumsum(found.share),
    }


def cluster_table(build: Build) -> Columns:
    """One row a unit: its cluster on the groups right below the index; nothing as above."""
    below = [c for c in build.framework.children[build.framework.top] if c in build.scores]
    if len(below) < 2:
        return {}
    try:
        found = clusters(np.column_stack([build.scores[c] for c in below]))
    except BadDataError:  # as above
        return {}
    return {"unit": list(build.units), "cluster": found.labels}


def _fitness(x: Any) -> dict[str, float]:
    try:
        found = adequacy(x)
    except BadDataError:  # too few complete units: not known, which the empty cell says
        return dict.fromkeys(("kmo", "bartlett", "p", "vif"), float("nan"))
    worst = float(np.max(found.vif)) if not np.isnan(found.vif).any() else float("nan")
    return {"kmo": found.kmo, "bartlett": found.bartlett, "p": found.p, "vif": worst}


def weight_table(build: Build) -> Columns:
    """One row an element: its share of its group, its weight in the index, and its correlation."""
    total = effective(build.framework, build.weights)
    place = {c: i for i, c in enumerate(build.framework.indicators)}
    codes = [e.code for e in build.framework.tree]
    columns = [build.last.values[:, place[c]] if c in place else build.scores.get(c) for c in codes]
    index = build.scores.get(build.framework.top)
    pairs = [(x, index) for x in columns]
    return {
        "code": codes,
        "level": [build.framework.by_code[c].level for c in codes],
        "share": [build.weights[c] for c in codes],
        "effective": [total[c] for c in codes],
        "correlation": [_both(correlation_of, x, y) for x, y in pairs],
        "importance": [_both(main_effect, x, y) for x, y in pairs],
    }


def _both(measure: Callable[[Any, Any], float], x: Any, y: Any) -> float:
    return np.nan if x is None or y is None else measure(x, y)


def compare_files(made: Comparison) -> dict[str, str]:
    """Every version's scores and ranks, and how far each is from the first, as texts."""
    ranks = [f"{n} rank" for n in made.names]
    files = {
        "compare.csv": csv_text(made.columns(), whole=[*ranks, "best rank", "worst rank"]),
        "versions.csv": csv_text(
            {
                "version": list(made.names),
                "mean_shift": made.mean_shift,
                "largest_shift": made.largest_shift,
                "spearman": made.agreement,
            }
        ),
    }
    files["compare.json"] = json_text({"files": [*files, "compare.json"]})
    return files
