"""Accounts, sessions on the server's side, and limits on how often something is tried."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from secrets import token_urlsafe

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hubscope.calls.base.database import Database
from hubscope.calls.base.models import Attempt, Person, Visit
from hubscope.calls.refusal import RefusedError

LIFE = timedelta(hours=12)
"""How long a session lasts."""
PASSWORD_MIN = 12
WINDOW = timedelta(minutes=15)
TRIES = 10
"""Sign-ins for one address, or from one network address, in a window."""


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    """A hash that no password meets, so that unknown addresses take as long as known ones."""
    return _hasher().hash(token_urlsafe(16))


def add_person(
    database: Database,
    email: str,
    name: str,
    password: str,
    *,
    organisation: str = "",
    staff: bool = False,
    language: str = "zh",
) -> str:
    """Make an account; the code that the record will use for the person comes out.

    Raises:
        RefusedError: where the password is too short or the address is taken or none.
    """
    address = email.strip().casefold()
    if len(password) < PASSWORD_MIN:
        raise RefusedError("weak_password", status=422)
    if "@" not in address[1:-1] or len(address) > 254 or not name.strip():
        raise RefusedError("email_taken", status=422)
    with database.write() as session:
        if session.scalars(select(Person).where(Person.email == address)).first() is not None:
            raise RefusedError("email_taken", status=422)
        person = Person(
            email=address,
            name=name.strip()[:200],
            organisation=organisation.strip()[:200],
            password=_hasher().hash(password),
            staff=staff,
            language=language,
        )
        session.add(person)
        session.flush()
        return f"P-{person.id}"


def has_staff(database: Database) -> bool:
    """Whether somebody may open calls already."""
    with database.read() as session:
        return session.scalars(select(Person.id).where(Person.staff)).first() is not None


def sign_in(
    database: Database, email: str, password: str, *, place: str, now: datetime
) -> tuple[str, Visit]:
    """A new session for who knows the password: the cookie's token and the kept row.

    Raises:
        RefusedError: where address or password is wrong, or both were tried too often.
    """
    address = email.strip().casefold()
    limit(database, f"in:{address}"[:120], now)
    limit(database, f"from:{place}"[:120], now, most=TRIES * 5)
    with database.read() as session:
        person = session.scalars(select(Person).where(Person.email == address)).first()
    if not _knows(person.password if person else "", password) or person is None:
        raise RefusedError("bad_password", status=403)
    return open_visit(database, person.id, now)


def open_visit(database: Database, person: int, now: datetime) -> tuple[str, Visit]:
    """A session for somebody who has been recognised, by password or by another house."""
    token = token_urlsafe(32)
    with database.write() as session:
        session.execute(delete(Visit).where(Visit.expires < now))
        visit = Visit(
            token=hashed(token), person_id=person, csrf=token_urlsafe(24), expires=now + LIFE
        )
        session.add(visit)
        session.flush()
        session.expunge(visit)
    return token, visit


def _knows(kept: str, password: str) -> bool:
    try:
        return _hasher().verify(kept or _nobody(), password) and bool(kept)
    except (Argon2Error, InvalidHashError):
        return False


def hashed(token: str) -> str:
    """What the table keeps of a token."""
    return sha256(token.encode()).hexdigest()


def visitor(session: Session, token: str, now: datetime) -> tuple[Person, Visit] | None:
    """Who the cookie's token belongs to, while the session lasts."""
    visit = session.get(Visit, hashed(token)) if token else None
    if visit is None or visit.expires <= now:
        return None
    person = session.get(Person, visit.person_id)
    return None if person is None else (person, visit)


def sign_out(database: Database, token: str) -> None:
    """End a session."""
    with database.write() as session:
        session.execute(delete(Visit).where(Visit.token == hashed(token)))


def limit(database: Database, key: str, now: datetime, most: int = TRIES) -> None:
    """Count one more use of `key`.

    Raises:
        RefusedError: where it was used `most` times in the last quarter of an hour.
    """
    with database.write() as session:
        session.execute(delete(Attempt).where(Attempt.at < now - WINDOW))
        query = select(func.count(Attempt.id)).where(Attempt.key == key)
        used = session.scalar(query) or 0
        if used < most:
            session.add(Attempt(key=key, at=now))
    if used >= most:
        raise RefusedError("rate", status=429, minutes=int(WINDOW.total_seconds() // 60))
