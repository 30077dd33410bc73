"""The site behind a transaction pooler: each transaction may be in another session."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from communities.models import Community
from communities.prepared import prepared
from discussions.models import Thread
from notifications.models import Digest, Mail
from notifications.services import queue_alerts, queue_deliveries, queue_digests
from tests.factories import make_membership, make_post, make_thread, make_user
from tests.test_access import MATRIX, SIGN_IN, things  # noqa: F401 (a fixture)
from tests.townhall.pooler import SESSIONS, connect_query, pooler

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6
ROOT = Path(__file__).resolve().parents[2]
ROOMS = ["accounts", "communities", "councillors", "discussions", "questions"]
ROOMS += ["moderation", "notifications", "records", "townhall"]


@pytest.fixture
def behind_pooler(transactional_db, settings):
    """Let this test's connections, those of its threads too, go through a pooler."""
    ordinary = dict(connection.settings_dict)
    with pooler() as folder:
        connection.close()
        settings.DATABASE_POOLER = True
        # All threads share these settings.
        connection.settings_dict.update(HOST=str(folder), PORT="6432")
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict.update(ordinary)


def at_once(*acts):
    """Do each act in a thread of its own, over a connection of its own; return what each gave."""

    def do(act):
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(do, acts))


def client_of(user):
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def shown(client, path):
    response = client.get(path)
    to_sign_in = response.status_code == 302 and response.url.startswith("/accounts/login/")
    return SIGN_IN if to_sign_in else response.status_code


def session():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("role", ["visitor", "resident"])
def test_every_route_answers_as_without_a_pooler(behind_pooler, cast, things, role):  # noqa: F811
    paths = {
        name: reverse(name, args=[things[key] for key in arguments])
        for name, (arguments, _expected) in MATRIX.items()
    }
    person = getattr(cast, role)

    def rest_of(first):
        client = client_of(person)
        return {name: shown(client, paths[name]) for name in list(paths)[first::AT_ONCE]}

    answers = {}
    for some in at_once(*[lambda first=first: rest_of(first) for first in range(AT_ONCE)]):
        answers |= some

    assert answers == {name: expected[role] for name, (_arguments, expected) in MATRIX.items()}


def test_readers_of_every_kind_see_their_own_through_the_same_sessions(behind_pooler, cast):
    closed = Community.objects.create(
        name="Closed circle", slug="closed-circle", visibility="members", area=cast.ward
    )
    make_membership(cast.neighbour, closed)
    make_thread(closed, author=cast.neighbour, title="Only for members")
    make_thread(cast.community, author=cast.neighbour, title="For everybody")
    people = [cast.visitor, cast.resident, cast.neighbour, cast.admin] * 3
    seen = []

    def look(person):
        seen.append(session())
        client = client_of(person)
        found = client.get("/search/?q=members").text
        return client.get("/communities/closed-circle/").status_code, "Only for members" in found

    answers = at_once(*[lambda person=person: look(person) for person in people])

    outside, inside = (404, False), (200, True)
    assert answers == [outside, outside, inside, inside] * 3
    assert len(set(seen)) <= SESSIONS < AT_ONCE


def test_posts_of_many_get_their_numbers_one_by_one(behind_pooler, cast):
    thread = make_thread(cast.community, author=cast.neighbour)
    writers = [make_user() for _ in range(AT_ONCE)]
    for writer in writers:
        make_membership(writer, cast.community)

    def write(writer):
        words = {"body": f"I agree, says {writer.public_name}."}
        return client_of(writer).post(f"/discussions/{thread.pk}/reply/", words).status_code

    answers = at_once(*[lambda writer=writer: write(writer) for writer in writers])

    assert answers == [302] * AT_ONCE
    numbers = list(thread.posts.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, AT_ONCE + 2))
    assert Thread.objects.get(pk=thread.pk).post_count == AT_ONCE + 1


def test_alerts_and_digests_are_written_once_by_workers_that_run_at_once(behind_pooler, cast):
    readers = [make_user() for _ in range(5)]
    for reader in readers:
        make_membership(reader, cast.community, digest="daily")
    make_post(make_thread(cast.community, author=cast.neighbour, title="A crossing"))
    tomorrow = (timezone.localtime() + timedelta(days=1)).replace(hour=12)

    at_once(*[queue_deliveries] * 3)
    at_once(*[queue_alerts] * 3)
    at_once(*[lambda: queue_digests(tomorrow)] * 4)

    told = list(Digest.objects.filter(user__in=readers).values_list("user", flat=True))
    assert sorted(told) == sorted(reader.pk for reader in readers)
    assert Mail.objects.filter(queue="digest", user__in=readers).count() == len(readers)


def test_search_finds_through_the_pooler(behind_pooler, cast):
    make_thread(cast.community, author=cast.neighbour, title="The weir at Millbrook")

    pages = at_once(*[lambda: Client().get("/search/?q=weirs").text] * AT_ONCE)

    assert all("The weir at Millbrook" in page for page in pages)


@pytest.mark.parametrize(
    ("end", "expected"),
    [("", ["UTC", "5s", "3s", "15s"]), ("_worker", ["UTC", "1min", "30s", "2min"])],
)
def test_time_zone_and_limits_hold_in_each_session(behind_pooler, settings, end, expected):
    names = ["TimeZone", "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"]
    connection.settings_dict["NAME"] += end

    def held():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(f'current_setting({name!r})' for name in names)}")
            return list(cursor.fetchone())

    assert at_once(*[held] * AT_ONCE) == [expected] * AT_ONCE
    too_long = nullcontext() if end else pytest.raises(DatabaseError, match="statement timeout")
    with too_long, connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(5.5)")


def test_nothing_is_left_behind_in_a_session(behind_pooler, cast):
    client = client_of(cast.resident)
    for path in ("/", "/mine/", "/communities/", "/search/?q=weir"):
        assert client.get(path).status_code == 200

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone() == (0,)
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
            "WHERE locktype = 'advisory' AND datname = current_database()"
        )
        assert cursor.fetchone() == (0,)


def test_migrate_goes_past_the_pooler_or_not_at_all(behind_pooler, settings):
    if settings.DATABASE_OWNER:
        call_command("migrate", verbosity=0)
    settings.DATABASE_OWNER = {}

    with pytest.raises(CommandError, match="names PostgreSQL itself"):
        call_command("migrate", verbosity=0)


def test_names_of_prepared_statements_tell_sql_and_process(db, monkeypatch):
    @prepared
    def communities(viewer, *, name):
        return Community.objects.filter(name=name)

    @prepared
    def same_name(viewer, *, name):
        return Community.objects.filter(slug=name)

    same_name.__wrapped__.__name__ = "communities"
    from_here = [query(make_user(), name="x") for query in (communities, same_name)]
    names = list(connection.prepared_queries[1])
    monkeypatch.setattr("communities.prepared.os.getpid", lambda: 1)
    communities(make_user(), name="x")

    assert from_here == [[], []]
    assert len({name.split("_")[1] for name in names[-2:]}) == 2
    assert list(connection.prepared_queries[1])[-1] not in names


def test_nothing_that_a_session_keeps_is_used():
    kept = re.compile(
        r"pg_(?:try_)?advisory_lock(?:_shared)?\(|\bLISTEN \w|\bDECLARE \w+ CURSOR|\bSET SESSION\b"
        r"|cursor\(.*name=|set_config\([^)]*false\)"
    )
    files = [
        path for app in ROOMS for path in (ROOT / app).rglob("*") if path.suffix in {".py", ".sql"}
    ]

    assert len(files) > 100
    assert [str(path) for path in files if kept.search(path.read_text())] == []


def test_guide_has_what_the_pooler_must_tell_each_session():
    guide = (ROOT / "docs/deploy.md").read_text()

    assert connect_query("web") in guide
    assert connect_query("worker") in guide
