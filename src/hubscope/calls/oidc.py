"""Signing in at an OpenID provider: authorization code with PKCE, state and nonce, used once.

OpenID Connect Core 1.0, section 3.1; RFC 7636 (PKCE, S256); RFC 9207 (issuer in the answer). An
account made this way has no rights: officers are made by officers, roles are given call by call.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hubscope.calls.base.database import Database
from hubscope.calls.base.models import Identity, Knock, Person
from hubscope.calls.people import hashed
from hubscope.calls.refusal import RefusedError
from hubscope.calls.settings import Oidc
from hubscope.errors import HubscopeError

LIFE = timedelta(minutes=10)
"""How long the way to the provider and back may take."""
SECONDS = 10
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Signatures that are believed: never none, never one by a shared secret."""
LEEWAY = 60


@dataclass(frozen=True, slots=True)
class Sent:
    """Where the browser is sent, and the token that binds the way back to it."""

    url: str
    browser: str


class Provider:
    """The provider of a server's settings; its description is read when first needed."""

    def __init__(self, settings: Oidc, redirect: str) -> None:
        self.settings = settings
        self.redirect = redirect
        self._known: dict[str, Any] = {}

    def session(self) -> Any:
        """A client of the provider."""
        try:
            from authlib.integrations.requests_client import OAuth2Session
        except ModuleNotFoundError as error:
            raise HubscopeError(
                "signing in elsewhere needs Authlib", hint="pip install 'hubscope[oidc]'"
            ) from error
        method = "client_secret_basic" if self.settings.secret else "none"
        return OAuth2Session(
            self.settings.client_id,
            self.settings.secret or None,
            scope="openid email profile",
            redirect_uri=self.redirect,
            code_challenge_method="S256",
            token_endpoint_auth_method=method,
        )

    def described(self) -> dict[str, Any]:
        """The provider's description, which has to be its own."""
        if not self._known:
            url = f"{self.settings.issuer}/.well-known/openid-configuration"
            found = self.fetched(url)
            if str(found.get("issuer", "")).rstrip("/") != self.settings.issuer:
                raise RefusedError("oidc", status=502, why="issuer")
            self._known = found
        return self._known

    def fetched(self, url: str) -> dict[str, Any]:
        """A JSON document of the provider."""
        try:
            answer = self.session().get(
                url, timeout=SECONDS, allow_redirects=False, withhold_token=True
            )
            answer.raise_for_status()
            return dict(answer.json())
        except (OSError, ValueError) as error:
            raise RefusedError("oidc", status=502, why=type(error).__name__) from error


def depart(database: Database, provider: Provider, then: str, now: datetime) -> Sent:
    """Send somebody to the provider; what has to come back is kept here, hashed."""
    state, browser = token_urlsafe(32), token_urlsafe(32)
    nonce, verifier = token_urlsafe(32), token_urlsafe(48)
    with database.write() as session:
        session.execute(delete(Knock).where(Knock.expires < now))
        row = Knock(state=hashed(state), browser=hashed(browser), nonce=nonce, verifier=verifier)
        row.then, row.expires = then[:300], now + LIFE
        session.add(row)
    endpoint = provider.described()["authorization_endpoint"]
    url, _ = provider.session().create_authorization_url(
        endpoint, state=state, code_verifier=verifier, nonce=nonce
    )
    return Sent(url, browser)


def arrive(
    database: Database,
    provider: Provider,
    answer: dict[str, str],
    browser: str,
    *,
    person: Person | None,
    now: datetime,
    language: str = "zh",
) -> tuple[int, str]:
    """Who has come back from the provider, by id, and where they wanted to go.

    Raises:
        RefusedError: where state, browser, nonce, issuer, signature or time do not fit, the
            provider says no, or the address is another account's.
    """
    knock = _taken(database, answer.get("state", ""), browser, now)
    issuer = answer.get("iss", provider.settings.issuer).rstrip("/")
    if answer.get("error") or not answer.get("code") or issuer != provider.settings.issuer:
        raise RefusedError("oidc", status=403, why=answer.get("error", "")[:60] or "answer")
    claims = _claims(provider, answer["code"], knock, now)
    with database.write() as session:
        return _person(session, claims, person, language), knock.then


def _taken(database: Database, state: str, browser: str, now: datetime) -> Knock:
    """The way out that this is the way back of: it can be taken once, by the same browser."""
    with database.write() as session:
        knock = session.get(Knock, hashed(state)) if state else None
        if knock is not None:
            session.delete(knock)
            session.flush()
    known = knock is not None and knock.expires > now
    if knock is None or not known or not compare_digest(knock.browser, hashed(browser)):
        raise RefusedError("oidc", status=403, why="state")
    return knock


def _claims(provider: Provider, code: str, knock: Knock, now: datetime) -> dict[str, Any]:
    """What the provider's signed token says, checked."""
    from authlib.common.errors import AuthlibBaseError
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    known = provider.described()
    try:
        token = provider.session().fetch_token(
            known["token_endpoint"],
            code=code,
            code_verifier=knock.verifier,
            timeout=SECONDS,
        )
        keys = KeySet.import_key_set(provider.fetched(known["jwks_uri"]))  # type: ignore[arg-type]
        signed = jwt.decode(str(token["id_token"]), keys, algorithms=ALGORITHMS)
        rules = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": known["issuer"]},
            aud={"essential": True, "value": provider.settings.client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": knock.nonce},
        )
        rules.validate(signed.claims)
    except (AuthlibBaseError, JoseError, OSError, KeyError, ValueError) as error:
        raise RefusedError("oidc", status=403, why=type(error).__name__) from error
    claims: dict[str, Any] = signed.claims
    audience = claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1
    if several and claims.get("azp") != provider.settings.client_id:
        raise RefusedError("oidc", status=403, why="azp")
    return claims


def _person(session: Session, claims: dict[str, Any], person: Person | None, language: str) -> int:
    """The account of an identity: known, tied to who is signed in, or new and without rights."""
    key = (str(claims["iss"]), str(claims["sub"]))
    found = session.get(Identity, key)
    if found is not None:
        return found.person_id
    if person is None:
        person = _new(session, claims)
        person.language = language
    session.add(Identity(issuer=key[0], subject=key[1], person_id=person.id))
    return person.id


def _new(session: Session, claims: dict[str, Any]) -> Person:
    """A new account. An address that has one is never taken over: sign in there first, to tie."""
    email = str(claims.get("email", "")).strip().casefold()
    if "@" not in email[1:-1] or claims.get("email_verified") is not True:
        raise RefusedError("oidc_email", status=403)
    if session.scalars(select(Person).where(Person.email == email)).first() is not None:
        raise RefusedError("oidc_taken", status=409)
    name = str(claims.get("name") or email.partition("@")[0])[:200]
    made = Person(email=email[:254], name=name, organisation="", password="", staff=False)
    session.add(made)
    session.flush()
    return made
