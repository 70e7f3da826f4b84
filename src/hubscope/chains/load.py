"""The chains of a workspace: one folder each under `chains/`, of whatever source it says it is.

`chains/<name>/chain.toml` gives `kind` (plain, eto, photovoltaic, flows, trade), `retrieved`, the
names `zh` and `en`, the place that is `home`, what `ChainSettings` says beside, and the `segments`
of the concordance that nodes are; without that file a folder holds a plain pair, nodes.csv and
links.csv.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hubscope.chains.trade_by import KINDS as BY
from hubscope.chains.trade_by import NAME as CONCORDANCE
from hubscope.chains.trade_by import concordance_file, grouping
from hubscope.errors import BadDataError, HubscopeError, nearest
from hubscope.sources import chain_given, chains, eto, photovoltaic, scenario_lists
from hubscope.sources.chain_tables import Chain, join
from hubscope.sources.raw import raw

FOLDER = "chains"
TABLES = (".csv", ".csv.gz")
CONFIG = "chain.toml"
ASIDE = ".aside"
"""What ends the name of the folder in which a chain is checked."""

KINDS = ("plain", "eto", "photovoltaic", "flows", "trade")
SCENARIOS = "scenarios.csv"
UNSTATED = "not stated"
STORE = "store"
"""The chain that the store's works and patents make; no folder may have its name."""


class ChainSettings(BaseModel):
    """The contents of chain.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str = Field("plain", pattern="^(plain|eto|photovoltaic|flows|trade)$")
    retrieved: str = Field("", pattern=r"^(\d{4}-\d{2}-\d{2})?$")
    until: int = 2021
    """Photovoltaic: the last year that is not held constant or projected."""
    licence: str = UNSTATED
    """Trade: the licence of the table; what names none is for one's own use."""
    source: str = "trade table"
    url: str = ""
    """Trade: who made the table, and where it came from."""
    by: str = Field("", pattern="^(|isic|bec|segment)$")
    """Trade: what products are brought to by the folder's concordance.csv; nothing unless given."""
    home: str = ""
    """The place to which others are foreign; the workspace's focus unless given."""
    zh: str = ""
    en: str = ""
    note_zh: str = ""
    """What a reader of the map should know; note_en says the same in English."""
    note_en: str = ""
    segments: dict[str, str] = Field(default_factory=dict)
    """The segment of the concordance (chains/segments.toml) that a node of the chain is."""


@dataclass(frozen=True, slots=True)
class Named:
    """One chain of a workspace."""

    name: str
    chain: Chain
    settings: ChainSettings


def chain_folders(root: Path) -> list[Path]:
    """The folders under `chains/` of a workspace, sorted by name."""
    folder = root / FOLDER
    found = folder.iterdir() if folder.is_dir() else iter(())
    return sorted(f for f in found if f.is_dir() and not f.name.startswith("."))


def chain_files(root: Path) -> list[Path]:
    """Every file that the chains of a workspace are read from."""
    ends = (*TABLES, ".toml")
    return [f for d in chain_folders(root) for f in sorted(d.iterdir()) if f.name.endswith(ends)]


def settings(folder: Path) -> ChainSettings:
    """The settings of one chain; the usual ones where it has no chain.toml."""
    file = folder / CONFIG
    if not file.is_file():
        return ChainSettings()  # type: ignore[call-arg]
    try:
        return ChainSettings.model_validate(tomllib.loads(file.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadDataError(f"{file} is not valid TOML: {error}") from error
    except ValidationError as error:
        problems = "; ".join(f"{e['loc'][0]}: {e['msg']}" for e in error.errors())
        raise BadDataError(f"{file}: {problems}", hint=f"kinds are {', '.join(KINDS)}") from None


def read_chain(folder: Path) -> Chain:
    """The chain in `folder`, checked.

    Raises:
        BadDataError: naming every fault with its file and line.
    """
    found = _read(folder, settings(folder))
    _check_segments(folder, found)
    return found


def _read(folder: Path, given: ChainSettings) -> Chain:
    readers: Mapping[str, Callable[[], Chain]] = {
        "plain": lambda: _plain(folder),
        "eto": lambda: eto.read_folder(folder, retrieved=given.retrieved),
        "photovoltaic": lambda: photovoltaic.read_shares(
            raw(_only_csv(folder)), retrieved=given.retrieved, until=given.until
        ),
        "flows": lambda: chain_given.flow_chain(raw(_only_csv(folder)), retrieved=given.retrieved),
        "trade": lambda: chain_given.trade_chain(
            raw(_only_csv(folder)),
            retrieved=given.retrieved,
            licence=given.licence,
            source=given.source,
            url=given.url or CONFIG,
            by=grouping(folder, given.by),
        ),
    }
    return readers[given.kind]()


def _check_segments(folder: Path, found: Chain) -> None:
    """Refuse `[segments]` of chain.toml that names a node or a segment that is not there."""
    named = settings(folder).segments
    if not named:
        return
    from hubscope.chains.segments import segments

    nodes = set(found.nodes["id"].to_pylist())
    for node, segment in named.items():
        for wrong, valid in ((node, nodes), (segment, set(segments()))):
            if wrong not in valid:
                raise BadDataError(
                    f"{_shown(folder)}/{CONFIG} [segments]: no {wrong!r}",
                    hint=nearest(wrong, valid),
                )


def _plain(folder: Path) -> Chain:
    pair = [raw(folder / f, name=f"{_shown(folder)}/{f}") for f in ("nodes.csv", "links.csv")]
    found = chains.read_pair(*pair)
    if not (folder / SCENARIOS).is_file():
        return found
    kinds = dict(zip(found.nodes["id"].to_pylist(), found.nodes["kind"].to_pylist(), strict=True))
    listed = raw(folder / SCENARIOS, name=f"{_shown(folder)}/{SCENARIOS}")
    return join([found, scenario_lists.read_scenarios(listed, kinds)])


def _shown(folder: Path) -> str:
    """A chain's name as its user knows it, also while it is checked aside."""
    return folder.name.removeprefix(".").removesuffix(ASIDE)


def _only_csv(folder: Path) -> Path:
    beside = concordance_file(folder)
    found = [f for f in sorted(folder.iterdir()) if f.name.endswith(TABLES) and f != beside]
    if len(found) != 1:
        raise BadDataError(f"{folder} has {len(found)} CSV files", hint="one table")
    return found[0]


def read_chains(root: Path) -> list[Named]:
    """Every chain of the workspace in `root`.

    Raises:
        BadDataError: naming every fault of the first faulty chain.
    """
    return [Named(f.name, read_chain(f), settings(f)) for f in chain_folders(root)]


def choose(found: list[Named], name: str = "") -> Chain:
    """The chain called `name`, or all of them joined.

    Raises:
        HubscopeError: if there is none, or none of that name.
    """
    if not found:
        raise HubscopeError(
            "the workspace has no chain yet",
            hint="hubscope chain add plain FOLDER, with nodes.csv and links.csv in it",
        )
    if not name:
        return join(n.chain for n in found)
    for one in found:
        if one.name == name:
            return one.chain
    raise HubscopeError(f"no chain {name!r}", hint=nearest(name, [n.name for n in found]))


def add_chain(
    root: Path,
    kind: str,
    source: Path,
    *,
    name: str,
    retrieved: str,
    by: str = "",
    concordance: Path | None = None,
) -> Path:
    """Check the chain in `source`, then copy its files into the workspace.

    Args:
        root: the workspace.
        kind: one of KINDS.
        source: a folder; for photovoltaic also a CSV file.
        name: of the chain's folder in the workspace.
        retrieved: date on which the data were fetched, ISO 8601.
        by: trade: what products are brought to (isic, bec, segment).
        concordance: trade: the pairs of codes for it; the folder's own unless given.

    Returns:
        The folder under `chains/`. Nothing is left there if anything is wrong.

    Raises:
        HubscopeError: if the kind is unknown or the source does not exist.
        BadDataError: naming every fault.
    """
    if kind not in KINDS:
        raise HubscopeError(f"no kind of chain {kind!r}", hint=nearest(kind, KINDS))
    if not source.exists():
        raise HubscopeError(f"{source} does not exist", hint="check the name")
    if name == STORE or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,79}", name):
        raise HubscopeError(
            f"{name!r} cannot be the name of a chain",
            hint="letters, digits, _ . and -; `store` is the chain of the store's own papers",
        )
    if by and by not in BY:
        raise HubscopeError(f"trade cannot be brought to {by!r}", hint=nearest(by, BY))
    if concordance is not None and not concordance.is_file():
        raise HubscopeError(f"{concordance} does not exist", hint="check the name")
    files = (
        [source] if source.is_file() else [f for f in source.iterdir() if f.name.endswith(TABLES)]
    )
    target = root / FOLDER / name
    aside = root / FOLDER / f".{name}{ASIDE}"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        for file in files:
            shutil.copyfile(file, aside / file.name)
        if concordance is not None:
            end = ".csv.gz" if concordance.name.endswith(".gz") else ".csv"
            shutil.copyfile(concordance, aside / f"{CONCORDANCE}{end}")
        own = source / CONFIG
        text = f'kind = "{kind}"\nretrieved = "{retrieved}"\n' + (f'by = "{by}"\n' if by else "")
        (aside / CONFIG).write_text(own.read_text("utf-8") if own.is_file() else text, "utf-8")
        read_chain(aside)
        shutil.rmtree(target, ignore_errors=True)
        aside.rename(target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return target
