import pytest
from django.test import Client

from accounts.models import AuditEntry
from moderation.models import BarrierReport

ADDRESS = "/about/barrier/"
SENT = {"where": "The map", "problem": "It has no words.", "uses": "A reader", "email": ""}
CAST = ["visitor", "resident", "councillor", "moderator"]


@pytest.mark.parametrize("name", CAST)
def test_barrier_is_kept_whoever_reports_it(cast, client_of, name):
    person = getattr(cast, name)

    response = client_of(person).post(ADDRESS, {**SENT, "email": "a@example.org"}, follow=True)

    report = BarrierReport.objects.get()
    assert response.redirect_chain == [(f"{ADDRESS}done/", 302)]
    assert "within 5 working days" in response.content.decode()
    assert (report.where, report.problem, report.uses) == (
        "The map",
        "It has no words.",
        "A reader",
    )
    assert (report.email, report.handled_at) == ("a@example.org", None)
    assert AuditEntry.objects.get(act="report barrier").by == person


def test_barrier_form_offers_ones_own_address(cast, client_of):
    assert cast.resident.email in client_of(cast.resident).get(ADDRESS).content.decode()
    assert 'name="email" autocomplete' in client_of(None).get(ADDRESS).content.decode()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"where": ""}, "This field is required."),
        ({"problem": " "}, "This field is required."),
        ({"where": "x" * 301}, "at most 300 characters"),
        ({"problem": "x" * 2001}, "at most 2000 characters"),
        ({"uses": "x" * 201}, "at most 200 characters"),
        ({"email": "nonsense"}, "Enter a valid email address."),
        ({"problem": "a\x00"}, "Null characters are not allowed."),
    ],
)
def test_barrier_that_is_wrong_says_so(client, db, changed, words):
    response = client.post(ADDRESS, {**SENT, **changed})

    assert response.status_code == 200
    assert words in response.content.decode()
    assert not BarrierReport.objects.exists()


def test_barriers_from_one_place_are_limited(client, db, settings):
    settings.LIMITS = {**settings.LIMITS, "barrier_block": "10/h"}
    answers = [client.post(ADDRESS, SENT) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [302] * 10 + [200]
    assert "Many people did this from where you are" in answers[-1].content.decode()
    assert "It has no words." in answers[-1].content.decode()
    assert BarrierReport.objects.count() == 10
    assert client.post(ADDRESS, SENT, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_reading_and_mistakes_do_not_count_against_the_limit(client, db):
    for _ in range(12):
        client.get(ADDRESS)
        client.post(ADDRESS, {**SENT, "where": ""})

    assert client.post(ADDRESS, SENT).status_code == 302


def test_barrier_is_kept_while_redis_is_away(client, db, settings):
    settings.CACHES = {
        **settings.CACHES,
        "redis": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "unix:///nowhere/redis.sock",
        },
    }

    assert client.post(ADDRESS, SENT).status_code == 302


def test_barrier_form_is_never_public_and_wants_its_token(client, db):
    page = client.get(ADDRESS)

    assert "ETag" not in page.headers
    assert "public" not in page.get("Cache-Control", "")
    assert Client(enforce_csrf_checks=True).post(ADDRESS, SENT).status_code == 403


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_barrier_form_refuses_other_methods(client, db, method):
    assert getattr(client, method)(ADDRESS).status_code == 405
