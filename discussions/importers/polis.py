"""Read the comments of a Polis conversation."""

import csv
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from communities.importers.files import Row, read_table
from communities.importers.report import Problems, Progress, Refused, Report
from discussions.importers.threads import (
    Author,
    Conversations,
    PostDraft,
    ThreadDraft,
    find_community,
    read_number,
    save_conversations,
)
from discussions.models import Post

COLUMNS = ["timestamp", "comment-id", "author-id", "moderated", "comment-body"]
HOLD_REASONS = {"1": "", "-1": Post.HoldReason.REJECTED, "0": Post.HoldReason.UNDECIDED}
SECONDS_END = 100_000_000_000  # larger timestamps are milliseconds


def import_polis(path: Path, community_slug: str, progress: Progress) -> Report:
    """Add a conversation as one thread: the organiser opens it, each comment is a post.

    What its moderators rejected or had not read is held here, in no hurry: staff find it among
    held posts once they ask for imported ones too. A file with anything wrong raises Refused.
    """
    community = find_community(community_slug)
    name = path.resolve().parent.name
    short = name if len(name) <= 60 else f"{name[:50]}{sha256(name.encode()).hexdigest()[:10]}"
    key = f"polis:{short}"
    comments = _read_comments(path, key)
    summary = _read_summary(path.parent / "summary.csv")
    topic = summary.get("topic") or name
    opening = PostDraft(
        key=f"{key}:opening",
        author=Author(f"{key}:organiser", "Organiser of the conversation"),
        body=summary.get("conversation-description") or topic,
        written_at=comments[0].written_at,
    )
    thread = ThreadDraft(key, topic, [opening, *comments])
    report = save_conversations(community, Conversations(path, "en", [thread]), progress)
    held = sum(1 for comment in comments if comment.hold_reason)
    report.note(
        f"of these, {held} comments were not approved there; the staff desk does not count them, "
        "and lists them among held posts under “Imported posts too”"
    )
    return report


def _read_comments(path: Path, key: str) -> list[PostDraft]:
    problems = Problems(path)
    comments: dict[str, PostDraft] = {}
    for where, row in read_table(path, COLUMNS, problems):
        try:
            comment = _read_comment(row, key)
            if comment.key in comments:
                raise ValueError("its comment-id is not its own")
            comments[comment.key] = comment
        except ValueError as error:
            problems.add(f"{where} (comment {row['comment-id']})", error)
    problems.refuse()
    if not comments:
        raise Refused(f"{path}: there are no comments in it")
    return sorted(comments.values(), key=lambda comment: comment.written_at)


def _read_comment(row: Row, key: str) -> PostDraft:
    if row["moderated"] not in HOLD_REASONS:
        raise ValueError(f"moderated is {row['moderated']!r}, not 1, -1 or 0")
    if not row["comment-body"]:
        raise ValueError("it has no text")
    author = read_number(row, "author-id")
    return PostDraft(
        key=f"{key}:{read_number(row, 'comment-id')}",
        author=Author(f"{key}:{author}", f"Participant {author}"),
        body=row["comment-body"],
        written_at=_read_moment(row["timestamp"]),
        hold_reason=HOLD_REASONS[row["moderated"]],
    )


def _read_moment(text: str) -> datetime:
    try:
        seconds = float(text)
        seconds = seconds / 1000 if seconds > SECONDS_END else seconds
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"its timestamp {text!r} is not a moment") from None


def _read_summary(path: Path) -> dict[str, str]:
    """Read the pairs of keys and values beside the comments, if they are there."""
    if not path.is_file():
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            pairs = [row for row in csv.reader(file) if len(row) == 2]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Refused(f"{path}: cannot be read: {error}") from error
    return {key.strip(): value.strip() for key, value in pairs}
