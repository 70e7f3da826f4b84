"""What the tests of pages look at in one page: tags, ids, links, popovers, digits without origin."""

import re
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "img", "line", "circle", "path", "rect", "input"}
PLAIN = {"time", "code", "blockquote", "button", "svg", "pre", "title", "a"}
"""Elements whose digits are no figures of their own: dates, code, quotes, names, drawings."""

PLAIN_CLASSES = {"period", "sources", "axis"}


class Walk(HTMLParser):
    """Notes tags, ids, links, popover targets and the digits that stand outside of any origin."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links, self.targets = [], [], [], []
        self.tags, self.bare, self.styled = set(), [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.add(tag)
        self.styled += [k for k in given if k == "style" or k.startswith("on")]
        if "id" in given:
            self.ids.append(given["id"])
        if "popovertarget" in given:
            self.targets.append(given["popovertarget"])
        self.links += [given[k] for k in ("href", "src") if k in given]
        if tag not in VOID:
            plain = (
                tag in PLAIN
                or "popover" in given
                or "data-words" in given
                or given.get("class") in PLAIN_CLASSES
            )
            self.open.append((tag, plain))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        while tag not in VOID and self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        inside = {t for t, _ in self.open}
        if "main" in inside and not any(p for _, p in self.open) and re.search(r"\d", data):
            self.bare.append(data.strip())


def walk(html):
    """The `Walk` of one page."""
    found = Walk()
    found.feed(html)
    return found
