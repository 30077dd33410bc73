"""Who hears of a post or an answer: a stretch of people at a time, in the order of their keys."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from discussions.models import Follow, Ignore, Mention, Post
from questions.models import Asker, Question


@dataclass
class Batch:
    """Some of those who may hear of one thing, and whether these are the last of them.

    `looked_at` is how many were considered, `through` the key of the last one, `named` whom the
    words of a post name.
    """

    users: dict[int, User]
    named: set[int]
    looked_at: int
    through: int
    is_last: bool


def recipients_of_post(post: Post, *, after: int, limit: int) -> Batch:
    """Return followers, the author of the post that one answers, and whom it names."""
    mentions = Mention.objects.filter(post=post).values_list("user", flat=True)
    named = set(mentions)
    others = named | ({post.reply_to.author_id} if post.reply_to else set())
    followers = _followers(post.thread_id)
    sources = [followers]
    if post.thread.answer_id == post.pk:
        # An answer has an announcement of its own.
        askers = Asker.objects.filter(question__thread=post.thread_id)
        sources = []
        others -= _among(followers, others) | _among(askers, others)
    people, is_last = _next(sources, others, after, limit)
    deaf = Ignore.objects.filter(ignored=post.author_id, user__in=people)
    muters = Follow.objects.filter(thread=post.thread_id, mode=Follow.Mode.MUTE, user__in=people)
    silent = {*deaf.values_list("user", flat=True), *muters.values_list("user", flat=True)}
    return _batch(people, is_last, silent | {post.author_id}, named, after)


def recipients_of_answer(question: Question, *, after: int, limit: int) -> Batch:
    """Return everybody who asked or follows, except whoever answered."""
    thread = question.thread
    if thread is None or thread.answer is None:
        return Batch({}, set(), 0, after, True)
    sources = [_followers(thread.pk), Asker.objects.filter(question__thread=thread.pk)]
    people, is_last = _next(sources, set(), after, limit)
    return _batch(people, is_last, {thread.answer.author_id}, set(), after)


def _followers(thread_id: int) -> QuerySet[Follow]:
    return Follow.objects.filter(thread=thread_id, mode=Follow.Mode.FOLLOW)


def _among(rows: QuerySet[Any], people: set[int]) -> set[int]:
    return set(rows.filter(user__in=people).values_list("user", flat=True)) if people else set()


def _next(
    sources: list[QuerySet[Any]], others: set[int], after: int, limit: int
) -> tuple[list[int], bool]:
    """Return the next keys of people, in order, and whether these are the last."""
    found = {pk for pk in others if pk > after}
    for rows in sources:
        following = rows.filter(user__gt=after).order_by("user")
        # One more than wanted tells whether there are more
        found.update(following.values_list("user", flat=True)[: limit + 1])
    people = sorted(found)
    return people[:limit], len(people) <= limit


def _batch(
    people: list[int], is_last: bool, without: set[int], named: set[int], after: int
) -> Batch:
    active = User.objects.filter(is_active=True, closed_at=None)
    users = active.in_bulk([pk for pk in people if pk not in without])
    return Batch(users, named, len(people), people[-1] if people else after, is_last)
