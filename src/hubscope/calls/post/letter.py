"""A notice as an e-mail, in its reader's language; it names no person but its reader."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from hubscope.calls.base.models import Call, Notice, Person
from hubscope.calls.settings import Settings
from hubscope.words import LANGUAGES, say, words


def letter(notice: Notice, call: Call, person: Person, settings: Settings) -> EmailMessage:
    """The message; its id follows from what is told to whom, so that a second copy shows as one."""
    assert settings.mail is not None
    lang = person.language if person.language in LANGUAGES else "zh"
    link = f"{settings.url}/{lang}/c/{call.id}/" + (f"b/{notice.bid}" if notice.bid else "")
    values = {
        "call": _line(call.title),
        "bid": notice.bid,
        "what": words(lang).get(f"calls.action.{notice.kind}", ""),
        "when": _moment(notice.body),
        "name": _line(person.name),
        "link": link,
    }
    mark = say(lang, "calls_post.synthetic") if call.synthetic else ""
    message = EmailMessage()
    message["From"] = settings.mail.sender
    message["To"] = person.email
    message["Subject"] = mark + say(lang, f"calls_post.subject.{_kind(lang, notice)}", **values)
    message["Date"] = format_datetime(notice.at)
    domain = settings.mail.sender.rpartition("@")[2]
    message["Message-ID"] = f"<{notice.key}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    text = say(lang, f"calls_post.text.{_kind(lang, notice)}", **values)
    message.set_content(say(lang, "calls_post.frame", text=mark + text, **values))
    return message


def _kind(lang: str, notice: Notice) -> str:
    """The words' key: a kind's own, else those of a step on a bid or on the call."""
    if f"calls_post.text.{notice.kind}" in words(lang):
        return notice.kind
    return "bid_step" if notice.bid else "call_step"


def _moment(body: dict[str, Any]) -> str:
    text = str(body.get("when", ""))
    return f"{text[:10]} {text[11:16]} UTC" if text else ""


def _line(text: str) -> str:
    """On one line: a header ends where a line does."""
    return " ".join(text.split())
