"""The site's own role reads and writes rows, and can neither empty nor change a table."""

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.utils import ProgrammingError

from accounts.models import AuditEntry
from accounts.services import record_act
from tests.factories import make_community, make_user
from townhall.database.privileges import EXCEPTIONS, grant_to_site

EVERY_ROW = {"SELECT", "INSERT", "UPDATE", "DELETE"}
ADDED_ONLY = {"SELECT", "INSERT"}
EXPECTED = {
    "accounts_auditentry": ADDED_ONLY,
    "discussions_act": {"SELECT", "INSERT", "UPDATE"},
    "discussions_postrevision": ADDED_ONLY,
    "moderation_decision": ADDED_ONLY,
    "notifications_consentevent": {"SELECT", "INSERT", "DELETE"},
    "records_accessrequest": {"SELECT", "INSERT", "DELETE"},
    "django_migrations": {"SELECT"},
}
HELD = """
SELECT relname, array_agg(privilege) FILTER (WHERE has_table_privilege(pg_class.oid, privilege))
FROM pg_class, unnest(%s) AS privilege
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
GROUP BY relname
"""
ALL = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]
FORBIDDEN = [
    "TRUNCATE accounts_auditentry",
    "TRUNCATE discussions_post CASCADE",
    "UPDATE accounts_auditentry SET act = 'another'",
    "DELETE FROM accounts_auditentry",
    "UPDATE moderation_decision SET reason = 'another'",
    "DELETE FROM moderation_decision",
    "DELETE FROM discussions_act",
    "DELETE FROM discussions_postrevision",
    "UPDATE notifications_consentevent SET what = 'another'",
    "UPDATE records_accessrequest SET asked_at = now()",
    "DELETE FROM django_migrations",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('accounts', 'x', now())",
    "ALTER TABLE accounts_auditentry DISABLE TRIGGER ALL",
    "ALTER TABLE discussions_post DROP CONSTRAINT discussions_post_number",
    "DROP TRIGGER accounts_auditentry_append_only ON accounts_auditentry",
    "DROP TABLE accounts_version",
    "CREATE TABLE mine (number integer)",
    "CREATE FUNCTION mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION accounts_refuse_change() RETURNS trigger LANGUAGE plpgsql"
    " AS 'BEGIN RETURN NEW; END'",
    "CREATE INDEX ON accounts_user (public_name)",
    "CREATE ROLE mine",
    "SET ROLE townhall_owner",
    "SET session_replication_role = replica",
    "COPY accounts_user TO PROGRAM 'true'",
]

pytestmark = pytest.mark.skipif(
    not settings.DATABASE_OWNER, reason="DATABASE_URL names a server with one role for all"
)


@pytest.mark.django_db
def test_role_of_the_site_owns_nothing_and_is_nobody_special():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication,"
            " EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid),"
            " pg_has_role(%s, 'MEMBER') FROM pg_roles WHERE rolname = current_user",
            [settings.DATABASE_OWNER["USER"]],
        )
        assert cursor.fetchone() == (False,) * 7


@pytest.mark.django_db
def test_privileges_on_every_table_are_those_expected():
    models = apps.get_models(include_auto_created=True)
    tables = {model._meta.db_table for model in models if model._meta.managed}

    with connection.cursor() as cursor:
        cursor.execute(HELD, [ALL])
        held = {table: set(privileges or ()) for table, privileges in cursor.fetchall()}

    assert tables <= held.keys()
    assert held == {table: EXPECTED.get(table, EVERY_ROW) for table in held}


@pytest.mark.django_db
def test_every_table_whose_trigger_forbids_changes_is_known():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname ~ 'append_only'"
        )
        guarded = {table for (table,) in cursor.fetchall()}

    assert {"accounts_auditentry", "moderation_decision"} <= guarded <= EXCEPTIONS.keys()


@pytest.mark.django_db
@pytest.mark.parametrize("statement", FORBIDDEN)
def test_statement_is_forbidden_to_the_site(statement):
    record_act(make_community(), by=make_user(), act="open")

    with (
        pytest.raises(DatabaseError) as caught,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    said = str(caught.value)
    assert any(words in said for words in ("permission denied", "must be owner")), said
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "act", ["UPDATE accounts_auditentry SET act = 'x'", "DELETE FROM accounts_auditentry"]
)
def test_not_even_the_owner_changes_the_audit_trail_by_row(act):
    record_act(make_community(), by=make_user(), act="open")

    refused = pytest.raises(DatabaseError, match="append-only")
    with connection.as_owner(), connection.cursor() as cursor, refused:
        cursor.execute(act)


@pytest.mark.django_db(transaction=True)
def test_new_table_can_be_used_and_a_further_grant_changes_nothing():
    with connection.as_owner(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE of_a_test (number integer GENERATED BY DEFAULT AS IDENTITY)")
        cursor.execute("CREATE SEQUENCE of_another_test")
    try:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO of_a_test DEFAULT VALUES")
            cursor.execute("UPDATE of_a_test SET number = nextval('of_another_test') + 1")
            cursor.execute("DELETE FROM of_a_test RETURNING number")
            assert cursor.fetchone() == (2,)
            before = acls(cursor)
        with connection.as_owner():
            grant_to_site(connection)
        with connection.cursor() as cursor:
            assert acls(cursor) == before
            with pytest.raises(ProgrammingError, match="permission denied"):
                cursor.execute("TRUNCATE of_a_test")
    finally:
        with connection.as_owner(), connection.cursor() as cursor:
            cursor.execute("DROP TABLE of_a_test; DROP SEQUENCE of_another_test")


@pytest.mark.django_db(transaction=True)
def test_migrate_takes_back_what_was_given_too_much():
    with connection.as_owner(), connection.cursor() as cursor:
        cursor.execute("GRANT ALL ON accounts_auditentry TO PUBLIC")
        cursor.execute(
            f"GRANT ALL ON accounts_auditentry TO {settings.DATABASES['default']['USER']}"
        )

    call_command("migrate", verbosity=0)

    with connection.cursor() as cursor:
        cursor.execute(HELD, [ALL])
        assert set(dict(cursor.fetchall())["accounts_auditentry"]) == ADDED_ONLY


def acls(cursor):
    cursor.execute(
        "SELECT relname, acl FROM pg_class, unnest(relacl) AS acl"
        " WHERE relnamespace = 'public'::regnamespace ORDER BY relname, acl::text"
    )
    return cursor.fetchall()
