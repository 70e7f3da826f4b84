"""`calls.toml` of a workspace: what the calls need of other houses; without it all of that is off.

No secret stands in the file: it names the variables of the environment that hold them.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from hubscope.calls.problems import problems
from hubscope.calls.refusal import BadTableError

NAME = "calls.toml"


def _address(value: str) -> str:
    """An https address, or http on this machine."""
    parts = urlsplit(value)
    here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and here):
        raise ValueError("has to be an https address")
    return value.rstrip("/")


Address = Annotated[str, AfterValidator(_address)]
Variable = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Oidc(_Part):
    """An OpenID provider that people may sign in at."""

    issuer: Address
    client_id: Annotated[str, Field(min_length=1)]
    secret_env: Variable = "HUBSCOPE_OIDC_SECRET"  # noqa: S105 # a name, no secret
    zh: str = "统一身份认证"
    en: str = "single sign-on"

    @property
    def secret(self) -> str:
        """The client's secret; empty for a public client."""
        return os.environ.get(self.secret_env, "")


class Mail(_Part):
    """The SMTP server that notices are sent by."""

    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
    user: str = ""
    password_env: Variable = "HUBSCOPE_MAIL_PASSWORD"  # noqa: S105 # a name, no password
    remind_days: Annotated[int, Field(ge=0, le=60)] = 3
    """How many days before a deadline people are reminded of it."""

    @property
    def password(self) -> str:
        """The password for `user`."""
        return os.environ.get(self.password_env, "")


class Files(_Part):
    """How much bidders may upload."""

    per_bid: Annotated[int, Field(ge=0, le=1000)] = 20
    megabytes_per_call: Annotated[int, Field(ge=0, le=1_000_000)] = 2000


class Settings(_Part):
    """All of the file; `url` is where the pages are read, with the part before `/zh/`."""

    url: Address = ""
    oidc: Oidc | None = None
    mail: Mail | None = None
    files: Files = Files()


def read_settings(root: Path) -> Settings:
    """The settings of the workspace in `root`; all off where there is no file.

    Raises:
        BadTableError: where the file is not valid, or names a house without saying its own `url`.
    """
    path = root / NAME
    if not path.is_file():
        return Settings()
    try:
        found = Settings.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadTableError("no_toml", file=path, why=error) from error
    except ValidationError as error:
        raise BadTableError("settings", file=path, why=problems(error)) from None
    if (found.oidc or found.mail) and not found.url:
        raise BadTableError("settings_url", file=path)
    return found
