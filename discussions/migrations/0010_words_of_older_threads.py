from django.db import migrations

THREADS_AT_ONCE = 1_000
FORWARD = """
SELECT discussions_find_anew(threads), discussions_keep_words(threads)
FROM (SELECT array_agg(id) FROM discussions_thread WHERE id > %s AND id <= %s) batch (threads)
WHERE threads IS NOT NULL
"""


def in_batches(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM discussions_thread")
        (last,) = cursor.fetchone()
        for start in range(0, last or 0, THREADS_AT_ONCE):
            cursor.execute(FORWARD, [start, start + THREADS_AT_ONCE])


class Migration(migrations.Migration):
    atomic = False  # each batch is kept; one that runs twice changes nothing
    dependencies = [("discussions", "0009_words_of_threads")]
    operations = [migrations.RunPython(in_batches, migrations.RunPython.noop)]
