"""What a process may wait for the database, and what people see where it takes longer."""

import time
from contextlib import contextmanager

import psycopg2
import pytest
from django.db import OperationalError, connection

from accounts.models import User
from discussions.models import Thread
from tests.factories import make_community, make_membership, make_thread, make_user
from townhall.database.limits import NoAnswer, answered_within, kind_of_process, run_as


@contextmanager
def running_as(kind):
    """Run the block's statements over a connection of such a process."""
    before = kind_of_process()
    connection.close()
    run_as(kind)
    try:
        yield
    finally:
        run_as(before)
        connection.close()


@contextmanager
def other_session():
    session = psycopg2.connect(**connection.get_connection_params())
    try:
        yield session
    finally:
        session.close()


def setting(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("web", ["5s", "3s", "15s"]),
        ("worker", ["1min", "30s", "2min"]),
        ("command", ["0", "0", "0"]),
        ("migration", ["0", "1s", "0"]),
    ],
)
def test_session_has_the_limits_of_its_process(kind, expected):
    names = ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"]

    with running_as(kind):
        assert [setting(name) for name in names] == expected
        assert setting("TimeZone") == "UTC"
        assert setting("plan_cache_mode") == "force_generic_plan"


def test_process_of_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="DATABASE_LIMITS says nothing of 'webb'"):
        run_as("webb")


@pytest.mark.django_db(transaction=True)
def test_statement_that_takes_too_long_ends_and_leaves_the_connection_whole(settings):
    settings.DATABASE_LIMITS = {**settings.DATABASE_LIMITS, "web": limits(statement=1)}

    with running_as("web"):
        with pytest.raises(OperationalError, match="statement timeout"):
            sleep(10)
        assert connection.is_usable()


@pytest.mark.django_db(transaction=True)
def test_block_that_must_be_answered_soon_gives_up_on_its_own():
    began = time.monotonic()

    with pytest.raises(OperationalError) as caught, answered_within(0.3):
        sleep(10)

    assert isinstance(caught.value.__cause__, NoAnswer)
    assert time.monotonic() - began < 2
    connection.close()
    assert User.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_page_that_waits_for_a_lock_says_what_to_do(client, settings):
    settings.DATABASE_LIMITS = {**settings.DATABASE_LIMITS, "web": limits(lock=1)}
    client.raise_request_exception = False

    with other_session() as session, session.cursor() as cursor, running_as("web"):
        cursor.execute("LOCK TABLE accounts_version, communities_community")
        english, welsh = client.get("/communities/"), client.get("/cy/communities/")

    assert (english.status_code, english["Retry-After"]) == (503, "10")
    assert "no-store" in english["Cache-Control"]
    assert "That took too long" in english.text
    assert "use fewer words, rarer ones, or one community only" in english.text
    assert welsh.status_code == 503
    assert '<html lang="cy">' in welsh.text
    assert "That took too long" not in welsh.text
    assert client.get("/communities/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_words_of_a_form_come_back_where_it_could_not_be_taken(client, settings):
    settings.DATABASE_LIMITS = {**settings.DATABASE_LIMITS, "web": limits(lock=1)}
    client.raise_request_exception = False
    resident, thread = make_user(), make_thread(community=make_community(slug="millbrook"))
    make_membership(resident, thread.community)
    client.force_login(resident)
    words = "The path is <flooded> again.\nSee the photograph."
    sent = {"body": words, "submit_key": "5f0c9c1a-6f0e-4f4c-9d9f-0a4a4d1f4a11"}

    with other_session() as session, session.cursor() as cursor, running_as("web"):
        cursor.execute("LOCK TABLE discussions_thread")
        response = client.post(f"/discussions/{thread.pk}/reply/", sent)

    assert response.status_code == 503
    assert "The path is &lt;flooded&gt; again.\nSee the photograph.</textarea>" in response.text
    assert f'<form method="post" action="/discussions/{thread.pk}/reply/">' in response.text
    assert f'name="submit_key" value="{sent["submit_key"]}"' in response.text
    assert client.post(f"/discussions/{thread.pk}/reply/", sent).status_code == 302
    assert Thread.objects.get(pk=thread.pk).post_count == 2


@pytest.mark.django_db(transaction=True)
def test_password_never_comes_back(client, settings):
    settings.DATABASE_LIMITS = {**settings.DATABASE_LIMITS, "web": limits(lock=1)}
    client.raise_request_exception = False
    sent = {"login": "resident@example.org", "password": "correct horse battery"}

    with other_session() as session, session.cursor() as cursor, running_as("web"):
        cursor.execute("LOCK TABLE accounts_user, account_emailaddress")
        response = client.post("/accounts/login/", sent)

    assert response.status_code == 503
    assert "Go back: what you typed is most likely still there." in response.text
    assert "correct horse" not in response.text
    assert "<form" not in response.text


@pytest.mark.django_db(transaction=True)
def test_other_faults_are_still_a_500(client):
    client.raise_request_exception = False
    with connection.as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_version RENAME TO somewhere_else")
    try:
        response = client.get("/communities/")
    finally:
        with connection.as_owner(), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE somewhere_else RENAME TO accounts_version")

    assert response.status_code == 500
    assert "Something went wrong" in response.text
    assert "Retry-After" not in response


def limits(**changed):
    return {"statement": 5, "lock": 3, "idle": 15, **changed}


def sleep(seconds):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [seconds])
