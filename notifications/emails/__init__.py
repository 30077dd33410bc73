"""What the mails say, the links in them, and how they leave the house."""

from notifications.emails.letters import (
    Letter,
    Part,
    Pieces,
    Story,
    answer,
    bundle,
    decision,
    digest,
    mention,
    proposal,
    question,
    reply,
)

__all__ = [
    "Letter",
    "Part",
    "Pieces",
    "Story",
    "answer",
    "bundle",
    "decision",
    "digest",
    "mention",
    "proposal",
    "question",
    "reply",
]
