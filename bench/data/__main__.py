"""Fill the database that DATABASE_URL names: python -m bench.data small."""

import random
import sys
import time

import django

django.setup()

from django.core.management.color import no_style  # noqa: E402 (the apps are ready from here on)
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402
from psycopg2.extensions import set_wait_callback  # noqa: E402

from bench.data import asked, kept, people, places, talk  # noqa: E402
from bench.progress import say  # noqa: E402
from bench.sizes import SIZES, Size  # noqa: E402

# Built anew once the rows are there: in one go that takes a fraction of the time.
LOOSE_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid IN ('discussions_post'::regclass, 'discussions_visit'::regclass)
    AND NOT indisunique
"""


def fill(size: Size) -> None:
    """Make everything of a size in one transaction, then gather the planner's statistics."""
    set_wait_callback(None)  # no COPY goes with one, and there is no limit to keep
    chance, now = random.Random(size.posts), timezone.now()  # noqa: S311 (no secret)
    with transaction.atomic(), connection.cursor() as cursor:
        # Checks and triggers are for what people do; these rows are right as they are made.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
        cursor.execute(LOOSE_INDEXES)
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        places.make_places(size)
        people.make_people(size, chance)
        people.make_capacities(size)
        plan = talk.make_plan(size, chance, now)
        talk.make_talk(size, plan, chance)
        asked.make_questions(size, plan, now)
        asked.make_reports(size, chance)
        kept.make_kept(size, chance, now)
        for name, definition in indexes:
            began = time.monotonic()
            cursor.execute(definition)
            say(f"{name:<28} built in {time.monotonic() - began:5.1f} s")
        set_sequences(cursor)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def set_sequences(cursor: object) -> None:
    """Let the next rows get the next numbers."""
    tables = connection.introspection.django_table_names(only_existing=True)
    models = connection.introspection.installed_models(tables)
    for statement in connection.ops.sequence_reset_sql(no_style(), models):
        cursor.execute(statement)  # type: ignore[attr-defined]


if __name__ == "__main__":
    fill(SIZES[sys.argv[1]])
