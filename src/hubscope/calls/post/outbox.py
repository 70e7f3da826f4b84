"""Send what is in the outbox: taken with a lease, sent, then marked.

A crash before the server took a message only delays it until the lease ends; nothing is lost. A
crash between the server's answer and the mark sends it again under the same Message-ID, by which
mail systems know it as the same message: SMTP offers no way to rule that out.
"""

from __future__ import annotations

import smtplib
import ssl
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from hubscope.calls.base.database import Database
from hubscope.calls.base.models import Call, Notice, Person
from hubscope.calls.post.letter import letter
from hubscope.calls.settings import Mail, read_settings

LEASE = timedelta(minutes=5)
TRIES = 12
SECONDS = 20
ITS_OWN = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
    ValueError,
)
"""Faults of one message; after any other the server is left alone until the next round."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of the post has done."""

    sent: int = 0
    failed: int = 0


def deliver(database: Database, now: datetime, most: int = 500) -> Round:
    """Send the notices that are due; nothing where no mail server is set."""
    settings = read_settings(database.root)
    if settings.mail is None:
        return Round()
    sent = failed = 0
    with ExitStack() as held:
        line: smtplib.SMTP | None = None
        while sent + failed < most and (taken := _take(database, now)) is not None:
            number, call, person = taken
            try:
                line = line or held.enter_context(connect(settings.mail))
                with database.read() as session:
                    notice = session.get_one(Notice, number)
                    line.send_message(letter(notice, call, person, settings))
            except (OSError, ValueError) as error:  # SMTPException is an OSError
                _mark(database, number, now, fault=f"{type(error).__name__}: {error}"[:300])
                failed += 1
                if not isinstance(error, ITS_OWN):
                    break
                continue
            _mark(database, number, now)
            sent += 1
    return Round(sent, failed)


def connect(mail: Mail) -> smtplib.SMTP:
    """A session with the server, encrypted and signed in as the settings say."""
    context = ssl.create_default_context()
    if mail.security == "tls":
        line: smtplib.SMTP = smtplib.SMTP_SSL(
            mail.host, mail.port, timeout=SECONDS, context=context
        )
    else:
        line = smtplib.SMTP(mail.host, mail.port, timeout=SECONDS)
        if mail.security == "starttls":
            line.starttls(context=context)
    if mail.user:
        line.login(mail.user, mail.password)
    return line


def _take(database: Database, now: datetime) -> tuple[int, Call, Person] | None:
    """The oldest notice that is due, put off by the lease so that no other round takes it."""
    with database.write() as session:
        query = select(Notice).where(Notice.sent.is_(None), Notice.due <= now)
        query = query.where(Notice.tries < TRIES).order_by(Notice.id).limit(1)
        row = session.scalars(query).first()
        if row is None:
            return None
        row.tries += 1
        row.due = now + LEASE
        call, person = session.get_one(Call, row.call_id), session.get_one(Person, row.person_id)
        number = row.id
        session.flush()
        session.expunge(call)
        session.expunge(person)
        return number, call, person


def _mark(database: Database, number: int, now: datetime, fault: str = "") -> None:
    """Sent; or to be tried again after a while that doubles, for a day at most."""
    with database.write() as session:
        row = session.get_one(Notice, number)
        row.fault = fault
        if fault:
            row.due = now + timedelta(minutes=min(2**row.tries, 1440))
        else:
            row.sent = now
