"""Writing above a thread what came of it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from discussions.models import OutcomeNote
from discussions.permissions import may_write_outcome
from tests.factories import (
    make_area,
    make_body,
    make_capacity,
    make_community,
    make_membership,
    make_thread,
    make_user,
)
from tests.moderation.desk_pages import acts, desk_of, page, thread_desk


def outcome_of(thread):
    return reverse("discussions:outcome-write", args=[thread.pk])


def test_ambassador_writes_what_happened_and_writes_it_anew(cast, client_of):
    thread = make_thread(cast.community)
    client = client_of(cast.ambassador)

    client.post(outcome_of(thread), {"body": "A *survey* was ordered."})
    first = OutcomeNote.objects.get()
    client.post(outcome_of(thread), {"body": "The survey is done.", "seen": first.moment})

    note = OutcomeNote.objects.get()
    assert (first.author, first.html) == (
        cast.ambassador,
        "<p>A <em>survey</em> was ordered.</p>\n",
    )
    assert note.body == "The survey is done."
    assert acts() == [("outcome", ""), ("outcome", "in other words than before")]


def test_councillor_writes_what_happened_in_their_capacity(cast, client_of):
    thread = make_thread(cast.community)
    capacity = cast.councillor.capacities.get()

    client_of(cast.councillor).post(
        outcome_of(thread), {"body": "Ordered.", "capacity": capacity.pk}
    )

    note = OutcomeNote.objects.get()
    assert (note.author, note.capacity) == (cast.councillor, capacity)


def test_capacity_of_somebody_else_is_refused(cast, client_of):
    thread = make_thread(cast.community)
    make_capacity(cast.councillor, title="Other")
    others = make_capacity(make_user())

    response = client_of(cast.councillor).post(
        outcome_of(thread), {"body": "Ordered.", "capacity": others.pk}
    )

    assert response.status_code == 200
    assert not OutcomeNote.objects.exists()


@pytest.mark.parametrize("level", ["parish", "ward", "district", "county"])
def test_officers_of_every_body_that_covers_a_place_say_what_came_of_it(cast, level):
    county = make_area(kind="county")
    cast.body.area.parent = county
    cast.body.area.save()
    parish = make_area(kind="parish", parent=cast.ward)
    places = {"parish": parish, "ward": cast.ward, "district": cast.body.area, "county": county}
    thread = make_thread(make_community(area=parish))
    make_capacity(cast.outsider, body=make_body(area=places[level]))

    assert may_write_outcome(cast.outsider, thread)


@pytest.mark.parametrize("stopped", ["suspended", "silenced", "neither"])
def test_officer_who_is_stopped_does_not_say_what_came_of_a_thread(cast, client_of, stopped):
    thread, later = make_thread(cast.community), timezone.now() + timedelta(days=3)
    officer = make_user(suspended_until=later if stopped == "suspended" else None)
    silenced_until = later if stopped == "silenced" else None
    make_membership(officer, cast.community, silenced_until=silenced_until)
    make_capacity(officer, body=cast.body)

    response = client_of(officer).post(outcome_of(thread), {"body": "Ordered."})

    assert (response.status_code == 403) == (stopped != "neither")
    assert OutcomeNote.objects.exists() == (stopped == "neither")


@pytest.mark.parametrize("body", ["", "   ", "x" * 2_001])
def test_outcome_that_says_nothing_or_too_much_is_refused(cast, client_of, body):
    thread = make_thread(cast.community)

    response = client_of(cast.ambassador).post(outcome_of(thread), {"body": body})

    assert "There is a problem" in response.content.decode()
    assert not OutcomeNote.objects.exists()


def test_links_to_the_desk_are_only_for_those_who_look_after_it(cast, client_of):
    thread = make_thread(cast.community)
    for role, expected in {"ambassador": True, "moderator": True, "resident": False}.items():
        client = client_of(getattr(cast, role))

        assert (desk_of(cast.community) in page(client, cast.community.get_absolute_url())) == (
            expected
        ), role
        assert (thread_desk(thread) in page(client, thread.get_absolute_url())) == expected, role


def test_thread_page_offers_a_councillor_to_write_what_happened(cast, client_of):
    thread = make_thread(cast.community)
    own = make_thread(cast.community, author=cast.councillor)
    client = client_of(cast.councillor)

    assert outcome_of(thread) in page(client, thread.get_absolute_url())
    assert outcome_of(own) not in page(client, own.get_absolute_url())
