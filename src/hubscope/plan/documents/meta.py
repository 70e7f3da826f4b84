"""What a page's head states of its document: issuer, day, licence, language, address."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_NAMES = {
    "issuer": ("dc.publisher", "dcterms.publisher", "citation_publisher", "contentsource"),
    "published": (
        *("pubdate", "dc.date.issued", "dcterms.issued", "dcterms.date", "citation_date"),
        *("article:published_time", "datepublished"),
    ),
    "licence": ("dcterms.license", "dc.rights.license", "dc.license", "license", "licence"),
    "number": ("filenumber", "dc.identifier.documentnumber"),
    "title": ("articletitle",),
}
"""Names of meta tags by the fact that they state; those of Chinese government sites among them."""
_DAY = re.compile(r"((?:19|20)\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})")
_LONGEST = 300


class _Head(HTMLParser):
    """Collects meta tags, the language of the page and its link to a licence."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one tag; the first statement of a fact holds."""
        said = {k.lower(): (v or "").strip() for k, v in attrs}
        if tag == "html" and (said.get("lang") or said.get("xml:lang")):
            self.found.setdefault("stated_language", said.get("lang") or said["xml:lang"])
        elif tag in ("link", "a") and "license" in said.get("rel", "").lower().split():
            self.found.setdefault("licence", said.get("href", ""))
        elif tag == "link" and said.get("rel", "").lower() == "canonical":
            self.found.setdefault("url", said.get("href", ""))
        elif tag == "meta":
            name = (said.get("name") or said.get("property") or said.get("itemprop", "")).lower()
            fact = next((f for f, names in _NAMES.items() if name in names), None)
            if fact:
                self.found.setdefault(fact, said.get("content", ""))


def stated(source: str) -> dict[str, str]:
    """The facts that the tags of a page state; days as ISO 8601, addresses only http(s)."""
    head = _Head()
    head.feed(source)
    found = {k: v for k, v in head.found.items() if 0 < len(v) <= _LONGEST}
    if "published" in found:
        day = _DAY.search(found.pop("published"))
        found |= {"published": "{}-{:0>2}-{:0>2}".format(*day.groups())} if day else {}
    if not found.get("url", "http://").startswith(("http://", "https://")):
        del found["url"]
    return found
