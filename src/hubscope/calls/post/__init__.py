"""Notices by e-mail: written with what they tell of, sent by whoever runs the post."""

from hubscope.calls.post.letter import letter
from hubscope.calls.post.outbox import Round, deliver
from hubscope.calls.post.remind import remind
from hubscope.calls.post.whom import post

__all__ = ["Round", "deliver", "letter", "post", "remind"]
