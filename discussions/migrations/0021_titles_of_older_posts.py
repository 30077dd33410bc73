from django.db import migrations

POSTS_AT_ONCE = 5_000
FORWARD = """
UPDATE discussions_post post SET search = discussions_search_of(post) WHERE id > %s AND id <= %s
"""


def in_batches(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM discussions_post")
        (last,) = cursor.fetchone()
        for start in range(0, last or 0, POSTS_AT_ONCE):
            cursor.execute(FORWARD, [start, start + POSTS_AT_ONCE])


class Migration(migrations.Migration):
    atomic = False  # each batch is kept; one that runs twice changes nothing
    dependencies = [("discussions", "0020_titles_as_marks")]
    operations = [migrations.RunPython(in_batches, migrations.RunPython.noop)]
