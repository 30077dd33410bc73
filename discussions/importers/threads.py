"""Write threads and posts that were published elsewhere; nobody is told of them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Greatest

from accounts.folding import without_hidden_signs
from accounts.models import User
from communities.importers.files import Row
from communities.importers.report import Progress, Refused, Report
from communities.markup import cut, render, storable
from communities.models import Community
from discussions.models import Post, Thread

BATCH = 1000
LONGEST_TITLE = 150
LANGUAGE_COLUMNS = ("lang", "language", "locale")
LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9-]+)?", re.IGNORECASE)


@dataclass
class Author:
    """Somebody who wrote, as they will be called here."""

    key: str
    name: str


@dataclass
class PostDraft:
    """A post as the file has it; one with a reason to hold is not published."""

    key: str
    author: Author
    body: str
    written_at: datetime
    reply_to: str = ""
    hold_reason: str = ""
    language: str = ""  # empty: that of the file


@dataclass
class ThreadDraft:
    """A thread as the file has it, with its posts in time order; the first opens it."""

    key: str
    title: str
    posts: list[PostDraft]


@dataclass
class Conversations:
    """What one import takes in."""

    path: Path
    language: str
    threads: list[ThreadDraft]


def read_number(row: Row, column: str) -> str:
    """Read the number that stands for somebody or something where a file comes from."""
    if not re.fullmatch(r"[0-9]{1,18}", row[column]):
        raise ValueError(f"{column} {row[column]!r} is not a number")
    return row[column]


def read_language(row: Mapping[str, str]) -> str:
    """Return the language that a row or a summary names, such as "cy" of "cy-GB"; else nothing."""
    named = (LANGUAGE.fullmatch(row.get(column, "")) for column in LANGUAGE_COLUMNS)
    return next((found[1].lower() for found in named if found), "")


def find_community(slug: str) -> Community:
    """Find the community that an import is for, and lock it."""
    community = Community.objects.select_for_update().filter(slug=slug).first()
    if community is None:
        raise Refused(f"No community has the address {slug!r}.")
    return community


def save_conversations(
    community: Community, conversations: Conversations, progress: Progress
) -> Report:
    """Add what is not here yet; what is here stays, whatever was done to it since.

    Posts are numbered in the order given, after those that a thread has already. Call
    it in a transaction that holds the community's lock.
    """
    report = Report(conversations.path)
    drafts = conversations.threads
    users = _save_authors(drafts, report)
    threads = _save_threads(community, drafts, users, report)
    known = _find_known(drafts)
    total = sum(len(draft.posts) for draft in drafts)
    posts: dict[str, Post] = {}
    for draft in drafts:
        for post in draft.posts:
            if post.key not in known:
                made = _make_post(threads[draft.key], users[post.author.key], post)
                made.language = post.language or conversations.language
                posts[post.key] = made
                progress(f"{len(posts):,} of {total - len(known):,} posts made ready")
    progress(f"{len(posts):,} posts made ready; writing them")
    _insert(drafts, posts, known)
    _count_posts(threads.values(), posts.values())
    _set_words("IMMEDIATE")
    report.count("posts", "added", len(posts))
    report.count("posts", "left", total - len(posts))
    return report


def _save_authors(drafts: list[ThreadDraft], report: Report) -> dict[str, User]:
    """Make an account without address or password for each author; give all by key."""
    first_posts: dict[str, PostDraft] = {}
    posts = [post for draft in drafts for post in draft.posts]
    for post in sorted(posts, key=lambda post: post.written_at):
        first_posts.setdefault(post.author.key, post)
    known = User.objects.filter(import_key__in=first_posts)
    users = {str(user.import_key): user for user in known}
    new = [
        User(
            import_key=key,
            public_name=without_hidden_signs(post.author.name),
            date_joined=post.written_at,
            password=make_password(None),
        )
        for key, post in first_posts.items()
        if key not in users
    ]
    report.count("people", "added", len(new))
    report.count("people", "left", len(users))
    User.objects.bulk_create(new, batch_size=BATCH)
    return users | {str(user.import_key): user for user in new}


def _save_threads(
    community: Community,
    drafts: list[ThreadDraft],
    users: dict[str, User],
    report: Report,
) -> dict[str, Thread]:
    keys = [draft.key for draft in drafts]
    known = Thread.objects.select_for_update().filter(import_key__in=keys)
    threads = {str(thread.import_key): thread for thread in known}
    new = [
        _make_thread(community, draft, users[draft.posts[0].author.key])
        for draft in drafts
        if draft.key not in threads
    ]
    for thread in threads.values():
        if thread.community_id != community.pk:
            report.note(f"{thread.title!r} is in another community and stays there")
    report.count("threads", "added", len(new))
    report.count("threads", "left", len(threads))
    Thread.objects.bulk_create(new, batch_size=BATCH)
    added = F("thread_count") + len(new)
    Community.objects.filter(pk=community.pk).update(thread_count=added)
    return threads | {str(thread.import_key): thread for thread in new}


def _make_thread(community: Community, draft: ThreadDraft, author: User) -> Thread:
    opened_at = draft.posts[0].written_at
    title = " ".join(storable(draft.title).split())
    if len(title) > LONGEST_TITLE:
        title = f"{cut(title, LONGEST_TITLE - 1).rstrip()}…"
    return Thread(
        import_key=draft.key,
        community=community,
        title=title,
        author=author,
        status=Thread.Status.PUBLISHED,
        created_at=opened_at,
        published_at=opened_at,
        last_post_at=opened_at,
    )


def _find_known(drafts: list[ThreadDraft]) -> dict[str, int]:
    """Find the posts that are here already, those replied to included."""
    posts = [post for draft in drafts for post in draft.posts]
    keys = {post.key for post in posts} | {post.reply_to for post in posts}
    known = Post.objects.filter(import_key__in=keys)
    return {str(key): pk for key, pk in known.values_list("import_key", "pk")}


def _make_post(thread: Thread, author: User, draft: PostDraft) -> Post:
    """Make a post from a draft; a published one takes the thread's next number."""
    body = storable(draft.body).strip()
    post = Post(
        import_key=draft.key,
        thread=thread,
        author=author,
        body=body,
        html=render(body),
        hold_reason=draft.hold_reason,
        created_at=draft.written_at,
    )
    if not draft.hold_reason:
        thread.last_number += 1
        post.status = Post.Status.PUBLISHED
        post.number = thread.last_number
        post.published_at = draft.written_at
    return post


def _insert(drafts: list[ThreadDraft], posts: dict[str, Post], known: dict[str, int]) -> None:
    # Who puts in a word that is new keeps others from theirs until the end: so do it last.
    _set_words("DEFERRED")
    Post.objects.bulk_create(posts.values(), batch_size=BATCH)
    numbers = known | {key: post.pk for key, post in posts.items()}
    replies = []
    for draft in (post for thread in drafts for post in thread.posts):
        if draft.key in posts and draft.reply_to in numbers:
            posts[draft.key].reply_to_id = numbers[draft.reply_to]
            replies.append(posts[draft.key])
    Post.objects.bulk_update(replies, ["reply_to"], batch_size=BATCH)


def _set_words(when: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS discussions_opening_said {when}")


def _count_posts(threads: Iterable[Thread], posts: Iterable[Post]) -> None:
    written: dict[int, list[datetime]] = {}
    for post in posts:
        if post.number:
            written.setdefault(post.thread_id, []).append(post.created_at)
    for thread in threads:
        if thread.pk in written:
            moments = written[thread.pk]
            Thread.objects.filter(pk=thread.pk).update(
                post_count=F("post_count") + len(moments),
                last_number=thread.last_number,
                last_post_at=Greatest(F("last_post_at"), Value(max(moments))),
            )
