"""Migrations while somebody reads."""

import threading
import time
from contextlib import contextmanager
from io import StringIO

import psycopg2
import pytest
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, connection
from django.db.models import Index

from communities.models import Community
from tests.factories import make_community
from townhall.database import retries
from townhall.database.limits import run_as

APP = "tests.townhall.locking"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def app_with_migrations(settings):
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, APP]
    yield
    call_command("migrate", "locking", "zero", verbosity=0)


@pytest.fixture
def parameters():
    return connection.get_connection_params()


@pytest.fixture
def reader(parameters):
    """Somebody who reads, and leaves the transaction open."""
    session = psycopg2.connect(**parameters)
    with session.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM communities_community")
    yield session
    session.close()


@contextmanager
def migrating(*target):
    said, failures = StringIO(), []

    def migrate():
        try:
            call_command("migrate", "locking", *target, verbosity=0, stderr=said)
        except OperationalError as error:
            failures.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=migrate)
    thread.start()
    try:
        yield said, failures
    finally:
        thread.join(60)


def seconds_to_read(parameters):
    session = psycopg2.connect(**parameters)
    began = time.monotonic()
    with session.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM communities_community")
    session.close()
    return time.monotonic() - began


def has_column(name):
    with connection.cursor() as cursor:
        table = connection.introspection.get_table_description(cursor, "communities_community")
    return name in [column.name for column in table]


@pytest.mark.parametrize(
    ("earlier", "target", "column"),
    [("zero", "0001", "of_a_test"), ("0001", "0002", "of_another_test")],
)
def test_nobody_queues_behind_a_migration_that_waits(reader, parameters, earlier, target, column):
    reader.commit()
    call_command("migrate", "locking", earlier, verbosity=0)
    with reader.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM communities_community")

    with migrating(target) as (_said, failures):
        waits = []
        for _ in range(12):
            waits.append(seconds_to_read(parameters))
            time.sleep(0.3)
        assert not has_column(column)
        reader.close()

    assert failures == []
    assert has_column(column)
    assert max(waits) < 2


def test_migration_that_never_gets_its_lock_changes_nothing(reader, monkeypatch):
    monkeypatch.setattr(retries, "PAUSES", (0.1, 0.1))

    with migrating("0001") as (said, failures):
        pass

    assert said.getvalue().count("Somebody else holds a lock that is needed.") == 2
    assert ["lock timeout" in str(failure) for failure in failures] == [True]
    assert not has_column("of_a_test")
    reader.close()


def test_index_that_was_left_unfinished_is_built_anew():
    for _ in range(2):
        make_community(name="Millbrook")
    unique = "CREATE UNIQUE INDEX CONCURRENTLY of_a_test ON communities_community (name)"
    index = Index(fields=["name"], name="of_a_test")

    with connection.as_owner(), connection.schema_editor(atomic=False) as editor:
        with pytest.raises(IntegrityError), connection.cursor() as cursor:
            cursor.execute(unique)
        assert editor._is_left_over("of_a_test")
        editor.add_index(Community, index, concurrently=True)
        assert not editor._is_left_over("of_a_test")
        editor.remove_index(Community, index)


def test_index_is_built_beside_a_writer_without_a_limit(reader):
    with reader.cursor() as cursor:
        cursor.execute("UPDATE communities_community SET name = name")
    index = Index(fields=["name"], name="of_a_test")
    started = time.monotonic()
    leaving = threading.Timer(2.5, reader.close)
    leaving.start()

    run_as("migration")
    try:
        with connection.as_owner(), connection.schema_editor(atomic=False) as editor:
            editor.add_index(Community, index, concurrently=True)
            taken = time.monotonic() - started
            with connection.cursor() as cursor:
                cursor.execute("SHOW lock_timeout")
                assert cursor.fetchone() == ("1s",)
            editor.remove_index(Community, index)
    finally:
        run_as("command")
    leaving.join()

    assert 2.4 < taken < 10
