"""From what was published to who is told of it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import transaction

from accounts.models import Announcement, User
from communities.models import Proposal
from councillors.models import Councillor
from discussions.models import Follow, Ignore, Mention, Post
from moderation.models import Decision
from notifications.models import Delivery, Preference
from notifications.permissions import pick_readable
from notifications.services.recipients import Batch, recipients_of_answer, recipients_of_post
from questions.models import Question

ANNOUNCEMENTS_AT_ONCE = 100
PEOPLE_AT_ONCE = 1_000
Kind = Delivery.Kind


def queue_deliveries(
    limit: int = ANNOUNCEMENTS_AT_ONCE, *, max_people: int = PEOPLE_AT_ONCE
) -> int:
    """Tell people of what was published, oldest first, and clear it from the outbox.

    One call is one transaction of at most `max_people` of those who follow or asked; where more
    of them are to be told of one thing, its line in the outbox says how far it came. Returns how
    many announcements were worked on; what another worker holds is left to it.
    """
    with transaction.atomic():
        outbox = Announcement.objects.select_for_update(skip_locked=True).order_by("pk")
        announcements = list(outbox[:limit])
        long = [line for line in announcements if line.kind in _RECIPIENTS]
        short = [line for line in announcements if line.kind not in _RECIPIENTS]
        deliveries = _of_short(short)
        done, begun = _of_long(long, deliveries, max_people)
        _decide_mail(deliveries)
        # One order everywhere, so that two workers wait for each other and never in a ring.
        deliveries.sort(key=_identity)
        Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
        Announcement.objects.filter(pk__in=[line.pk for line in short + done]).delete()
        Announcement.objects.bulk_update(begun, ["told_through"])
    return len(short + done + begun)


def _of_short(announcements: list[Announcement]) -> list[Delivery]:
    """Tell of what concerns only a few people."""
    subjects: dict[str, set[int]] = defaultdict(set)
    for line in announcements:
        subjects[line.kind].add(line.subject_id)
    return [
        *_of_new_questions(subjects[Announcement.Kind.QUESTION]),
        *_of_decisions(subjects[Announcement.Kind.DECISION]),
        *_of_mentions(subjects[Announcement.Kind.MENTION]),
        *_of_proposals(subjects[Announcement.Kind.PROPOSAL]),
    ]


def _of_long(
    announcements: list[Announcement], deliveries: list[Delivery], max_people: int
) -> tuple[list[Announcement], list[Announcement]]:
    """Tell of what thousands may follow; return what is done, and what is left half done."""
    batches: list[tuple[Post | Question, Batch]] = []
    done: list[Announcement] = []
    left = max_people
    subjects = _subjects_of(announcements)
    for line in announcements:
        if left <= 0:
            break
        subject = subjects.get((line.kind, line.subject_id))
        if subject is not None:
            batch = _RECIPIENTS[line.kind](subject, after=line.told_through, limit=left)
            batches.append((subject, batch))
            left -= batch.looked_at
            if not batch.is_last:
                line.told_through = batch.through
                deliveries += _readable(batches)
                return done, [line]
        done.append(line)
    deliveries += _readable(batches)
    return done, []


def _subjects_of(announcements: list[Announcement]) -> dict[tuple[str, int], Post | Question]:
    pks: dict[str, set[int]] = defaultdict(set)
    for line in announcements:
        pks[line.kind].add(line.subject_id)
    posts = Post.objects.published().filter(pk__in=pks[Announcement.Kind.POST])
    answered = Question.objects.filter(pk__in=pks[Announcement.Kind.ANSWER], thread__isnull=False)
    subjects: dict[tuple[str, int], Post | Question] = {}
    for post in posts.select_related("thread", "reply_to").defer("html", "search"):
        subjects[Announcement.Kind.POST, post.pk] = post
    for question in answered.select_related("thread__answer"):
        subjects[Announcement.Kind.ANSWER, question.pk] = question
    return subjects


def _readable(batches: list[tuple[Post | Question, Batch]]) -> list[Delivery]:
    """Make the deliveries of those who may read what they would be told of."""
    posts, questions = (
        {subject: set(batch.users.values()) for subject, batch in batches if type(subject) is model}
        for model in (Post, Question)
    )
    readable = {
        Post: pick_readable(Post, _by_user(posts)) if posts else set(),
        Question: pick_readable(Question, _by_user(questions)) if questions else set(),
    }
    return [
        _delivery(user, subject, is_named=user.pk in batch.named)
        for subject, batch in batches
        for user in batch.users.values()
        if (user.pk, subject.pk) in readable[type(subject)]
    ]


def _delivery(user: User, subject: Post | Question, *, is_named: bool) -> Delivery:
    if isinstance(subject, Question):
        return Delivery(user=user, kind=Kind.ANSWER, question=subject)
    return Delivery(user=user, kind=Kind.MENTION if is_named else Kind.REPLY, post=subject)


def _listening(users: set[User], post: Post) -> set[User]:
    """Leave out whoever wrote a post, whoever ignores them, and closed accounts."""
    ignoring = Ignore.objects.filter(ignored=post.author_id, user__in=users)
    deaf = set(ignoring.values_list("user", flat=True))
    return {user for user in _active(users) if user.pk not in deaf} - {post.author}


def _of_mentions(pks: set[int]) -> list[Delivery]:
    """Tell whom other words of a post name, also those who were told of it as a reply."""
    if not pks:
        return []
    published = Mention.objects.filter(pk__in=pks, post__in=Post.objects.published())
    named: dict[Post, set[User]] = defaultdict(set)
    for mention in published.select_related("user", "post__author"):
        named[mention.post].add(mention.user)
    told = {post: _listening(users, post) - _muters_of(post) for post, users in named.items()}
    readable = pick_readable(Post, _by_user(told))
    deliveries = [
        Delivery(user=user, kind=Kind.MENTION, post=post)
        for post, users in told.items()
        for user in users
        if (user.pk, post.pk) in readable
    ]
    for line in deliveries:
        earlier = Delivery.objects.filter(user=line.user, post=line.post, kind=Kind.REPLY)
        earlier.update(kind=Kind.MENTION, mail=None, read_at=None)
    return deliveries


def _muters_of(post: Post) -> set[User]:
    mutes = Follow.objects.filter(thread=post.thread_id, mode=Follow.Mode.MUTE)
    return {mute.user for mute in mutes.select_related("user")}


def _of_new_questions(pks: set[int]) -> list[Delivery]:
    """Send whoever asked a receipt, and tell the councillors who were asked."""
    questions = Question.objects.filter(pk__in=pks, thread__isnull=False).select_related(
        "author", "seat__person__user"
    )
    told = {question: _active({question.author} | _asked(question)) for question in questions}
    return _of_questions(Kind.QUESTION, told)


def _asked(question: Question) -> set[User]:
    if question.seat is not None:
        seats = [question.seat]
    else:
        in_area = Councillor.objects.sitting().filter(area=question.area_id, body=question.body_id)
        seats = list(in_area.select_related("person__user"))
    return {seat.person.user for seat in seats if seat.person and seat.person.user}


def _of_questions(kind: Delivery.Kind, told: dict[Question, set[User]]) -> list[Delivery]:
    readable = pick_readable(Question, _by_user(told))
    return [
        Delivery(user=user, kind=kind, question=question)
        for question, users in told.items()
        for user in users
        if (user.pk, question.pk) in readable
    ]


def _of_decisions(pks: set[int]) -> list[Delivery]:
    """Tell the author of the post."""
    decisions = Decision.objects.filter(pk__in=pks).select_related("post__author")
    return [
        Delivery(user=decision.post.author, kind=Kind.DECISION, decision=decision)
        for decision in decisions
        if _active({decision.post.author})
    ]


def _of_proposals(pks: set[int]) -> list[Delivery]:
    """Tell whoever proposed a community that staff opened it, or why not."""
    decided = Proposal.objects.filter(pk__in=pks).exclude(state=Proposal.State.WAITING)
    return [
        Delivery(user=proposal.proposer, kind=Kind.PROPOSAL, proposal=proposal)
        for proposal in decided.select_related("proposer")
        if _active({proposal.proposer})
    ]


def _active(users: Iterable[User]) -> set[User]:
    return {user for user in users if user.is_active and user.closed_at is None}


def _by_user(told: Mapping[Any, set[User]]) -> dict[User, set[int]]:
    wanted: dict[User, set[int]] = defaultdict(set)
    for row, users in told.items():
        for user in users:
            wanted[user].add(row.pk)
    return wanted


def _decide_mail(deliveries: list[Delivery]) -> None:
    """Note for each delivery whether it also comes by mail."""
    users = {delivery.user_id for delivery in deliveries}
    preferences = {row.user_id: row for row in Preference.objects.filter(user__in=users)}
    for delivery in deliveries:
        preference = preferences.get(delivery.user_id)
        delivery.wants_mail = bool(delivery.user.email) and wants(preference, delivery.kind)


def wants(preference: Preference | None, kind: str) -> bool:
    """Say whether a person wants a kind of alert; some matter too much to be switched off."""
    if preference is None:
        return True
    chosen = {
        Kind.REPLY: preference.alert_replies,
        Kind.MENTION: preference.alert_replies,
        Kind.ANSWER: preference.alert_answers,
        Kind.PROPOSAL: preference.alert_answers,
    }
    return chosen.get(Kind(kind), True)


def _identity(delivery: Delivery) -> tuple[int, str, int]:
    subject = delivery.post_id or delivery.question_id or delivery.decision_id
    return delivery.user_id, delivery.kind, subject or delivery.proposal_id or 0


_RECIPIENTS: dict[str, Callable[..., Batch]] = {
    Announcement.Kind.POST: recipients_of_post,
    Announcement.Kind.ANSWER: recipients_of_answer,
}
