"""How a list is written in one form field or one cell: a line an item, `|` between its parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError


class Body(BaseModel):
    """What a step is given; unknown names are refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


def split_list(value: Any) -> Any:
    """Items of a text, one a line or parted by semicolons; anything else as it is."""
    if not isinstance(value, str):
        return [] if value is None else value
    return [item.strip() for item in re.split(r"[\n;；]", value) if item.strip()]


def split_rows(names: Sequence[str]) -> BeforeValidator:
    """Reads `a | b | c` lines as mappings of these names; missing parts stay empty."""

    def read(value: Any) -> Any:
        rows = split_list(value)
        if not isinstance(rows, list):
            return rows
        return [_row(names, row) if isinstance(row, str) else row for row in rows]

    return BeforeValidator(read)


def _row(names: Sequence[str], row: str) -> dict[str, str]:
    parts = [p.strip() for p in re.split(r"[|｜]", row)]
    if len(parts) > len(names):
        raise PydanticCustomError(
            "row_parts",
            "{many} parts where {asked} are asked for",
            {"many": len(parts), "asked": " | ".join(names)},
        )
    return {n: p for n, p in zip(names, parts, strict=False) if p}


def blank_is_none(value: Any) -> Any:
    """An empty field is no value."""
    return None if value == "" else value


Short = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Title = Annotated[str, StringConstraints(min_length=2, max_length=300)]
Text = Annotated[str, StringConstraints(max_length=20_000)]
Said = Annotated[str, StringConstraints(min_length=2, max_length=5_000)]
Names = Annotated[list[Short], BeforeValidator(split_list), Field(max_length=100)]
Money = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
Number = Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False)]
Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
