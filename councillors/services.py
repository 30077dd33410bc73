"""The only writers of seats' dates and of capacities."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import record_act
from councillors.models import Body, Capacity, Councillor, Person
from councillors.permissions import may_change_seat, may_confirm_capacity, may_grant_capacity


@dataclass(frozen=True)
class Grant:
    """A capacity to be granted; that of a councillor takes its body and its dates from the seat."""

    user: User
    title: str
    seat: Councillor | None = None
    body: Body | None = None
    start_on: date | None = None
    end_on: date | None = None


@transaction.atomic
def grant_capacity(grant: Grant, *, by: User, confirmed_by: User) -> Capacity:
    """Give a person a public role; the seat's person is linked to the account on the way.

    Raises ValidationError where `check_grant` does.
    """
    seat, body, start_on, end_on = grant.seat, grant.body, grant.start_on, grant.end_on
    if seat is not None:
        seat = Councillor.objects.select_for_update(of=("self",)).with_person().get(pk=seat.pk)
        body, start_on, end_on = seat.body, seat.start_on, seat.end_on
        grant = Grant(user=grant.user, title=grant.title, seat=seat)
    check_grant(grant, by=by, confirmed_by=confirmed_by)
    assert body is not None  # noqa: S101 (check_grant refuses a grant with neither seat nor body)
    if seat is not None and seat.person is not None and seat.person.user_id is None:
        seat.person.user = grant.user
        seat.person.save(update_fields=["user"])
        record_act(seat.person, by=by, act="link account")
    capacity = Capacity.objects.create(
        user=grant.user,
        kind=Capacity.Kind.COUNCILLOR if seat else Capacity.Kind.OFFICER,
        body=body,
        title=grant.title,
        seat=seat,
        start_on=start_on or timezone.localdate(),
        end_on=end_on,
        granted_by=by,
        confirmed_by=confirmed_by,
    )
    record_act(capacity, by=by, act="grant")
    record_act(capacity, by=confirmed_by, act="confirm")
    return capacity


def check_grant(grant: Grant, *, by: User, confirmed_by: User) -> None:
    """Raise ValidationError where a capacity cannot be granted in this way."""
    if not may_grant_capacity(by):
        raise ValidationError(_("You cannot grant capacities."))
    if grant.user == by:
        raise ValidationError(_("Nobody grants a capacity to themselves."))
    if not may_confirm_capacity(confirmed_by, granted_by=by, receiver=grant.user):
        raise ValidationError(_("Another member of staff has to confirm it."))
    if grant.seat is not None:
        _check_seat(grant.seat, grant.user)
    elif grant.body is None:
        raise ValidationError(_("Say for which body the officer works."))


@transaction.atomic
def end_seat(seat: Councillor, *, by: User, end_on: date) -> Councillor:
    """End a seat, and with it the capacity to speak in it, on the same day.

    Raises ValidationError for a day before the seat began.
    """
    seat = Councillor.objects.select_for_update(of=("self",)).get(pk=seat.pk)
    if seat.start_on is not None and end_on < seat.start_on:
        raise ValidationError(_("A seat cannot end before it began."))
    seat.end_on = end_on
    return save_seat(seat, by=by)


@transaction.atomic
def save_seat(seat: Councillor, *, by: User) -> Councillor:
    """Save a seat as staff typed it, and write its dates into its capacities too."""
    if not may_change_seat(by):
        raise ValidationError(_("You cannot change seats."))
    act = "change" if seat.pk else "add"
    seat.save()
    start_on = F("start_on") if seat.start_on is None else Value(seat.start_on)
    # A capacity always has a first day; where the seat ended before that day, it ends on it.
    end_on = None if seat.end_on is None else Greatest(start_on, Value(seat.end_on))
    seat.capacities.update(start_on=start_on, end_on=end_on)
    record_act(seat, by=by, act=act if seat.end_on is None else f"{act} until {seat.end_on}")
    return seat


@transaction.atomic
def end_capacity(capacity: Capacity, *, by: User, end_on: date | None) -> Capacity:
    """Set the last day of an officer's capacity, or none.

    Raises ValidationError for a councillor's, which ends with the seat, and for a day too early.
    """
    capacity = Capacity.objects.select_for_update().get(pk=capacity.pk)
    if not may_grant_capacity(by):
        raise ValidationError(_("You cannot change capacities."))
    if capacity.seat_id is not None:
        raise ValidationError(_("A councillor's capacity ends with the seat: end that."))
    if end_on is not None and end_on < capacity.start_on:
        raise ValidationError(_("A capacity cannot end before it began."))
    capacity.end_on = end_on
    capacity.save(update_fields=["end_on"])
    record_act(capacity, by=by, act="end")
    return capacity


def _check_seat(seat: Councillor, user: User) -> None:
    if seat.person is None:
        raise ValidationError(_("This seat is vacant: say first who holds it."))
    if seat.person.user_id not in (None, user.pk):
        raise ValidationError(_("This seat belongs to a person with another account."))
    if Person.objects.filter(user=user).exclude(pk=seat.person.pk).exists():
        raise ValidationError(_("This account belongs to another person in office."))
    if seat.capacities.filter(user=user).exists():
        raise ValidationError(_("This person has the capacity of this seat already."))
