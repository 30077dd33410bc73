from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.factories import make_capacity, make_person, make_seat, make_user

pytestmark = pytest.mark.django_db


def refuses(rule, change):
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        change()


def test_seat_ends_after_it_starts():
    refuses(
        "councillors_councillor_ends_after_start",
        lambda: make_seat(start_on=date(2026, 5, 7), end_on=date(2026, 5, 6)),
    )


def test_capacity_ends_after_it_starts():
    refuses(
        "councillors_capacity_ends_after_start",
        lambda: make_capacity(make_user(), end_on=date(2020, 1, 1)),
    )


def test_capacity_needs_two_people():
    clerk = make_user(is_staff=True)

    refuses(
        "councillors_capacity_needs_two_people",
        lambda: make_capacity(make_user(), granted_by=clerk, confirmed_by=clerk),
    )


def test_capacity_of_a_councillor_has_a_seat():
    refuses(
        "councillors_capacity_of_councillor_has_seat",
        lambda: make_capacity(make_user(), kind="councillor"),
    )


def test_account_belongs_to_one_person_in_office():
    user = make_user()
    make_person(user=user)

    refuses("councillors_person_user_id", lambda: make_person(user=user))
