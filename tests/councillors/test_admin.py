from datetime import date

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from councillors.models import Body, Capacity, Councillor, Person
from tests.factories import make_body, make_capacity, make_person, make_seat, make_user

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
MODELS = ["body", "person", "councillor", "capacity"]
END = date(2027, 5, 6)


def address(model, page="changelist", *args):
    return reverse(f"admin:councillors_{model}_{page}", args=args)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("name", CAST)
def test_register_is_for_staff_with_the_right(cast, client_of, name, model):
    response = client_of(getattr(cast, name)).get(address(model))

    assert response.status_code == {"admin": 200, "moderator": 403}.get(name, 302)


@pytest.mark.parametrize("model", MODELS)
def test_register_is_searched_and_costs_the_same_for_one_and_three(
    cast, client_of, model, django_assert_max_num_queries
):
    client, counts = client_of(cast.admin), []
    for _ in range(2):
        with django_assert_max_num_queries(20) as captured:
            response = client.get(address(model), {"q": "r"})
        assert response.context["cl"].result_count > 0
        counts.append(len(captured))
        for _n in range(2):
            seat = make_seat(person=make_person(user=make_user()))
            make_capacity(seat.person.user, seat)

    assert counts[0] == counts[1]


@pytest.mark.parametrize("model", MODELS)
def test_register_deletes_nothing(cast, client_of, model):
    row = {"body": cast.body, "person": cast.seat.person, "councillor": cast.seat}.get(
        model, Capacity.objects.get()
    )

    response = client_of(cast.admin).post(address(model, "delete", row.pk), {"post": "yes"})

    assert response.status_code == 403
    assert type(row).objects.filter(pk=row.pk).exists()


def test_body_and_person_are_added_and_recorded(cast, client_of):
    client = client_of(cast.admin)

    client.post(address("body", "add"), {"name": "Dale", "slug": "dale", "nation": "ENG"})
    client.post(address("person", "add"), {"name": "Sindi Mbeki", "slug": "sindi-mbeki"})

    body, person = Body.objects.get(slug="dale"), Person.objects.get(slug="sindi-mbeki")
    recorded = AuditEntry.objects.filter(by=cast.admin, act="add")
    assert set(recorded.values_list("subject_kind", "subject_id")) == {
        ("body", body.pk),
        ("person", person.pk),
    }


def seat_form(seat, **fields):
    typed = {
        "person": seat.person_id,
        "body": seat.body_id,
        "area": seat.area_id,
        "area_name": "",
        "role": seat.role,
        "party": seat.party,
        "start_on": seat.start_on,
        "end_on": "",
        "popolo_id": "",
    }
    return {name: value for name, value in {**typed, **fields}.items() if value is not None}


def test_seat_that_is_ended_ends_its_capacity(cast, client_of):
    response = client_of(cast.admin).post(
        address("councillor", "change", cast.seat.pk), seat_form(cast.seat, end_on=END)
    )

    assert response.status_code == 302
    assert Councillor.objects.get().end_on == Capacity.objects.get().end_on == END
    recorded = AuditEntry.objects.filter(subject_kind="councillor", subject_id=cast.seat.pk)
    assert list(recorded.values_list("act", "by")) == [(f"change until {END}", cast.admin.pk)]


def test_seat_with_a_capacity_keeps_its_person_and_body(cast, client_of):
    typed = seat_form(cast.seat, person=make_person().pk, body=make_body().pk, party="Green")

    client_of(cast.admin).post(address("councillor", "change", cast.seat.pk), typed)

    seat = Councillor.objects.get(pk=cast.seat.pk)
    assert (seat.person, seat.body) == (cast.seat.person, cast.seat.body)
    assert seat.party == "Green"


def test_vacant_seat_is_added(cast, client_of):
    seat = Councillor(body=cast.body, area=cast.ward, role="Councillor")

    client_of(cast.admin).post(address("councillor", "add"), seat_form(seat, person=""))

    assert Councillor.objects.vacant().count() == 1


def granted(cast, **fields):
    seat = make_seat(start_on=date(2023, 5, 4), end_on=END)
    typed = {
        "user": cast.outsider.pk,
        "title": "Ward councillor",
        "seat": seat.pk,
        "body": "",
        "start_on": "",
        "end_on": "",
        "confirmed_by": cast.moderator.pk,
    }
    return {**typed, **fields}


def test_capacity_is_granted_by_one_and_confirmed_by_another(cast, client_of):
    response = client_of(cast.admin).post(address("capacity", "add"), granted(cast))

    capacity = Capacity.objects.get(user=cast.outsider)
    assert response.status_code == 302
    assert (capacity.granted_by, capacity.confirmed_by) == (cast.admin, cast.moderator)
    assert (capacity.kind, capacity.start_on, capacity.end_on) == (
        "councillor",
        date(2023, 5, 4),
        END,
    )


def test_capacity_of_an_officer_is_granted(cast, client_of):
    typed = granted(cast, seat="", body=cast.body.pk, start_on="2026-01-05", title="Officer")

    client_of(cast.admin).post(address("capacity", "add"), typed)

    capacity = Capacity.objects.get(user=cast.outsider)
    assert (capacity.kind, capacity.body, capacity.start_on) == (
        "officer",
        cast.body,
        date(2026, 1, 5),
    )


@pytest.mark.parametrize(
    "wrong",
    ["by myself", "by a resident", "by nobody", "to myself", "to another's seat", "no dates"],
)
def test_capacity_that_cannot_be_granted_is_given_back(cast, client_of, wrong):
    fields = {
        "by myself": {"confirmed_by": cast.admin.pk},
        "by a resident": {"confirmed_by": cast.resident.pk},
        "by nobody": {"confirmed_by": ""},
        "to myself": {"user": cast.admin.pk},
        "to another's seat": {"seat": cast.seat.pk},
        "no dates": {"seat": "", "body": cast.body.pk},
    }

    response = client_of(cast.admin).post(
        address("capacity", "add"), granted(cast, **fields[wrong])
    )

    assert response.status_code == 200
    assert response.context["adminform"].form.errors
    assert Capacity.objects.count() == 1


def test_capacity_of_a_councillor_cannot_be_edited(cast, client_of):
    capacity = Capacity.objects.get()
    typed = {"title": "Mayor", "end_on": END, "user": cast.resident.pk}

    client_of(cast.admin).post(address("capacity", "change", capacity.pk), typed)

    capacity.refresh_from_db()
    assert (capacity.title, capacity.end_on) == ("Ward councillor", None)
    assert capacity.user == cast.councillor


def test_capacity_of_an_officer_can_only_be_ended(cast, client_of):
    capacity = make_capacity(cast.outsider)
    typed = {"title": "Chief officer", "end_on": END}

    client_of(cast.admin).post(address("capacity", "change", capacity.pk), typed)

    capacity.refresh_from_db()
    assert (capacity.title, capacity.end_on) == ("Highways officer", END)
