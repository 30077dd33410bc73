import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from moderation.models import BarrierReport
from moderation.services import handle_barrier, report_barrier
from tests.factories import make_user

LIST = "admin:moderation_barrierreport_changelist"
SHOWN = ["moderator", "admin"]
OTHERS = ["visitor", "resident", "councillor", "ambassador"]


def make_barrier(**fields):
    return BarrierReport.objects.create(**{"where": "The map", "problem": "No words.", **fields})


def page_of(barrier):
    return reverse("admin:moderation_barrierreport_change", args=[barrier.pk])


def test_barrier_is_reported_in_words_that_can_be_stored(db):
    made = report_barrier(by=None, where=" a\x00 ", problem="b\r\nc", uses="\ud800", email="")

    assert (made.where, made.problem, made.uses) == ("a", "b\nc", "?")


def test_handling_notes_who_and_forgets_the_address(cast):
    barrier = make_barrier(email="a@example.org")

    handled = handle_barrier(barrier, by=cast.moderator)

    barrier.refresh_from_db()
    assert barrier.handled_at == handled.handled_at is not None
    assert (barrier.handled_by, barrier.email) == (cast.moderator, "")
    assert AuditEntry.objects.get(act="handle barrier").by == cast.moderator


def test_handling_twice_changes_nothing(cast):
    barrier = handle_barrier(make_barrier(), by=cast.moderator)

    again = handle_barrier(barrier, by=cast.admin)

    assert (again.handled_by, again.handled_at) == (cast.moderator, barrier.handled_at)
    assert AuditEntry.objects.filter(act="handle barrier").count() == 1


@pytest.mark.parametrize("name", ["resident", "councillor", "ambassador"])
def test_handling_is_refused_to_others(cast, name):
    barrier = make_barrier()

    with pytest.raises(ValidationError):
        handle_barrier(barrier, by=getattr(cast, name))

    assert not BarrierReport.objects.filter(handled_at__isnull=False).exists()


def test_handled_barrier_keeps_no_address(cast):
    with pytest.raises(IntegrityError):
        make_barrier(handled_at=timezone.now(), handled_by=cast.admin, email="a@example.org")


@pytest.mark.parametrize("name", SHOWN)
def test_staff_read_a_barrier_and_note_that_it_is_mended(cast, client_of, name):
    barrier = make_barrier(problem="<b>No</b> words.", email="a@example.org")
    client = client_of(getattr(cast, name))

    assert "The map" in client.get(reverse(LIST)).content.decode()
    html = client.get(page_of(barrier)).content.decode()
    assert "&lt;b&gt;No&lt;/b&gt; words." in html
    assert 'href="mailto:a@example.org"' in html

    response = client.post(page_of(barrier), follow=True)

    assert response.redirect_chain == [(reverse(LIST), 302)]
    assert "The map" not in response.content.decode()
    assert "The map" in client.get(f"{reverse(LIST)}?state=decided").content.decode()
    assert "a@example.org" not in client.get(page_of(barrier)).content.decode()


def test_staff_who_may_only_read_do_not_handle(cast, client_of):
    reader = make_user(is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_barrierreport"))
    barrier = make_barrier()
    client = client_of(reader)

    assert "This is dealt with" not in client.get(page_of(barrier)).content.decode()
    assert client.post(page_of(barrier)).status_code == 403


@pytest.mark.parametrize("name", OTHERS)
def test_barriers_are_closed_to_others(cast, client_of, name):
    barrier = make_barrier()
    client = client_of(getattr(cast, name))

    answers = [
        client.get(reverse(LIST)),
        client.get(page_of(barrier)),
        client.post(page_of(barrier)),
    ]

    assert {answer.status_code for answer in answers} <= {302, 403}
    assert not BarrierReport.objects.filter(handled_at__isnull=False).exists()


def test_barrier_that_does_not_exist_is_not_found(cast, client_of):
    address = reverse("admin:moderation_barrierreport_change", args=[0])

    assert client_of(cast.admin).get(address).status_code == 404


def test_list_of_barriers_costs_the_same_however_many_there_are(cast, client_of):
    client = client_of(cast.admin)
    counts = []
    for _ in range(2):
        handle_barrier(make_barrier(), by=cast.moderator)
        make_barrier()
        with CaptureQueriesContext(connection) as context:
            client.get(f"{reverse(LIST)}?state=all")
        counts.append(len(context))

    assert counts[0] == counts[1]
