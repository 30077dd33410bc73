"""Who may ask, read, answer and want to know."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from communities.models import Viewer
from councillors.models import Capacity, Councillor
from questions.models import Question


def may_ask(viewer: Viewer, seat: Councillor) -> bool:
    """Anybody signed in and not suspended asks whoever holds a seat today."""
    return _may_act(viewer) and seat.person_id is not None and seat.is_sitting


def may_see_receipt(viewer: Viewer, question: Question) -> bool:
    """The receipt is for whoever asked, and for the staff who read what was sent in."""
    return viewer.is_authenticated and (question.author_id == viewer.pk or may_open(viewer))


def may_open(viewer: Viewer) -> bool:
    """Staff with the right to do so read what was sent in, and decide what becomes of it."""
    return viewer.is_active and viewer.is_staff and viewer.has_perm("questions.open_question")


def may_decide_question(viewer: Viewer, question: Question) -> bool:
    """Whoever may open questions, but nobody of one that they asked or that was put to them."""
    if not viewer.is_authenticated or not may_open(viewer) or question.author_id == viewer.pk:
        return False
    return not _is_put_to(viewer, question)


def _is_put_to(viewer: User, question: Question) -> bool:
    """Say whether somebody holds a seat that a question was put to, or has spoken in it."""
    asked = Q(pk=question.seat_id)
    if question.area_id is not None:
        asked = Q(area=question.area_id, body=question.body_id)
    own = Q(person__user=viewer) | Q(capacities__user=viewer)
    return Councillor.objects.filter(asked, own).exists()


def may_acknowledge(viewer: Viewer, question: Question) -> bool:
    """Whoever may answer says first that they have seen it; once, and while it is theirs."""
    is_unseen = question.state == Question.State.OPEN and question.acknowledged_at is None
    return is_unseen and may_answer(viewer, question)


def may_answer(viewer: Viewer, question: Question) -> bool:
    """The councillor asked answers, or any councillor of the ward asked, while it waits."""
    if not viewer.is_authenticated or not question.is_waiting or not _may_act(viewer):
        return False
    # What staff have yet to read cannot settle a question.
    if viewer.is_held(timezone.now()):
        return False
    return capacities_to_answer(viewer, question).exists()


def may_join_question(viewer: Viewer, question: Question) -> bool:
    """Anybody signed in wants to know too, while the question waits; its author does already."""
    return _may_act(viewer) and question.is_waiting and question.author_id != viewer.pk


def capacities_to_answer(viewer: Viewer, question: Question) -> QuerySet[Capacity]:
    """Pick a person's capacities that the question was put to."""
    if not viewer.is_authenticated:
        return Capacity.objects.none()
    asked = Q(pk=question.seat_id)
    if question.area_id is not None:
        asked = Q(area=question.area_id, body=question.body_id)
    seats = Councillor.objects.sitting().filter(asked)
    held = Capacity.objects.for_user(viewer).filter(kind=Capacity.Kind.COUNCILLOR)
    return held.filter(seat__in=seats).order_by("pk")


def _may_act(viewer: Viewer) -> bool:
    return viewer.is_authenticated and not viewer.is_suspended(timezone.now())
