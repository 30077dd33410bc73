"""Read the proposals and comments of Decide Madrid."""

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from communities.importers.files import Row, read_day, read_header, read_table
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

PROPOSAL_COLUMNS = ["id", "title", "userId", "date", "summary", "text"]
COMMENT_COLUMNS = [
    "id",
    "parentId",
    "proposalId",
    "userId",
    "userType",
    "date",
    "time",
    "text",
]
ZONE = ZoneInfo("Europe/Madrid")
TIME = re.compile(r"(?:0 days )?(\d\d:\d\d:\d\d)")
NO_PARENT = {"", "-1"}
WITHOUT_TEXT = "[sin texto]"  # so that a reply to it still has something to reply to
# What the platform calls those who are not residents
KINDS = {"Empleados públicos": "City staff", "Colectivo": "Association"}


def import_madrid(paths: list[Path], community_slug: str, progress: Progress) -> Report:
    """Add proposals as threads and comments as posts.

    A file with anything wrong in it raises Refused.
    """
    community = find_community(community_slug)
    proposals, comments = _tell_apart(paths)
    authors = _Authors()
    problems = [Problems(proposals), Problems(comments or proposals)]
    threads = _read_proposals(proposals, authors, problems[0])
    strays = _read_comments(comments, threads, authors, problems[1]) if comments else 0
    for thread in threads.values():
        thread.posts[1:] = sorted(thread.posts[1:], key=lambda post: post.written_at)
    conversations = Conversations(proposals, "es", list(threads.values()))
    report = save_conversations(community, conversations, progress)
    for each in problems:
        report.note_empty_rows(each)
    posts = [post for thread in threads.values() for post in thread.posts]
    if empty := sum(1 for post in posts if post.body == WITHOUT_TEXT):
        report.note(f"{empty} comments have no text in the file and say {WITHOUT_TEXT}")
    if strays:
        report.note(f"{strays} replies are kept though what they reply to is not in the file")
    return report


class _Authors:
    """Everybody who wrote, each named for the first office that a row gives them."""

    def __init__(self) -> None:
        self.known: dict[str, Author] = {}

    def find(self, number: str, kind: str) -> Author:
        key = f"madrid:{number}"
        author = self.known.setdefault(key, Author(key, f"Resident {number}"))
        if kind and author.name.startswith("Resident"):
            author.name = f"{kind} {number}"
        return author


def _tell_apart(paths: list[Path]) -> tuple[Path, Path | None]:
    proposals: list[Path] = []
    comments: list[Path] = []
    for path in paths:
        is_comments = "parentId" in read_header(path)
        (comments if is_comments else proposals).append(path)
    if len(proposals) != 1 or len(comments) > 1:
        raise Refused(
            "Give the table of proposals and, beside it, that of comments: "
            f"there are {len(proposals)} and {len(comments)}."
        )
    return proposals[0], comments[0] if comments else None


def _read_proposals(path: Path, authors: _Authors, problems: Problems) -> dict[str, ThreadDraft]:
    threads: dict[str, ThreadDraft] = {}
    for where, row in read_table(path, PROPOSAL_COLUMNS, problems):
        try:
            if read_number(row, "id") in threads:
                raise ValueError(f"its id {row['id']!r} is not its own")
            threads[row["id"]] = _read_proposal(row, authors)
        except ValueError as error:
            problems.add(f"{where} (proposal {row['id']})", error)
    problems.refuse()
    if not threads:
        raise Refused(f"{path}: there are no proposals in it")
    return threads


def _read_proposal(row: Row, authors: _Authors) -> ThreadDraft:
    body = "\n\n".join(part for part in (row["summary"], row["text"]) if part)
    if not row["title"] or not body:
        raise ValueError("it has no title or no text")
    kind = KINDS["Colectivo"] if row.get("isAssociation") == "1" else ""
    first = PostDraft(
        key=f"madrid:proposal:{row['id']}",
        author=authors.find(read_number(row, "userId"), kind),
        body=body,
        written_at=_read_moment(row["date"], "00:00:00"),
        language=read_language(row),
    )
    return ThreadDraft(first.key, row["title"], [first])


def _read_comments(
    path: Path, threads: dict[str, ThreadDraft], authors: _Authors, problems: Problems
) -> int:
    """Add the comments to their threads; give how many reply to one that is not there."""
    keys: set[str] = set()
    replies: list[str] = []
    for where, row in read_table(path, COMMENT_COLUMNS, problems):
        try:
            comment = _read_comment(row, authors)
            if comment.key in keys:
                raise ValueError(f"its id {row['id']!r} is not its own")
            if row["proposalId"] not in threads:
                raise ValueError(f"there is no proposal {row['proposalId']!r}")
        except ValueError as error:
            problems.add(f"{where} (comment {row['id']})", error)
            continue
        keys.add(comment.key)
        if comment.reply_to:
            replies.append(comment.reply_to)
        threads[row["proposalId"]].posts.append(comment)
    problems.refuse()
    return sum(1 for reply_to in replies if reply_to not in keys)


def _read_comment(row: Row, authors: _Authors) -> PostDraft:
    number = read_number(row, "id")
    if row["parentId"] == number:
        raise ValueError("it replies to itself")
    parent = "" if row["parentId"] in NO_PARENT else f"madrid:comment:{row['parentId']}"
    return PostDraft(
        key=f"madrid:comment:{number}",
        author=authors.find(read_number(row, "userId"), KINDS.get(row["userType"], "")),
        body=row["text"] or WITHOUT_TEXT,
        written_at=_read_moment(row["date"], row["time"]),
        reply_to=parent,
        language=read_language(row),
    )


def _read_moment(day_text: str, time_text: str) -> datetime:
    day, time = read_day(day_text), TIME.fullmatch(time_text)
    if day is None or time is None:
        raise ValueError(f"{day_text} {time_text!r} is not a moment")
    return datetime.fromisoformat(f"{day} {time[1]}").replace(tzinfo=ZONE)
