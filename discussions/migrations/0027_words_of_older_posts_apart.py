from django.db import migrations

POSTS_AT_ONCE = 5_000
# What has a sign between two letters or figures, or letters of two parts, may be indexed otherwise.
POSTS = r"""
UPDATE discussions_post SET search = discussions_search_of(discussions_post)
WHERE id > %s AND id <= %s
    AND (body ~ '[^\s][^\s[:alnum:]][^\s]' OR body !~ '^[\u0001-\u00ff]*$' OR number = 1)
"""
THREADS = r"""
SELECT discussions_keep_words(ARRAY(
    SELECT thread_id FROM discussions_post WHERE id > %s AND id <= %s AND number = 1))
"""


def in_batches(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM discussions_post")
        (last,) = cursor.fetchone()
        for start in range(0, last or 0, POSTS_AT_ONCE):
            cursor.execute(POSTS, [start, start + POSTS_AT_ONCE])
            cursor.execute(THREADS, [start, start + POSTS_AT_ONCE])


class Migration(migrations.Migration):
    atomic = False  # each batch is kept; one that runs twice changes nothing
    dependencies = [("discussions", "0026_words_apart")]
    operations = [migrations.RunPython(in_batches, migrations.RunPython.noop)]
