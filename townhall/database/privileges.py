"""What the site's own role may do with each table: read and write rows, and nothing else.

A role of its own owns the tables and changes them by migrations. So nobody who gets hold of the
site can empty the audit trail, or take away what the database checks.
"""

from typing import Any

from django.conf import settings

READ, ADD, CHANGE, REMOVE = "SELECT", "INSERT", "UPDATE", "DELETE"
EVERY_ROW = (READ, ADD, CHANGE, REMOVE)
# What is not named here is read, added, changed and removed by row.
EXCEPTIONS: dict[str, tuple[str, ...]] = {
    "accounts_auditentry": (READ, ADD),
    # Never deleted; the demonstration says of what it did when that was.
    "discussions_act": (READ, ADD, CHANGE),
    "discussions_postrevision": (READ, ADD),
    "moderation_decision": (READ, ADD),
    # Never changed; they go with an account that was never proven.
    "notifications_consentevent": (READ, ADD, REMOVE),
    "records_accessrequest": (READ, ADD, REMOVE),
    "django_migrations": (READ,),
}
OWN = """
SELECT relkind::text, relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
    AND pg_get_userbyid(relowner) = current_user
ORDER BY relname
"""
SEQUENCE = "S"


def privileges_on(table: str) -> tuple[str, ...]:
    """Return what the site's role may do with a table."""
    return EXCEPTIONS.get(table, EVERY_ROW)


def site_role() -> str:
    """Return the site's role, "" where the same one owns the tables."""
    role = str(settings.DATABASES["default"]["USER"])
    owner = settings.DATABASE_OWNER.get("USER", "")
    return role if owner not in {"", role} else ""


def grant_to_site(connection: Any) -> None:
    """Give the site's role what it may do, and take the rest from it; asked for as the owner.

    Tables that are made later can be used as most can, until this runs again.
    """
    role = site_role()
    if not role:
        return
    name = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(OWN)
        found = cursor.fetchall()
        cursor.execute("; ".join(_statements(found, name(role), name)))


def _statements(found: list[tuple[str, str]], role: str, name: Any) -> list[str]:
    """Write the grants; sent as one, they hold all at once."""
    sequences = [name(each) for kind, each in found if kind == SEQUENCE]
    by_privileges: dict[tuple[str, ...], list[str]] = {}
    for kind, each in found:
        if kind != SEQUENCE:
            by_privileges.setdefault(privileges_on(each), []).append(name(each))
    statements = [
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {role}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public"
        f" GRANT {', '.join(EVERY_ROW)} ON TABLES TO {role}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
    ]
    if sequences:
        statements.append(f"GRANT USAGE, SELECT ON SEQUENCE {', '.join(sequences)} TO {role}")
    for privileges, tables in by_privileges.items():
        statements.append(f"REVOKE ALL ON {', '.join(tables)} FROM PUBLIC, {role}")
        statements.append(f"GRANT {', '.join(privileges)} ON {', '.join(tables)} TO {role}")
    return statements
