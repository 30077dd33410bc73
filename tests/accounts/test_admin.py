from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.admin import DeskPaginator, UserAdmin
from accounts.models import AuditEntry, User
from accounts.services import record_act
from tests.factories import make_user

PEOPLE = "/admin/accounts/user/"
TRAIL = "/admin/accounts/auditentry/"


@pytest.fixture
def person(db):
    return make_user(public_name="Mo Brook", email="mo@example.org")


def address_of(person):
    return reverse("admin:accounts_user_change", args=[person.pk])


def count_queries(client, address):
    with CaptureQueriesContext(connection) as context:
        assert client.get(address).status_code == 200
    return len(context)


def sent(**fields):
    values = {"suspended_until": None, "posts_held_until": None, **fields}
    data = {"groups": values.pop("groups", [])}
    if values.pop("is_staff", False):
        data["is_staff"] = "on"
    moments = {
        name: f"{timezone.localtime(when):%Y-%m-%dT%H:%M:%S}" if when else ""
        for name, when in values.items()
    }
    return {**data, **moments}


@pytest.mark.parametrize("address", [PEOPLE, TRAIL])
def test_list_costs_the_same_for_one_row_and_three(cast, client_of, address):
    client = client_of(cast.admin)
    record_act(cast.ward, by=cast.resident, act="look")
    one = count_queries(client, address)
    for _ in range(3):
        record_act(cast.ward, by=make_user(), act="look")

    assert count_queries(client, address) == one


@pytest.mark.parametrize("address", [PEOPLE, TRAIL])
def test_list_is_closed_to_moderators(cast, client_of, address):
    assert client_of(cast.moderator).get(address).status_code == 403


@pytest.mark.parametrize("words", ["Brook", "mo@example"])
def test_people_are_found_by_name_and_address(cast, client_of, person, words):
    response = client_of(cast.admin).get(PEOPLE, {"q": words})

    assert list(response.context["cl"].result_list) == [person]


def test_page_of_a_person_sets_no_password_name_or_address(cast, client_of, person):
    form = client_of(cast.admin).get(address_of(person)).context["adminform"].form

    assert set(form.fields) == {"suspended_until", "posts_held_until", "is_staff", "groups"}


def test_people_are_neither_added_nor_deleted(cast, client_of, person):
    client = client_of(cast.admin)

    answers = [
        client.get(reverse("admin:accounts_user_add")).status_code,
        client.post(reverse("admin:accounts_user_delete", args=[person.pk])).status_code,
    ]

    assert answers == [403, 403]


def test_suspension_goes_through_its_service(cast, client_of, person):
    until = timezone.now().replace(microsecond=0) + timedelta(days=7)

    client_of(cast.admin).post(address_of(person), sent(suspended_until=until))

    person.refresh_from_db()
    assert person.suspended_until == until
    assert [(e.by, e.act) for e in AuditEntry.objects.filter(subject_id=person.pk)] == [
        (cast.admin, "suspend")
    ]


def test_holding_posts_goes_through_its_service(cast, client_of, person):
    until = timezone.now().replace(microsecond=0) + timedelta(days=7)

    client_of(cast.admin).post(address_of(person), sent(posts_held_until=until))

    person.refresh_from_db()
    assert (person.posts_held_until, person.suspended_until) == (until, None)
    assert AuditEntry.objects.get(subject_id=person.pk, subject_kind="user").act == "hold posts"


def test_administrators_make_staff(cast, client_of, person):
    group = Group.objects.get(name="Moderators")

    client_of(cast.admin).post(address_of(person), sent(is_staff=True, groups=[group.pk]))

    person.refresh_from_db()
    assert (person.is_staff, list(person.groups.all())) == (True, [group])
    assert AuditEntry.objects.filter(by=cast.admin, act="change staff rights").count() == 1


def test_other_staff_make_no_staff(client_of, person):
    clerk = make_user(is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))

    client_of(clerk).post(address_of(person), sent(is_staff=True))

    person.refresh_from_db()
    assert not person.is_staff


def test_saving_a_page_unchanged_records_nothing(cast, client_of, person):
    person.suspended_until = until = timezone.now() + timedelta(days=7)
    person.save()

    client_of(cast.admin).post(address_of(person), sent(suspended_until=until))

    assert not AuditEntry.objects.filter(by=cast.admin).exists()


def test_addresses_and_groups_are_not_at_the_desk(cast, client_of):
    client = client_of(cast.admin)

    answers = [client.get(f"/admin/{path}/").status_code for path in ("account", "auth")]

    assert answers == [404, 404]


def test_history_of_a_person_is_in_the_trail(cast, client_of, person):
    record_act(person, by=cast.admin, act="suspend")
    record_act(cast.resident, by=cast.admin, act="suspend")

    response = client_of(cast.admin).get(
        reverse("admin:accounts_user_history", args=[person.pk]), follow=True
    )

    assert [entry.subject_id for entry in response.context["cl"].result_list] == [person.pk]


@pytest.mark.parametrize("act", ["add", "change", "delete"])
def test_trail_is_only_read(cast, client_of, act):
    entry = record_act(cast.ward, by=cast.resident, act="look")
    args = [] if act == "add" else [entry.pk]

    response = client_of(cast.admin).post(
        reverse(f"admin:accounts_auditentry_{act}", args=args), {"act": "x", "post": "yes"}
    )

    assert response.status_code == 403
    assert AuditEntry.objects.get(pk=entry.pk).act == "look"


def test_page_of_an_entry_opens(cast, client_of):
    entry = record_act(cast.ward, by=cast.resident, act="look")

    response = client_of(cast.admin).get(
        reverse("admin:accounts_auditentry_change", args=[entry.pk])
    )

    assert response.status_code == 200


def test_long_list_is_counted_no_further_than_anybody_leafs(cast, client_of, monkeypatch):
    monkeypatch.setattr(DeskPaginator, "most", 3)
    monkeypatch.setattr(UserAdmin, "list_per_page", 2)

    answer = client_of(cast.admin).get(PEOPLE)

    assert User.objects.count() > 3
    assert "the first 3 people; filter or search to see others" in answer.content.decode()
    assert len(answer.context["cl"].result_list) == 2


@pytest.mark.parametrize(
    ("typed", "found", "is_told"),
    [("mo", {"Mo Brook"}, True), ("MÓ", {"Mo Brook"}, True), ("ook", {"Mo Brook"}, False)],
)
def test_people_are_found_by_two_letters_that_their_names_begin_with(
    cast, client_of, person, typed, found, is_told
):
    make_user(public_name="Simon Lee", email="simon@example.org")

    response = client_of(cast.admin).get(PEOPLE, {"q": typed})

    assert {row.public_name for row in response.context["cl"].result_list} == found
    assert ("Type three letters in a row" in response.content.decode()) is is_told
