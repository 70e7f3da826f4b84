"""Notices: who is told what, in which language, by a real SMTP server, once."""

import asyncio
import email
import threading
from datetime import timedelta
from email import policy

import pytest
from sqlalchemy import select

from hubscope.calls.base.models import Notice
from hubscope.calls.post import deliver, outbox, remind
from hubscope.calls.post.whom import TOLD
from hubscope.calls.workflow import definition
from hubscope.words import LANGUAGES, words

SETTINGS = """url = "https://calls.example.org/calls"
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "calls@example.org"
"""


class Server:
    """aiosmtpd on a free port; `refuse` names addresses that it does not take."""

    def __init__(self):
        self.got, self.refuse, self.dies = [], set(), False
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        assert self.ready.wait(20)

    def run(self):
        from aiosmtpd.smtp import SMTP

        asyncio.set_event_loop(self.loop)
        making = self.loop.create_server(lambda: SMTP(self, loop=self.loop), "127.0.0.1", 0)
        self.listening = self.loop.run_until_complete(making)
        self.port = self.listening.sockets[0].getsockname()[1]
        self.ready.set()
        self.loop.run_forever()
        self.listening.close()
        self.loop.run_until_complete(asyncio.sleep(0.01))
        self.loop.close()

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address in self.refuse:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        self.got.append(email.message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def stop(self):
        if self.thread.is_alive():
            self.loop.call_soon_threadsafe(self.loop.stop)
            self.thread.join(20)

    def to(self, who):
        return [m for m in self.got if m["To"] == f"{who}@x.org"]


@pytest.fixture
def smtp():
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def posting(fresh, smtp):
    """A round whose workspace has the server in its settings."""
    (fresh.db.root / "calls.toml").write_text(SETTINGS.format(port=smtp.port), "utf-8")
    return fresh


def waiting(r):
    with r.db.read() as s:
        return list(s.scalars(select(Notice).where(Notice.sent.is_(None)).order_by(Notice.id)))


def speak(r, person, language):
    with r.db.write() as s:
        s.merge(person).language = language


def test_a_round_tells_each_what_is_theirs(posting, smtp):
    r = posting.open()
    people = {n: r.person(n) for n in ("alice", "officer", "demander", "eve")}
    speak(r, people["alice"], "en")
    for role in ("officer", "demander"):
        r.do("give_role", {"email": people[role].email, "role": role})
    r.bid("Alpha", people["alice"])
    assert [n.person_id for n in waiting(r)] == []
    r.do("amend", {"deadline": (r.now + timedelta(days=25)).isoformat(), "text": "more time"})
    r.later(days=25)
    words = {"name": "Eve", "organisations": "Home", "wrote": "x", "email": "eve@x.org"}
    r.do("add_reviewer", words)
    r.do("add_reviewer", {**words, "name": "Fay", "email": ""})
    r.review(["B-001"]).decide().award(["B-001"], [])
    assert deliver(r.db, r.now).failed == 0
    assert smtp.to("alice")[0]["Subject"] == "Round was amended and its deadline extended"
    assert "Round: bid B-001 is selected" in [m["Subject"] for m in smtp.to("alice")]
    (asked,) = smtp.to("eve")
    assert asked["Subject"] == "Round：请评审"
    text = asked.get_content()
    assert "https://calls.example.org/calls/zh/c/r1/" in text
    assert asked["Auto-Submitted"] == "auto-generated"
    for message in smtp.got:
        for name in ("Alpha", "Leader of Alpha", "Fay"):
            assert name not in message.as_string()
    assert len({m["Message-ID"] for m in smtp.got}) == len(smtp.got)
    assert waiting(r) == []
    assert deliver(r.db, r.now) == outbox.Round()


def test_nobody_is_told_of_anothers_bid_before_the_deadline(posting):
    r = posting.open()
    officer, alice = r.person("officer"), r.person("alice")
    r.do("give_role", {"email": officer.email, "role": "officer"})
    code = r.do("add_bid", r.bid_body("Alpha"), person=alice)["bid"]
    r.do("submit", bid=code)
    assert [(n.kind, n.person_id) for n in waiting(r)] == [("submit", alice.id)]


def test_without_a_server_nothing_is_kept(fresh):
    fresh.open().bid("Alpha", fresh.person("alice"))
    assert waiting(fresh) == []
    assert remind(fresh.db, fresh.now) == 0
    assert deliver(fresh.db, fresh.now) == outbox.Round()


def submitted(r, many=1):
    """A round with this many notices waiting: bids that an office entered for their owners."""
    r.open(bids_per_applicant=9)
    for i in range(many):
        person = r.person(f"p{i}")
        code = r.do("add_bid", r.bid_body(f"Lead {'abcdef'[i]}"), person=person)["bid"]
        r.do("submit", bid=code)
    return r


def test_a_refused_step_leaves_no_notice(posting):
    from hubscope.calls.refusal import RefusedError

    r = submitted(posting, 0)
    code = r.do("add_bid", r.bid_body("North Grid"), person=r.person("alice"))["bid"]
    with pytest.raises(RefusedError):
        r.do("submit", bid=code)
    assert waiting(r) == []


class Killed(BaseException):
    """The process ends here."""


def test_a_crash_before_sending_loses_nothing(posting, smtp, monkeypatch):
    r = submitted(posting)

    def dies(*_args):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "letter", dies)
        with pytest.raises(Killed):
            deliver(r.db, r.now)
    assert deliver(r.db, r.now) == outbox.Round()
    r.later(minutes=6)
    assert deliver(r.db, r.now).sent == 1
    assert len(smtp.got) == 1


def test_a_crash_after_sending_repeats_the_same_message(posting, smtp, monkeypatch):
    """What SMTP cannot rule out comes under one Message-ID, by which it is known as one."""
    r = submitted(posting)

    def dies(*_args, **_kwargs):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "_mark", dies)
        with pytest.raises(Killed):
            deliver(r.db, r.now)
    r.later(minutes=6)
    assert deliver(r.db, r.now).sent == 1
    assert len(smtp.got) == 2
    assert len({m["Message-ID"] for m in smtp.got}) == 1


def test_two_rounds_at_once_send_each_notice_once(posting, smtp):
    r = submitted(posting, 6)
    rounds = [threading.Thread(target=deliver, args=(r.db, r.now)) for _ in range(3)]
    for one in rounds:
        one.start()
    for one in rounds:
        one.join()
    assert sorted(m["To"] for m in smtp.got) == [f"p{i}@x.org" for i in range(6)]


def test_one_bad_address_does_not_stop_the_others(posting, smtp):
    r = submitted(posting, 3)
    smtp.refuse.add("p1@x.org")
    assert deliver(r.db, r.now) == outbox.Round(2, 1)
    (left,) = waiting(r)
    assert "550" in left.fault
    smtp.refuse.clear()
    assert deliver(r.db, r.now) == outbox.Round()
    r.later(minutes=3)
    assert deliver(r.db, r.now) == outbox.Round(1, 0)


def test_a_server_that_is_down_is_left_alone_until_the_next_round(posting, smtp):
    r = submitted(posting, 3)
    smtp.stop()
    assert deliver(r.db, r.now) == outbox.Round(0, 1)
    assert len(waiting(r)) == 3


def test_reminders_come_once_and_follow_an_extended_deadline(posting, smtp):
    r = posting.open()
    officer, alice = r.person("officer"), r.person("alice")
    r.do("give_role", {"email": officer.email, "role": "officer"})
    r.do("add_bid", r.bid_body("Alpha"), person=alice)
    assert remind(r.db, r.now) == 0
    r.later(days=18)
    assert remind(r.db, r.now) == 2
    assert remind(r.db, r.now) == 0
    assert {n.kind for n in waiting(r)} == {"deadline_near", "draft_left"}
    r.do("amend", {"deadline": (r.now + timedelta(days=9)).isoformat(), "text": "more time"})
    r.later(days=8)
    assert remind(r.db, r.now) == 2
    deliver(r.db, r.now)
    assert "B-001" in smtp.to("alice")[-1]["Subject"]


def test_a_title_with_a_line_break_cannot_add_a_header(posting, smtp):
    from hubscope.calls.base.models import Call

    r = submitted(posting)
    with r.db.write() as s:
        s.get_one(Call, "r1").title = "Round\r\nBcc: evil@x.org"
    assert deliver(r.db, r.now).sent == 1
    assert smtp.got[0]["Bcc"] is None
    assert smtp.got[0]["Subject"].startswith("Round Bcc:")


def test_every_told_step_is_one_and_has_words():
    moves = {m.name for m in (*definition().call.moves, *definition().bid.moves)}
    assert set(TOLD) <= moves
    for lang in LANGUAGES:
        keys = {k for k in words(lang) if k.startswith("calls_post.")}
        assert {k.replace("subject", "text") for k in keys} >= {k for k in keys if "text" in k}
        assert all(f"calls.action.{kind}" in words(lang) for kind in TOLD)
