"""The tables. Who bids is kept apart from what is bid: a blinded query never touches `party`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, MetaData, String, Text, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """An aware time, kept as UTC without a zone so that both databases hold the same."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Into the table: UTC."""
        del dialect
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Out of the table: aware."""
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """All tables of the calls."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 # SQLAlchemy reads it from the class
        datetime: Moment,
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }


class Person(Base):
    """Somebody with an account."""

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    organisation: Mapped[str] = mapped_column(String(200), default="")
    password: Mapped[str] = mapped_column(String(200), default="")
    staff: Mapped[bool] = mapped_column(default=False)
    """May open calls; roles inside a call are given in that call."""
    language: Mapped[str] = mapped_column(String(2), default="zh")
    """Of the notices that the person is sent."""


class Identity(Base):
    """A person's account at an OpenID provider."""

    __tablename__ = "identity"
    issuer: Mapped[str] = mapped_column(String(300), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Knock(Base):
    """Somebody on the way to an OpenID provider and back; used once."""

    __tablename__ = "knock"
    state: Mapped[str] = mapped_column(String(64), primary_key=True)
    """The hash of the state that was sent, as of the browser's own token."""
    browser: Mapped[str] = mapped_column(String(64))
    nonce: Mapped[str] = mapped_column(String(64))
    verifier: Mapped[str] = mapped_column(String(128))
    then: Mapped[str] = mapped_column(String(300))
    expires: Mapped[datetime]


class Visit(Base):
    """A session of a signed-in person; the cookie holds the token, the table its hash."""

    __tablename__ = "visit"
    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    expires: Mapped[datetime]


class Attempt(Base):
    """One use of something that is rate-limited."""

    __tablename__ = "attempt"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), index=True)
    at: Mapped[datetime]


class Call(Base):
    """One open-competition call 榜单 with its needs."""

    __tablename__ = "call"
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    definition: Mapped[str] = mapped_column(String(10))
    family: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(300))
    payer: Mapped[str] = mapped_column(String(200))
    """Organisation that pays; it never accepts the results alone."""
    synthetic: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime]
    history: Mapped[list[Any]]
    """The states so far with their entries, oldest first: [[state, ISO time], ...]."""
    deadline: Mapped[datetime | None]
    budget: Mapped[float] = mapped_column(default=0.0)
    parameters: Mapped[dict[str, Any]]
    limits: Mapped[dict[str, Any]]
    """What the portfolio must keep to: fields, regions, organisations, years."""
    secret: Mapped[str] = mapped_column(String(64), default="")
    commitment: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of the secret, made public when the call opens."""
    calibration: Mapped[dict[str, Any]]
    decision: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Role(Base):
    """What a person may do in one call."""

    __tablename__ = "role"
    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class Need(Base):
    """One need 榜题 of a call."""

    __tablename__ = "need"
    __table_args__ = (UniqueConstraint("call_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    organisation: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(300))
    body: Mapped[dict[str, Any]]
    scores: Mapped[dict[str, Any]]
    kept: Mapped[bool] = mapped_column(default=True)


class Bid(Base):
    """What is bid, without who bids."""

    __tablename__ = "bid"
    __table_args__ = (UniqueConstraint("call_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), index=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime]
    origin: Mapped[str] = mapped_column(String(20), default="")
    """The state that was appealed from."""
    appeals: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(300))
    body: Mapped[dict[str, Any]]
    cost: Mapped[float]
    submitted: Mapped[datetime | None]
    signatures: Mapped[dict[str, Any]]
    user_score: Mapped[float | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Party(Base):
    """Who bids: kept apart, read only for those who may know."""

    __tablename__ = "party"
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    lead: Mapped[str] = mapped_column(String(200), index=True)
    leader: Mapped[str] = mapped_column(String(200))
    partners: Mapped[list[Any]]
    team: Mapped[list[Any]]
    related: Mapped[list[Any]]
    """Organisations that the bidder declares itself related to."""
    ties: Mapped[list[Any]] = mapped_column(default=list)
    """What it declares of itself: owners, officers, address, phone, account."""
    breach: Mapped[str] = mapped_column(String(10), default="")
    """Date of the last breach of integrity on record, ISO, or nothing."""
    recommender: Mapped[str] = mapped_column(String(200), default="", index=True)
    """Code of the person whose office recommended the bid."""
    region: Mapped[str] = mapped_column(String(60), default="")
    young: Mapped[bool] = mapped_column(default=False)
    nonce: Mapped[str] = mapped_column(String(32))
    """Goes into the hash of who bids, so that nobody can find the names by trying."""


class Reviewer(Base):
    """An expert of one call."""

    __tablename__ = "reviewer"
    __table_args__ = (UniqueConstraint("call_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    organisations: Mapped[list[Any]]
    wrote: Mapped[str] = mapped_column(Text)
    load_max: Mapped[int]


class Relation(Base):
    """A tie between a reviewer and a bid or an organisation."""

    __tablename__ = "relation"
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), index=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("reviewer.id"))
    other: Mapped[str] = mapped_column(String(200))
    """A bid's code, a person's name or an organisation."""
    kind: Mapped[str] = mapped_column(String(30))
    hard: Mapped[bool]
    source: Mapped[str] = mapped_column(String(200))
    expires: Mapped[datetime | None]


class Review(Base):
    """One reviewer's work on one bid: empty until handed in, void where a conflict was declared."""

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("bid_id", "reviewer_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), index=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("reviewer.id"))
    affinity: Mapped[float]
    score: Mapped[float | None]
    marks: Mapped[dict[str, Any]]
    comment: Mapped[str] = mapped_column(Text, default="")
    handed_in: Mapped[datetime | None]
    conflict: Mapped[str] = mapped_column(String(300), default="")


class Milestone(Base):
    """One milestone of a contracted bid, frozen at signature."""

    __tablename__ = "milestone"
    __table_args__ = (UniqueConstraint("bid_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    number: Mapped[int]
    body: Mapped[dict[str, Any]]
    tranche: Mapped[float]
    report: Mapped[dict[str, Any]]
    opinion: Mapped[dict[str, Any]]
    passed: Mapped[bool | None]
    paid: Mapped[float] = mapped_column(default=0.0)


class Objection(Base):
    """A real-name objection during the public notice."""

    __tablename__ = "objection"
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text, default="")


class Notice(Base):
    """A message to be sent, written in the same transaction as what it tells of."""

    __tablename__ = "notice"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """Hash of what is told to whom: the same thing is never told twice."""
    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), index=True)
    bid: Mapped[str] = mapped_column(String(20), default="")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(40))
    body: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    due: Mapped[datetime] = mapped_column(index=True)
    """When it may be sent next; moved on before each try, so that no two senders take it."""
    tries: Mapped[int] = mapped_column(default=0)
    sent: Mapped[datetime | None]
    fault: Mapped[str] = mapped_column(String(300), default="")


class Upload(Base):
    """A file of one bid; the bytes are kept once, under their hash, however many bids hold them."""

    __tablename__ = "upload"
    __table_args__ = (UniqueConstraint("bid_id", "sha256"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), index=True)
    bid_id: Mapped[int | None] = mapped_column(ForeignKey("bid.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(200))
    media: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]


class Record(Base):
    """One line of the record; the database refuses to change or delete it."""

    __tablename__ = "record"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(20))
    call: Mapped[str] = mapped_column(String(60), index=True)
    bid: Mapped[str] = mapped_column(String(20), default="")
    action: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text)
    """Canonical JSON, so that the bytes that were hashed are the bytes that are kept."""
    prev: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
