"""One folder that is one observatory: open it, check it, lock it."""

from __future__ import annotations

import fcntl
import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hubscope.errors import BadDataError, HubscopeError, NotPermittedError, nearest
from hubscope.nouns import Hub, Words
from hubscope.words.phrases import read_phrases

CONFIG = "hubscope.toml"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Words(_Strict):
    zh: str
    en: str


class PlanDocument(_Strict):
    """One plan, as a document in each language it exists in."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    hub: str
    issued: str = Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")
    zh: str = ""
    en: str = ""
    note: _Words | None = None
    licence: str = ""
    """Under which terms the document may be used; "own" for a text of one's own."""
    full_text: bool = False
    """Whether those terms let the site carry the whole text, not only the quoted sentences."""
    supersedes: list[str] = []
    """Ids of earlier documents that this one replaces."""
    implements: list[str] = []
    """Ids of documents that this one carries out."""


class IndexSettings(_Strict):
    """Which framework and recipe make the index, and of which year and hubs."""

    framework: str
    recipe: str
    year: int
    hubs: str = Field("all", pattern="^(all|city|cluster|region|country)$")
    """A kind of hub ("cluster", "city" ...) or "all"."""
    draws: Annotated[int, Field(ge=100)] = 10_000
    seed: int = 20210120


class ProgressSettings(_Strict):
    """How strictly targets are judged."""

    about: float = Field(0.01, ge=0, lt=0.5)
    """"About 6" counts as met from 6 x (1 - about) on."""
    early_years: int = Field(3, ge=1)
    """A target met this many years before its own year is marked easy."""


class _HubRow(_Strict):
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    zh: str
    en: str
    economy: str
    kind: str = Field("cluster", pattern="^(city|cluster|region|country)$")
    latitude: float | None = Field(None, ge=-90, le=90)
    longitude: float | None = Field(None, ge=-180, le=180)
    aliases: list[str] = []
    part_of: str = ""


class Settings(_Strict):
    """The contents of hubscope.toml."""

    name: _Words
    focus: str
    languages: list[str] = ["zh", "en"]
    hubs: str = "hubs.toml"
    figures: list[str] = ["figures/*.csv"]
    indicators: str = ""
    """Folder with the workspace's own definitions, added to the shipped catalogue."""
    address: str = Field("", pattern=r"^(https?://[^\s<>\"']+)?$")
    """Where the site will stand on the web; needed for a site map and canonical links."""
    words: str = ""
    """File with the words, by language, for phrases in the figures: notes, producers, licences."""
    plan: list[PlanDocument] = []
    evidence: list[str] = []
    """Patterns of files with news items that are set beside the plans."""
    index: IndexSettings | None = None
    progress: ProgressSettings = ProgressSettings()  # type: ignore[call-arg]


@dataclass(frozen=True)
class Workspace:
    """An opened workspace: its folder, settings and hubs."""

    root: Path
    settings: Settings
    hubs: dict[str, Hub]
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Words by phrase by language, for phrases that stand in the data."""

    @property
    def store(self) -> Path:
        """Folder of the store."""
        return self.root / "store"

    @property
    def site(self) -> Path:
        """Folder of the pages."""
        return self.root / "site"

    def input(self, name: str) -> Path:
        """A file the settings name; an error if it is missing or lies outside the workspace."""
        path = (self.root / name).resolve()
        if not path.is_relative_to(self.root.resolve()):
            raise NotPermittedError(
                f"{self.root / CONFIG}: {name} lies outside the workspace",
                hint="copy the file into the workspace folder",
            )
        if not path.is_file():
            raise HubscopeError(
                f"{self.root / CONFIG} names {name}, which does not exist",
                hint=f"create {path} or correct the name",
            )
        return path

    def evidence_files(self) -> list[Path]:
        """The files of news items, sorted by name."""
        found = {f for pattern in self.settings.evidence for f in self.root.glob(pattern)}
        return sorted(f for f in found if f.is_file())

    def figure_files(self) -> list[Path]:
        """The CSV files of figures, sorted by name."""
        found = {f for pattern in self.settings.figures for f in self.root.glob(pattern)}
        return sorted(f for f in found if f.is_file())


def _problems(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(str(p) for p in e['loc']) or 'file'}: "
        + ("no such field" if e["type"] == "extra_forbidden" else e["msg"])
        for e in error.errors()
    )


def _nearest_field(error: ValidationError, *models: type[BaseModel]) -> str:
    """The fields closest to the first one that does not exist."""
    known = [name for model in models for name in model.model_fields]
    unknown = (str(e["loc"][-1]) for e in error.errors() if e["type"] == "extra_forbidden")
    return next((nearest(name, known) for name in unknown), "")


def _load_toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise HubscopeError(
            f"{path} does not exist",
            hint="a workspace is a folder with a hubscope.toml; `hubscope demo DIR` makes one",
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadDataError(f"{path} is not valid TOML: {error}") from error


def load_hubs(path: Path) -> dict[str, Hub]:
    """Hubs by id from a TOML file of `[[hub]]` tables."""
    hubs: dict[str, Hub] = {}
    rows = _load_toml(path).get("hub", [])
    if not isinstance(rows, list) or not rows:
        raise BadDataError(f"{path} has no [[hub]] table")
    for number, row in enumerate(rows, 1):
        try:
            r = _HubRow.model_validate(row)
        except ValidationError as error:
            raise BadDataError(
                f"{path}, hub {number}: {_problems(error)}", hint=_nearest_field(error, _HubRow)
            ) from None
        if r.id in hubs:
            raise BadDataError(f"{path}, hub {number}: the id {r.id} is used twice")
        hubs[r.id] = Hub(
            r.id,
            Words(r.zh, r.en),
            r.economy,
            r.kind,  # type: ignore[arg-type]
            r.latitude,
            r.longitude,
            tuple(r.aliases),
            r.part_of,
        )
    return hubs


def open_workspace(root: Path) -> Workspace:
    """Open the workspace in `root`, checking its settings, hubs and words."""
    config = root / CONFIG
    try:
        settings = Settings.model_validate(_load_toml(config))
    except ValidationError as error:
        raise BadDataError(
            f"{config}: {_problems(error)}",
            hint=_nearest_field(error, Settings, PlanDocument, IndexSettings, ProgressSettings),
        ) from None
    hubs = load_hubs(root / settings.hubs)
    named = [("focus", settings.focus)] + [(f"plan {p.id}", p.hub) for p in settings.plan]
    for where, hub in named:
        if hub not in hubs:
            raise BadDataError(
                f"{config}: {where} names the unknown hub {hub}", hint=nearest(hub, hubs)
            )
    _check_series(config, settings.plan)
    workspace = Workspace(root, settings, hubs)
    if not settings.words:
        return workspace
    return replace(workspace, words=read_phrases(workspace.input(settings.words)))


def _check_series(config: Path, documents: list[PlanDocument]) -> None:
    """Documents supersede and implement others that exist; none is carried without a licence."""
    issued = {d.id: d.issued for d in documents}
    for document in documents:
        if document.full_text and not document.licence:
            raise BadDataError(
                f"{config}: plan {document.id} has full_text and no licence",
                hint='say what lets the site carry the text: licence = "own", "OGL 3.0" ...',
            )
        for word, named in (
            ("supersedes", document.supersedes),
            ("implements", document.implements),
        ):
            for name in named:
                if name not in issued or name == document.id:
                    known = [d for d in issued if d != document.id]
                    raise BadDataError(
                        f"{config}: plan {document.id} {word} the unknown plan {name}",
                        hint=nearest(name, known),
                    )
                if word == "supersedes" and issued[name] > document.issued:
                    raise BadDataError(
                        f"{config}: plan {document.id} supersedes {name}, which was issued later",
                        hint="correct `issued`, or let the later document supersede the earlier",
                    )


@contextmanager
def locked(workspace: Workspace) -> Iterator[None]:
    """Hold the workspace for writing; the lock goes with the process, however it ends."""
    path = workspace.root / ".hubscope.lock"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise NotPermittedError(
            f"{workspace.root} cannot be written: {error.strerror}", hint="check its permissions"
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip() or "unknown"
            raise NotPermittedError(
                f"{workspace.root} is locked by another run (process {holder})",
                hint="wait until it ends; a lock never outlives its process",
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)
