from django.db import migrations

POSTS_AT_ONCE = 5_000
# The stretches of pks, of so many bits each, that search narrows down to; see discussions.search.
FORWARD = """
UPDATE discussions_post SET search = search || array_to_tsvector(ARRAY[
    '14 ' || (id >> 14), '16 ' || (id >> 16), '18 ' || (id >> 18),
    '20 ' || (id >> 20), '22 ' || (id >> 22), '24 ' || (id >> 24)])
WHERE id > %s AND id <= %s
"""
BACKWARD = """
UPDATE discussions_post SET search = ts_delete(search, ARRAY[
    '14 ' || (id >> 14), '16 ' || (id >> 16), '18 ' || (id >> 18),
    '20 ' || (id >> 20), '22 ' || (id >> 22), '24 ' || (id >> 24)])
WHERE id > %s AND id <= %s
"""


def in_batches(statement):
    def run(apps, schema_editor):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT max(id) FROM discussions_post")
            (last,) = cursor.fetchone()
            for start in range(0, last or 0, POSTS_AT_ONCE):
                cursor.execute(statement, [start, start + POSTS_AT_ONCE])

    return run


class Migration(migrations.Migration):
    atomic = False  # each batch is kept; one that runs twice changes nothing
    dependencies = [("discussions", "0004_versions")]
    operations = [migrations.RunPython(in_batches(FORWARD), in_batches(BACKWARD))]
