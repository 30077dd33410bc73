"""The only writers of questions, of who has them, and of who wants to know.

Locks are taken in one order everywhere: question, community, thread, post.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.limits import spend_for
from accounts.models import Announcement, User
from accounts.services import announce, record_act
from communities.markup import render, storable, words_of
from communities.models import Community
from councillors.models import Body, Councillor
from discussions.models import Post, Thread
from discussions.services import (
    Writing,
    add_post,
    discard_draft,
    open_thread,
    refuse_unseen,
    set_answer,
    set_locked,
    set_status,
)
from questions.clock import deadline
from questions.models import Asker, Holder, Question
from questions.permissions import (
    capacities_to_answer,
    may_answer,
    may_ask,
    may_decide_question,
    may_join_question,
    may_open,
)

State = Question.State
UNREAD = {State.SUBMITTED, State.PRIVATE}
WAITING = {State.OPEN, State.REFERRED}


@dataclass(frozen=True)
class Addressee:
    """To whom a question goes: the person in a seat, or all councillors of that seat's ward."""

    seat: Councillor
    is_whole_ward: bool = False


@dataclass(frozen=True)
class Inquiry:
    """What somebody wants to know, why, where they ask from, and the key of their form."""

    title: str
    text: str
    submit_key: UUID
    community: Community | None = None


@transaction.atomic
def ask_question(inquiry: Inquiry, *, by: User, to: Addressee) -> Question:
    """Hand in a question for staff to read; a form sent twice hands in one.

    Raises ValidationError where the person may not ask, or the seat has no ward.
    """
    if not may_ask(by, to.seat):
        raise ValidationError(_("You cannot ask this councillor at the moment."))
    if to.is_whole_ward and to.seat.area_id is None:
        raise ValidationError(_("This councillor has no ward on our map. Ask them in person."))
    title = " ".join(storable(inquiry.title).split())
    refuse_unseen(title)
    refuse_unseen(words_of(render(inquiry.text)))
    question, is_new = Question.objects.get_or_create(
        author=by,
        submit_key=inquiry.submit_key,
        defaults={
            "title": title,
            "text": storable(inquiry.text),
            "community": inquiry.community,
            "body_id": to.seat.body_id,
            "seat_id": None if to.is_whole_ward else to.seat.pk,
            "area_id": to.seat.area_id if to.is_whole_ward else None,
            "asker_count": 1,
        },
    )
    if is_new:
        spend_for(by, "question")
        Asker.objects.create(question=question, user=by)
        record_act(question, by=by, act="ask")
    return question


@transaction.atomic
def open_question(question: Question, *, by: User) -> Question:
    """Publish a question that staff have read, and start its clock.

    Raises ValidationError where it is no longer waiting to be read.
    """
    question = _take(question, by=by, states=UNREAD)
    community = _community_for(question)
    thread = open_thread(
        community,
        by=question.author,
        title=question.title,
        writing=Writing(question.text),
        kind=Thread.Kind.QUESTION,
    )
    if thread.status != Thread.Status.PUBLISHED:
        # The community holds first posts until staff have read them: this is that reading.
        set_status(thread.posts.get(), Post.Status.PUBLISHED, by=by)
    question.state = State.OPEN
    question.thread = thread
    question.opened_on = timezone.localdate()
    question.due_on = deadline(question.opened_on, question.body.nation).due_on
    question.save(update_fields=["state", "thread", "opened_on", "due_on"])
    Holder.objects.create(question=question, seat_id=question.seat_id, area_id=question.area_id)
    announce(Announcement.Kind.QUESTION, question)
    record_act(question, by=by, act="open")
    return question


@transaction.atomic
def keep_private(question: Question, *, by: User) -> Question:
    """Deal with a question in private: it never becomes a thread unless it is opened later."""
    question = _take(question, by=by, states={State.SUBMITTED})
    question.state = State.PRIVATE
    question.save(update_fields=["state"])
    record_act(question, by=by, act="keep private")
    return question


@transaction.atomic
def close_question(question: Question, *, by: User, reason: str) -> Question:
    """Close a question without an answer, and say why."""
    question = _take(question, by=by, states=UNREAD | WAITING)
    reason = " ".join(storable(reason).split())
    if not reason:
        raise ValidationError(_("Say why it is closed: whoever asked reads it."))
    question.state = State.CLOSED
    question.closing_reason = reason
    question.save(update_fields=["state", "closing_reason"])
    _hand_over(question)
    record_act(question, by=by, act="close")
    return question


@transaction.atomic
def merge_question(question: Question, *, by: User, into: Question) -> Question:
    """Join a question with another that asks the same; whoever asked it asks that one now.

    Raises ValidationError where either is settled, or both are one.
    """
    if question.pk == into.pk:
        raise ValidationError(_("A question cannot be joined with itself."))
    # In one order, so that two people who join two questions with each other do not block.
    list(Question.objects.select_for_update().filter(pk__in=[question.pk, into.pk]).order_by("pk"))
    question = _take(question, by=by, states={State.SUBMITTED} | WAITING)
    into = _take(into, by=by, states=WAITING | {State.ANSWERED})
    known = into.askers.values("user")
    moved = question.askers.exclude(user__in=known).update(question=into)
    question.askers.all().delete()
    Question.objects.filter(pk=into.pk).update(asker_count=F("asker_count") + moved)
    question.merged.update(merged_into=into)
    question.state, question.merged_into, question.asker_count = State.MERGED, into, 0
    question.save(update_fields=["state", "merged_into", "asker_count"])
    _hand_over(question)
    if question.thread is not None:
        set_locked(question.thread, True, by=by)
    if into.state == State.ANSWERED:
        announce(Announcement.Kind.ANSWER, into)
    record_act(question, by=by, act="merge")
    return question


@transaction.atomic
def refer_question(question: Question, *, by: User, to: Body) -> Question:
    """Pass a question on to another body, which has it from now on."""
    question = _take(question, by=by, states=WAITING)
    if question.holders.filter(until=None, body=to).exists():
        raise ValidationError(_("%(body)s has this question already.") % {"body": to.name})
    question.state = State.REFERRED
    question.save(update_fields=["state"])
    _hand_over(question)
    Holder.objects.create(question=question, body=to)
    record_act(question, by=by, act="refer")
    return question


@transaction.atomic
def acknowledge_question(question: Question, *, by: User) -> Question:
    """Note that a councillor has seen a question; one asked of a ward is theirs from then on.

    Doing it twice changes nothing. Raises ValidationError where it was not put to them.
    """
    question = _lock(question)
    capacity = capacities_to_answer(by, question).first()
    if capacity is None or not may_answer(by, question):
        raise ValidationError(_("This question was not put to you."))
    if question.acknowledged_at is not None or question.state != State.OPEN:
        return question
    question.acknowledged_at = timezone.now()
    question.save(update_fields=["acknowledged_at"])
    if question.area_id is not None:
        _hand_over(question)
        Holder.objects.create(question=question, seat=capacity.seat)
    record_act(question, by=by, act="acknowledge")
    return question


@transaction.atomic
def answer_question(question: Question, *, by: User, writing: Writing) -> Post:
    """Publish the answer that settles a question, in the capacity that it was put to.

    A form sent twice answers once. Raises ValidationError where the person may not answer.
    """
    question = _lock(question)
    earlier = Post.objects.filter(
        author=by, submit_key=writing.submit_key, thread=question.thread_id
    )
    if writing.submit_key is not None and (post := earlier.first()):
        return post
    capacity = capacities_to_answer(by, question).first()
    if capacity is None or not may_answer(by, question):
        raise ValidationError(_("You cannot answer this question at the moment."))
    Community.objects.select_for_update(of=("self",)).get(threads__question=question)
    spend_for(by, "answer")
    threads = Thread.objects.select_for_update(of=("self",)).select_related("community")
    thread = threads.get(question=question)
    post = add_post(thread, by=by, writing=replace(writing, capacity=capacity))
    if post.status != Post.Status.PUBLISHED:
        # Two members of staff stand for this capacity, so a newcomer's answer need not wait.
        post = set_status(post, Post.Status.PUBLISHED, by=by)
    set_answer(thread, post)
    question.state = State.ANSWERED
    question.answered_at = timezone.now()
    question.answered_by = capacity.seat
    question.save(update_fields=["state", "answered_at", "answered_by"])
    _hand_over(question)
    discard_draft(thread, by=by)
    announce(Announcement.Kind.ANSWER, question)
    record_act(question, by=by, act="answer")
    return post


@transaction.atomic
def want_to_know(question: Question, *, by: User) -> bool:
    """Count a person among those who want to know; says whether they are new."""
    question = _lock(question)
    if not may_join_question(by, question):
        raise ValidationError(_("This question is no longer waiting for an answer."))
    spend_for(by, "want")
    _asker, is_new = Asker.objects.get_or_create(question=question, user=by)
    if is_new:
        Question.objects.filter(pk=question.pk).update(asker_count=F("asker_count") + 1)
        record_act(question, by=by, act="want to know")
    return is_new


@transaction.atomic
def stop_wanting(question: Question, *, by: User) -> bool:
    """Count a person no longer; says whether they were counted. Whoever asked stays."""
    question = _lock(question)
    if question.author_id == by.pk:
        return False
    left, _rows = Asker.objects.filter(question=question, user=by).delete()
    if left:
        Question.objects.filter(pk=question.pk).update(asker_count=F("asker_count") - 1)
        record_act(question, by=by, act="stop wanting")
    return bool(left)


def _lock(question: Question) -> Question:
    locked = Question.objects.select_for_update(of=("self",)).select_related("body", "thread")
    return locked.get(pk=question.pk)


def _take(question: Question, *, by: User, states: set[Question.State]) -> Question:
    """Lock a question for staff, if it is still in one of some states."""
    if not may_open(by):
        raise ValidationError(_("You cannot decide what becomes of questions."))
    question = _lock(question)
    if not may_decide_question(by, question):
        raise ValidationError(
            _("You asked this question, or it was put to you: somebody else decides about it.")
        )
    if question.state not in states:
        raise ValidationError(
            _("Somebody was faster: “%(title)s” is %(state)s by now.")
            % {"title": question.title, "state": question.get_state_display()}
        )
    return question


def _hand_over(question: Question) -> None:
    """End the time of whoever has a question."""
    question.holders.filter(until=None).update(until=timezone.now())


def _community_for(question: Question) -> Community:
    """Lock the community that a question opens in.

    That is where it was asked from if everybody can read there, else the body's own.
    """
    if question.community_id is not None:
        asked_from = Community.objects.select_for_update().get(pk=question.community_id)
        if asked_from.is_public and asked_from.archived_at is None:
            return asked_from
    body = question.body
    slug = f"questions-to-{body.slug}"
    name = _("Questions to %(body)s") % {"body": body.name}
    about = _("Questions to the councillors of %(body)s, and their answers.")
    community, _is_new = Community.objects.get_or_create(
        slug=slug if len(slug) <= 80 else f"questions-to-body-{body.pk}",
        defaults={
            "name": name[:80],
            "is_for_questions": True,
            "kind": Community.Kind.AREA if body.area_id else Community.Kind.INTEREST,
            "area_id": body.area_id,
            "description": about % {"body": body.name},
        },
    )
    return Community.objects.select_for_update().get(pk=community.pk)
