"""What the pages of questions read, each in one query that is written once."""

import re
from datetime import date, datetime

from django.contrib.postgres.search import SearchRank
from django.db.models import F, Q, QuerySet

from communities.models import Viewer
from communities.paging import before
from communities.prepared import among, prepared
from councillors.models import Councillor
from discussions.asking import AskedByMeaning
from questions.models import Question, QuestionQuerySet

MOST_ALIKE = 5
MAX_COMPARED = 500  # questions, with what somebody means to ask
QUESTIONS_PER_PAGE = 20


@prepared
def waiting(
    viewer: Viewer, *, today: date | None = None, due_on: date | None = None, pk: int | None = None
) -> QuerySet[Question]:
    """One page of open questions, soonest due first, and the next one's first.

    With `today` only those overdue; `due_on` and `pk` say after which one to start.
    """
    questions = _public(viewer).unanswered()
    if today is not None:
        questions = questions.filter(due_on__lt=today)
    if due_on is not None:
        later = Q(due_on__gt=due_on) | Q(due_on=due_on, pk__gt=pk)
        questions = questions.filter(later, due_on__gte=due_on)
    return questions[: QUESTIONS_PER_PAGE + 1]


@prepared
def answered(
    viewer: Viewer, *, at: datetime | None = None, pk: int | None = None
) -> QuerySet[Question]:
    """One page of answered questions, the newest answer first, and the next one's first."""
    return before(_public(viewer).answered(), "answered_at", at, pk)[: QUESTIONS_PER_PAGE + 1]


@prepared
def asked(
    viewer: Viewer, *, at: datetime | None = None, pk: int | None = None
) -> QuerySet[Question]:
    """One page of all questions but joined ones, newest first, and the next one's first."""
    questions = _public(viewer).exclude(state=Question.State.MERGED)
    newest = before(questions, "asked_at", at, pk).order_by("-asked_at", "-pk")
    return newest[: QUESTIONS_PER_PAGE + 1]


@prepared
def waiting_first(viewer: Viewer) -> QuerySet[Question]:
    return _public(viewer).unanswered()[:4]


@prepared
def answered_lately(viewer: Viewer) -> QuerySet[Question]:
    return _public(viewer).answered()[:4]


@prepared
def waiting_for(viewer: Viewer, *, person: int, day: date) -> QuerySet[Question]:
    return _public(viewer).to_seats(_seats(person, day)).unanswered()[:10]


@prepared
def answered_by(viewer: Viewer, *, person: int) -> QuerySet[Question]:
    return _public(viewer).filter(answered_by__person=person).answered()[:10]


@prepared
def alike(viewer: Viewer, *, words: str, bodies: list[int]) -> QuerySet[Question]:
    """Questions told to some bodies that share a word with what somebody means to ask.

    The newest of them are compared, each by its rank: of words that all posts have, an index of
    words would find all posts first.
    """
    told = [Question.State.OPEN, Question.State.REFERRED, Question.State.ANSWERED]
    newest = _public(viewer).filter(among("body", bodies), state__in=told).order_by("-pk")
    compared = Question.objects.filter(pk__in=newest.values("pk")[:MAX_COMPARED]).for_list()
    asked = compared.filter(thread__posts__number=1)
    rank = SearchRank(F("thread__posts__search"), AskedByMeaning(words))
    found = asked.annotate(rank=rank).filter(rank__gt=0)
    return found.order_by("-rank", "-pk")[:MOST_ALIKE]


def any_of(sentence: str) -> str:
    """Return the words of a sentence as a search for any of them."""
    return " or ".join(re.findall(r"\w+", sentence))


@prepared
def own(viewer: Viewer, *, author: int) -> QuerySet[Question]:
    return Question.objects.filter(author=author).for_list().order_by("-pk")[:5]


def _public(viewer: Viewer) -> QuestionQuerySet:
    return Question.objects.visible_to(viewer).in_public().for_list()


def _seats(person: int, day: date) -> QuerySet[Councillor]:
    return Councillor.objects.held_on(day).filter(person=person)
