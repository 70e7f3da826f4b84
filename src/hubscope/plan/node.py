"""A section or an item of a document, with what stands under it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from hubscope.plan.blocks import Block


@dataclass(eq=False)
class Node:
    """A heading or an item with what stands under it."""

    block: Block
    title: str
    """Its words without marker, label and emphasis."""
    head_end: int
    """Where its heading sentence ends; body text may follow in the same line."""
    role: str = ""
    label_ordinal: int | None = None
    labelled: bool = False
    alone: bool = False
    """True for a label with nothing behind it ("Measures:"), which heads a group."""
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    content: list[Block] = field(default_factory=list)
    """Paragraphs and table rows directly under it."""
    intro: str = ""
    """The sentence that leads into it: the end of the paragraph before an enumeration."""
    intro_span: tuple[int, int] = (0, 0)

    @property
    def ordinal(self) -> int | None:
        """The ordinal of its label or marker."""
        return self.label_ordinal if self.label_ordinal is not None else self.block.ordinal

    def ancestors(self) -> Iterator[Node]:
        """Its parents, nearest first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def walk(self) -> Iterator[Node]:
        """Itself and everything under it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()
