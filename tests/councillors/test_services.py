from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import AuditEntry
from councillors import services
from councillors.models import Capacity
from councillors.services import Grant
from tests.factories import make_body, make_capacity, make_person, make_seat, make_user

pytestmark = pytest.mark.django_db

START, END = date(2023, 5, 4), date(2027, 5, 6)


@pytest.fixture
def clerk():
    return make_staff()


def make_staff(*permissions):
    user = make_user(is_staff=True)
    names = permissions or ("add_capacity", "change_councillor")
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return user


def acts(thing):
    found = AuditEntry.objects.filter(subject_kind=thing._meta.model_name, subject_id=thing.pk)
    return list(found.order_by("pk").values_list("act", "by"))


def test_grant_capacity_of_a_councillor_has_the_dates_and_body_of_the_seat(clerk):
    user, second = make_user(), make_user(is_staff=True)
    seat = make_seat(start_on=START, end_on=END)
    elsewhere = {"body": make_body(), "start_on": date(2020, 1, 1), "end_on": date(2021, 1, 1)}

    granted = services.grant_capacity(
        Grant(user, "Ward councillor", seat, **elsewhere), by=clerk, confirmed_by=second
    )

    granted.refresh_from_db()
    assert (granted.kind, granted.user, granted.title) == ("councillor", user, "Ward councillor")
    assert (granted.seat, granted.body) == (seat, seat.body)
    assert (granted.start_on, granted.end_on) == (START, END)
    assert (granted.granted_by, granted.confirmed_by) == (clerk, second)
    assert acts(granted) == [("grant", clerk.pk), ("confirm", second.pk)]


def test_grant_capacity_links_the_account_of_whoever_holds_the_seat(clerk):
    user, seat = make_user(), make_seat()

    services.grant_capacity(
        Grant(user, "Ward councillor", seat), by=clerk, confirmed_by=make_staff()
    )

    seat.person.refresh_from_db()
    assert seat.person.user == user
    assert acts(seat.person) == [("link account", clerk.pk)]


def test_grant_capacity_of_a_seat_without_a_first_day_begins_today(clerk):
    grant = Grant(make_user(), "Ward councillor", make_seat(start_on=None))

    granted = services.grant_capacity(grant, by=clerk, confirmed_by=make_staff())

    assert granted.start_on == timezone.localdate()


def test_grant_capacity_of_an_officer_has_the_dates_given(clerk):
    body = make_body()
    grant = Grant(make_user(), "Highways officer", body=body, start_on=START, end_on=END)

    granted = services.grant_capacity(grant, by=clerk, confirmed_by=make_staff())

    assert (granted.kind, granted.seat, granted.body) == ("officer", None, body)
    assert (granted.start_on, granted.end_on) == (START, END)


def wrong_grants():
    staff = make_user(is_staff=True)
    other = make_person(user=make_user())
    holder = make_user()
    seat = make_seat(person=make_person(user=holder))
    make_capacity(holder, seat)
    return {
        "vacant seat": (Grant(make_user(), "Councillor", make_seat(person=None)), staff),
        "seat of another account": (
            Grant(make_user(), "Councillor", make_seat(person=other)),
            staff,
        ),
        "account of another person": (Grant(other.user, "Councillor", make_seat()), staff),
        "granted already": (Grant(holder, "Councillor", seat), staff),
        "officer of no body": (Grant(make_user(), "Officer", start_on=START), staff),
        "confirmed by a resident": (Grant(make_user(), "Councillor", make_seat()), make_user()),
        "confirmed by who left": (
            Grant(make_user(), "Councillor", make_seat()),
            make_user(is_staff=True, is_active=False),
        ),
        "confirmed by the receiver": (Grant(staff, "Officer", body=make_body()), staff),
    }


WRONG = [
    "vacant seat",
    "seat of another account",
    "account of another person",
    "granted already",
    "officer of no body",
    "confirmed by a resident",
    "confirmed by who left",
    "confirmed by the receiver",
]


@pytest.mark.parametrize("case", WRONG)
def test_grant_capacity_is_refused(clerk, case):
    grant, confirmed_by = wrong_grants()[case]
    before = Capacity.objects.count()

    with pytest.raises(ValidationError):
        services.grant_capacity(grant, by=clerk, confirmed_by=confirmed_by)

    assert Capacity.objects.count() == before


def test_grant_capacity_needs_two_people(clerk):
    with pytest.raises(ValidationError):
        services.grant_capacity(
            Grant(make_user(), "Ward councillor", make_seat()), by=clerk, confirmed_by=clerk
        )


def test_grant_capacity_to_oneself_is_refused(clerk):
    with pytest.raises(ValidationError):
        services.grant_capacity(
            Grant(clerk, "Ward councillor", make_seat()), by=clerk, confirmed_by=make_staff()
        )


def test_grant_capacity_that_fails_links_no_account(clerk):
    seat = make_seat()

    with pytest.raises(ValidationError):
        services.grant_capacity(
            Grant(make_user(), "Ward councillor", seat), by=clerk, confirmed_by=clerk
        )

    seat.person.refresh_from_db()
    assert seat.person.user is None


def test_end_seat_ends_its_capacities_on_the_same_day(clerk):
    seat, user = make_seat(), make_user()
    capacity, other = make_capacity(user, seat), make_capacity(user)

    services.end_seat(seat, by=clerk, end_on=END)

    for row in (seat, capacity, other):
        row.refresh_from_db()
    assert (seat.end_on, capacity.end_on, other.end_on) == (END, END, None)
    assert acts(seat) == [(f"change until {END}", clerk.pk)]


def test_end_seat_before_it_began_is_refused(clerk):
    seat = make_seat(start_on=START)

    with pytest.raises(ValidationError):
        services.end_seat(seat, by=clerk, end_on=START - timedelta(days=1))

    seat.refresh_from_db()
    assert seat.end_on is None


def test_end_seat_that_ended_before_its_capacity_began_ends_that_on_its_first_day(clerk):
    seat = make_seat(start_on=None)
    capacity = make_capacity(make_user(), seat, start_on=START)

    services.end_seat(seat, by=clerk, end_on=date(2022, 1, 1))

    capacity.refresh_from_db()
    assert (capacity.start_on, capacity.end_on) == (START, START)


def test_save_seat_writes_both_dates_into_its_capacities(clerk):
    seat = make_seat()
    capacity = make_capacity(make_user(), seat)
    seat.start_on, seat.end_on = date(2023, 6, 1), END

    services.save_seat(seat, by=clerk)

    capacity.refresh_from_db()
    assert (capacity.start_on, capacity.end_on) == (date(2023, 6, 1), END)


def test_save_seat_that_goes_on_lets_its_capacities_go_on(clerk):
    seat = make_seat(end_on=END)
    capacity = make_capacity(make_user(), seat, end_on=END)
    seat.end_on = None

    services.save_seat(seat, by=clerk)

    capacity.refresh_from_db()
    assert capacity.end_on is None


def test_end_capacity_of_an_officer(clerk):
    capacity = make_capacity(make_user())

    services.end_capacity(capacity, by=clerk, end_on=END)

    capacity.refresh_from_db()
    assert capacity.end_on == END
    assert acts(capacity) == [("end", clerk.pk)]


def test_end_capacity_of_a_councillor_is_refused(clerk):
    capacity = make_capacity(make_user(), make_seat())

    with pytest.raises(ValidationError):
        services.end_capacity(capacity, by=clerk, end_on=END)

    capacity.refresh_from_db()
    assert capacity.end_on is None


def test_end_capacity_before_it_began_is_refused(clerk):
    capacity = make_capacity(make_user())

    with pytest.raises(ValidationError):
        services.end_capacity(capacity, by=clerk, end_on=START - timedelta(days=1))


@pytest.mark.parametrize("right", ["view_capacity", "none"])
def test_changes_are_refused_to_staff_without_the_right(right):
    by, officer, seat = make_staff(right), make_capacity(make_user()), make_seat()

    for change in (
        lambda: services.grant_capacity(
            Grant(make_user(), "Ward councillor", seat), by=by, confirmed_by=make_staff()
        ),
        lambda: services.end_capacity(officer, by=by, end_on=END),
        lambda: services.end_seat(seat, by=by, end_on=END),
    ):
        with pytest.raises(ValidationError):
            change()

    seat.refresh_from_db()
    assert seat.end_on is None
