"""One file of patents into tables, in bounded memory and always the same bytes.

A `Layout` says in SQL what each kind of file means; reading, setting aside, taking away what stands
twice, sorting and writing are here and the same for all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from hubscope.errors import EngineError
from hubscope.sources.concordance import Fields
from hubscope.sources.openalex.flat import Flattened
from hubscope.sources.openalex.layout import Part
from hubscope.sources.patents import delimited
from hubscope.sources.patents.tables import PATENT_ORDER, PATENT_TABLES

FIRST_YEAR, LAST_YEAR = 1790, 2050
"""From the first patent of the United States; a later year than the last is damage."""

_TYPES = {
    pa.int64(): "BIGINT",
    pa.int16(): "SMALLINT",
    pa.float64(): "DOUBLE",
    pa.string(): "VARCHAR",
    pa.bool_(): "BOOLEAN",
    pa.date32(): "DATE",
}
_OPTIONS = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880"

KEYS = {
    "inventors": "patent, seq",
    "patent_fields": "patent, scheme, symbol",
    "patent_citations": "patent, cited",
    "paper_links": "patent, paper",
    "patent_places": "place",
}
"""What stands once: an inventor who stands twice is set aside, of other pairs the best is kept."""

_BEST = {"paper_links": "confidence DESC, line", "patent_places": "line"}


@dataclass(frozen=True, slots=True)
class Layout:
    """What the columns of one kind of file mean, in SQL over its good records."""

    needed: tuple[str, ...]
    optional: tuple[str, ...]
    delimiter: str
    record: str
    """What names a record."""
    fault: str
    """Why a record is set aside, '' where it is good."""
    inserts: Mapping[str, str]
    """Rows of each table by name, over `good`, each with its `line`."""
    own_patents: bool = False
    """Whether the file says itself which patents there are; else another file did (`known`)."""
    asides: tuple[str, ...] = ()
    """Parts of good records that are set aside: line, reason, record, start."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read."""
        return (*self.needed, *self.optional)


def sql_date(text: str) -> str:
    """A day written 2020-06-18 or 20200618; absent where it is none."""
    return f"coalesce(TRY_CAST({text} AS DATE), CAST(try_strptime({text}, '%Y%m%d') AS DATE))"


def dated(text: str) -> str:
    """The columns `published` and `year`."""
    return f"{sql_date(text)} AS published, year({sql_date(text)}) AS year"


def outside_years(text: str) -> str:
    """The cases of a fault that a day can have."""
    day = sql_date(text)
    return (
        f"WHEN {day} IS NULL THEN 'day of publication is no date' "
        f"WHEN year({day}) NOT BETWEEN {FIRST_YEAR} AND {LAST_YEAR} THEN 'year ' || year({day})"
    )


def sql_id(text: str) -> str:
    """An id: a whole number of up to 18 digits stays itself, any other is numbered by its hash."""
    from hubscope.sources.patents.tables import sql_number

    whole = f"regexp_full_match({text}, '[1-9][0-9]{{0,17}}')"
    return f"CASE WHEN {whole} THEN TRY_CAST({text} AS BIGINT) ELSE {sql_number(text)} END"


def sql_symbol(text: str) -> str:
    """A CPC or IPC symbol as `concordance.normal_symbol` spells it, absent where it is none."""
    plain = f"regexp_replace(upper({text}), '\\s', '', 'g')"
    bare = f"regexp_replace({plain}, '^(.{{4}})-?0*', '\\1')"
    whole = f"CASE WHEN length({bare}) > 4 AND NOT contains({bare}, '/') THEN {bare} || '/' "
    good = f"regexp_full_match({bare}, '[A-HY][0-9]{{2}}[A-Z]([0-9]{{1,4}}/?[0-9]{{0,6}})?')"
    return f"CASE WHEN {good} THEN {whole}ELSE {bare} END END"


def flatten(
    part: Part,
    out: Path,
    layout: Layout,
    *,
    memory: str = "900MB",
    known: Sequence[Path] = (),
    fields: Fields | None = None,
    chunk: int = delimited.CHUNK,
) -> Flattened:
    """Write the tables of `part` as Parquet files into the folder `out`.

    Args:
        part: the file to read.
        out: an empty folder; pieces of the text pass through it.
        layout: what it means.
        memory: the most memory the engine may take, in DuckDB's words.
        known: Parquet files with the patents that there are, where the file does not say.
        fields: WIPO's technology fields; without them no symbol has a field.
        chunk: bytes of text taken at a time.

    Raises:
        BadDataError: if the file is damaged as a whole or lacks a column.
        EngineError: if the engine fails for another reason than the data.
    """
    try:
        with _engine(out, memory) as engine:
            _stage(engine, part, out / "piece.csv", layout, chunk)
            _give_known(engine, layout, known)
            _set_aside(engine, part, layout)
            return _write(engine, out, layout, fields)
    except duckdb.Error as error:
        raise EngineError(f"{part.name}: {error}") from error


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _engine(out: Path, memory: str) -> duckdb.DuckDBPyConnection:
    engine = duckdb.connect(":memory:")
    engine.execute("SET threads = 1")
    engine.execute(f"SET memory_limit = '{memory}'")
    engine.execute(f"SET temp_directory = '{_quoted(out / 'spill')}'")
    engine.execute("SET autoinstall_known_extensions = false")
    for name, schema in PATENT_TABLES.items():
        types = {f.name: _TYPES[f.type] for f in schema} | {"line": "BIGINT"}
        columns = ", ".join(f'"{n}" {t}' for n, t in types.items())
        engine.execute(f"CREATE TABLE {name} ({columns})")
    return engine


def _stage(
    engine: duckdb.DuckDBPyConnection, part: Part, aside: Path, layout: Layout, chunk: int
) -> None:
    with delimited.opened(part.path) as handle:
        names = delimited.header(
            handle, part.name, layout.delimiter, layout.needed, layout.optional
        )
        for piece in delimited.pieces(handle, aside, size=chunk):
            broken = delimited.read(engine, piece, names, layout.columns, layout.delimiter)
            rows = [(part.name, b.line, b.reason, None, b.start) for b in broken]
            if rows:
                engine.executemany("INSERT INTO patent_rejects VALUES (?, ?, ?, ?, ?)", rows)
            _take(engine, part, layout)
    aside.unlink(missing_ok=True)


def _take(engine: duckdb.DuckDBPyConnection, part: Part, layout: Layout) -> None:
    """The good records of `raw` into the tables, the others into the rejects."""
    start = "left(concat_ws(' ', " + ", ".join(f'"{c}"' for c in layout.columns) + "), 200)"
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE judged AS SELECT *, {layout.fault} AS reason FROM raw"
    )
    bad = f"SELECT line, reason, {layout.record} AS record, {start} AS start FROM judged"
    engine.execute(
        "CREATE OR REPLACE TEMP VIEW good AS "
        "SELECT * EXCLUDE (reason) FROM judged WHERE reason = ''"
    )
    for select in (f"{bad} WHERE reason <> ''", *layout.asides):
        engine.execute(
            f"INSERT INTO patent_rejects SELECT $1, line, reason, record, start FROM ({select})",
            [part.name],
        )
    for table, select in layout.inserts.items():
        engine.execute(f"INSERT INTO {table} BY NAME {select}")


def _give_known(engine: duckdb.DuckDBPyConnection, layout: Layout, known: Sequence[Path]) -> None:
    """`known`: each patent with its year and, where this file holds it, the line that stands."""
    if layout.own_patents:
        select = "SELECT patent, min(line) AS line, NULL::SMALLINT AS year FROM patents GROUP BY 1"
    elif known:
        files = ", ".join(f"'{_quoted(k)}'" for k in known)
        select = f"SELECT patent, NULL::BIGINT AS line, year FROM read_parquet([{files}])"
    else:
        select = "SELECT NULL::BIGINT AS patent, NULL::BIGINT AS line, NULL::SMALLINT AS year"
    engine.execute(f"CREATE TEMP TABLE known AS {select}")


def _set_aside(engine: duckdb.DuckDBPyConnection, part: Part, layout: Layout) -> None:
    """Records that stand twice, and those of patents that are not there."""
    rejects = "INSERT INTO patent_rejects SELECT $1, line, $2, CAST(patent AS VARCHAR), '' FROM"
    twice = "duplicate in the same file"
    if layout.own_patents:
        engine.execute(
            "INSERT INTO patent_rejects SELECT $1, patents.line, $2, key, key FROM patents "
            "JOIN known USING (patent) WHERE patents.line <> known.line",
            [part.name, twice],
        )
        return
    for table in layout.inserts:
        if table in ("inventors", "patent_fields", "patent_citations"):
            engine.execute(
                f"{rejects} (SELECT line, patent FROM {table} ANTI JOIN known USING (patent))",
                [part.name, "of a patent that the release does not hold"],
            )
    engine.execute(
        f"{rejects} (SELECT line, patent FROM inventors SEMI JOIN known USING (patent) "
        "QUALIFY row_number() OVER (PARTITION BY patent, seq ORDER BY line) > 1)",
        [part.name, twice],
    )


def _write(
    engine: duckdb.DuckDBPyConnection, out: Path, layout: Layout, fields: Fields | None
) -> Flattened:
    rows: dict[str, int] = {}
    _give_fields(engine, fields)
    for name in (*layout.inserts, "patent_rejects"):
        target = f"TO '{_quoted(out / f'{name}.parquet')}' ({_OPTIONS})"
        counted = engine.execute(
            f"COPY ({_final(name, layout)} ORDER BY {PATENT_ORDER[name]}) {target}"
        ).fetchone()
        rows[name] = counted[0] if counted else 0
    found = engine.execute("SELECT reason, count(*) FROM patent_rejects GROUP BY 1 ORDER BY 1")
    return Flattened(rows, dict(found.fetchall()))


def _final(name: str, layout: Layout) -> str:
    """The rows of a table that stand, with what only the whole file tells."""
    columns = PATENT_TABLES[name].names
    if name == "patent_rejects":
        return f"SELECT {', '.join(columns)} FROM {name}"
    if name == "patents":
        chosen = ", ".join(f"patents.{c}" for c in columns)
        return f"SELECT {chosen} FROM patents JOIN known USING (patent, line)"
    if name == "patent_places":
        return f"SELECT {', '.join(columns)} FROM ({_once(name, name)})"
    if name == "paper_links":
        return f"SELECT {', '.join(columns)} FROM ({_once(name, name)})"
    same = "patent, line" if layout.own_patents else "patent"
    year = "t.year" if layout.own_patents else "known.year"
    kept = f"SELECT t.* REPLACE ({year} AS year) FROM {name} AS t JOIN known USING ({same})"
    once = _once(name, f"({kept})")
    more = {
        "inventors": "1.0 / count(*) OVER (PARTITION BY patent)",
        "patent_fields": "known_fields.field",
    }
    made = ", ".join(
        f"CAST({more[name]} AS {_TYPES[PATENT_TABLES[name].field(c).type]}) AS {c}"
        if (name, c) in (("inventors", "weight"), ("patent_fields", "field"))
        else f"o.{c}"
        for c in columns
    )
    with_fields = " LEFT JOIN known_fields USING (symbol)" if name == "patent_fields" else ""
    return f"SELECT {made} FROM ({once}) AS o{with_fields}"


def _once(name: str, rows: str) -> str:
    best = _BEST.get(name, "line")
    keep = f"row_number() OVER (PARTITION BY {KEYS[name]} ORDER BY {best}) = 1"
    return f"SELECT * FROM {rows} QUALIFY {keep}"


def _give_fields(engine: duckdb.DuckDBPyConnection, fields: Fields | None) -> None:
    """`known_fields`: WIPO's field of each symbol."""
    symbols = [s for (s,) in engine.execute("SELECT DISTINCT symbol FROM patent_fields").fetchall()]
    found = [fields.field(s) if fields else None for s in symbols]
    table = pa.table(
        {"symbol": pa.array(symbols, pa.string()), "field": pa.array(found, pa.int16())}
    )
    engine.register("_fields", table)
    engine.execute("CREATE TEMP TABLE known_fields AS SELECT * FROM _fields")
    engine.unregister("_fields")
