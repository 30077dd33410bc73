"""What the mails say, the links in them, and how they leave the house."""

from notifications.emails.letters import (
    Letter,
    Pieces,
    Story,
    answer,
    decision,
    digest,
    mention,
    proposal,
    question,
    reply,
)

__all__ = [
    "Letter",
    "Pieces",
    "Story",
    "answer",
    "decision",
    "digest",
    "mention",
    "proposal",
    "question",
    "reply",
]
