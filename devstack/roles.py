"""The roles of an embedded PostgreSQL, as docs/deploy.md makes them on a server."""

NAME = "townhall"  # of the database, and of the administrator
OWNER, SITE = "townhall_owner", "townhall_site"

MAKE = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER}') THEN
        CREATE ROLE {OWNER} LOGIN CREATEDB;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{SITE}') THEN
        CREATE ROLE {SITE} LOGIN;
    END IF;
END $$
"""  # noqa: S608 - constants
OWNER_OF_DATABASE = f"SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = '{NAME}'"  # noqa: S608
# Data of a time when one role did everything: it is the administrator, so PostgreSQL's own
# REASSIGN OWNED does not take it.
HAND_OVER = f"""
DO $$ DECLARE act text; BEGIN
    FOR act IN
        SELECT format('ALTER TABLE %s OWNER TO {OWNER}', oid::regclass) FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
                AND oid NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'e')
        UNION ALL
        SELECT format('ALTER ROUTINE %s OWNER TO {OWNER}', oid::regprocedure) FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace
                AND oid NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'e')
        UNION ALL
        SELECT format('ALTER TEXT SEARCH CONFIGURATION %s OWNER TO {OWNER}', oid::regconfig)
            FROM pg_ts_config WHERE cfgnamespace = 'public'::regnamespace
        UNION ALL
        SELECT 'ALTER DATABASE {NAME} OWNER TO {OWNER}'
    LOOP
        EXECUTE act;
    END LOOP;
END $$
"""  # noqa: S608 - constants
