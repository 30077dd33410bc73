"""Read the comments of a Polis conversation."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from communities.importers.files import Row, read_pairs, read_table
from communities.importers.report import Problems, Progress, Refused, Report
from discussions.importers.threads import (
    Author,
    Conversations,
    PostDraft,
    ThreadDraft,
    find_community,
    read_language,
    read_number,
    save_conversations,
)
from discussions.models import Post

COLUMNS = ["timestamp", "comment-id", "author-id", "moderated", "comment-body"]
APPROVED, REJECTED, UNMODERATED = "1", "-1", "0"
HOLD_REASONS = {
    APPROVED: "",
    REJECTED: Post.HoldReason.REJECTED,
    UNMODERATED: Post.HoldReason.UNDECIDED,
}
SIDES = ("agrees", "disagrees")
OWN_VOTES = 1  # of the author, whom the site counts as agreeing
DEFAULT_LANGUAGE = "en"
SECONDS_END = 100_000_000_000  # larger timestamps are milliseconds


class Unmoderated(StrEnum):
    """What becomes of comments that no moderator decided on."""

    HELD = "held"
    PUBLISHED = "published"


def import_polis(
    path: Path, community_slug: str, progress: Progress, unmoderated: Unmoderated | None = None
) -> Report:
    """Add a conversation as one thread: the organiser opens it, each comment is a post.

    What its moderators rejected or had not read is held here, in no hurry: staff find it among
    held posts once they ask for imported ones too. Where everything was shown until somebody
    rejected it, which the votes tell or `unmoderated`, a comment without a decision is published.
    A file with anything wrong raises Refused.
    """
    community = find_community(community_slug)
    name = path.resolve().parent.name
    short = name if len(name) <= 60 else f"{name[:50]}{sha256(name.encode()).hexdigest()[:10]}"
    key = f"polis:{short}"
    problems, summary = Problems(path), _read_summary(path.parent / "summary.csv")
    language = read_language(summary) or DEFAULT_LANGUAGE
    comments = _read_comments(path, key, problems, unmoderated)
    topic = summary.get("topic") or name
    opening = PostDraft(
        key=f"{key}:opening",
        author=Author(f"{key}:organiser", "Organiser of the conversation"),
        body=summary.get("conversation-description") or topic,
        written_at=comments[0].written_at,
    )
    thread = ThreadDraft(key, topic, [opening, *comments])
    report = save_conversations(community, Conversations(path, language, [thread]), progress)
    report.note_empty_rows(problems)
    held = sum(1 for comment in comments if comment.hold_reason)
    report.note(
        f"of these, {held} comments were not approved there; the staff desk does not count them, "
        "and lists them among held posts under “Imported posts too”"
    )
    return report


def _read_comments(
    path: Path, key: str, problems: Problems, unmoderated: Unmoderated | None
) -> list[PostDraft]:
    rows = list(read_table(path, COLUMNS, problems))
    reasons = {**HOLD_REASONS, UNMODERATED: _reason_to_hold(path, rows, unmoderated)}
    comments: dict[str, PostDraft] = {}
    for where, row in rows:
        try:
            comment = _read_comment(row, key, reasons)
            if comment.key in comments:
                raise ValueError("its comment-id is not its own")
            comments[comment.key] = comment
        except ValueError as error:
            problems.add(f"{where} (comment {row['comment-id']})", error)
    problems.refuse()
    if not comments:
        raise Refused(f"{path}: there are no comments in it")
    return sorted(comments.values(), key=lambda comment: comment.written_at)


def _reason_to_hold(
    path: Path, rows: Sequence[tuple[str, Row]], unmoderated: Unmoderated | None
) -> str:
    """Return why comments that nobody decided on are held; empty if they were shown there.

    Only what was shown had votes of others. Raise Refused where the votes do not tell.
    """
    undecided = [row for _where, row in rows if row["moderated"] == UNMODERATED]
    if unmoderated is None and undecided:
        shown = sum(1 for row in undecided if _votes_on(row) > OWN_VOTES)
        if shown * 2 > len(undecided):
            unmoderated = Unmoderated.PUBLISHED
        elif not shown and len(undecided) < len(rows):
            unmoderated = Unmoderated.HELD
        else:
            raise Refused(
                f"{path}: refused, nothing was imported. {len(undecided)} comments have moderated"
                f" 0, and others voted on {shown} of them. Say with --unmoderated published that"
                " the conversation showed everything until it was rejected, or with --unmoderated"
                " held that these still wait for a decision"
            )
    return "" if unmoderated is Unmoderated.PUBLISHED else HOLD_REASONS[UNMODERATED]


def _votes_on(row: Row) -> int:
    return sum(int(row.get(side, "")) for side in SIDES if row.get(side, "").isdecimal())


def _read_comment(row: Row, key: str, reasons: Mapping[str, str]) -> PostDraft:
    if row["moderated"] not in reasons:
        raise ValueError(f"moderated is {row['moderated']!r}, not 1, -1 or 0")
    if not row["comment-body"]:
        raise ValueError("it has no text")
    author = read_number(row, "author-id")
    return PostDraft(
        key=f"{key}:{read_number(row, 'comment-id')}",
        author=Author(f"{key}:{author}", f"Participant {author}"),
        body=row["comment-body"],
        written_at=_read_moment(row["timestamp"]),
        hold_reason=reasons[row["moderated"]],
        language=read_language(row),
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
    return read_pairs(path) if path.is_file() else {}
