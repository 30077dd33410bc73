import pytest
from django.contrib.auth.models import AnonymousUser

from councillors.permissions import may_change_seat, may_confirm_capacity, may_grant_capacity
from tests.factories import make_user

pytestmark = pytest.mark.django_db

CAST = [
    "visitor",
    "resident",
    "neighbour",
    "outsider",
    "councillor",
    "ambassador",
    "moderator",
    "admin",
]


def viewer(cast, name):
    return getattr(cast, name) or AnonymousUser()


@pytest.mark.parametrize("name", CAST)
def test_may_grant_capacity_is_for_staff_with_the_right(cast, name):
    assert may_grant_capacity(viewer(cast, name)) is (name == "admin")


@pytest.mark.parametrize("name", CAST)
def test_may_change_seat_is_for_staff_with_the_right(cast, name):
    assert may_change_seat(viewer(cast, name)) is (name == "admin")


@pytest.mark.parametrize("name", CAST)
def test_may_confirm_capacity_is_for_other_staff(cast, name):
    may = may_confirm_capacity(
        viewer(cast, name), granted_by=make_user(is_staff=True), receiver=make_user()
    )

    assert may is (name in {"moderator", "admin"})


def test_may_confirm_capacity_is_not_for_who_granted_or_receives_it(cast):
    own = may_confirm_capacity(cast.admin, granted_by=cast.admin, receiver=cast.resident)
    receiving = may_confirm_capacity(cast.admin, granted_by=cast.moderator, receiver=cast.admin)

    assert (own, receiving) == (False, False)
