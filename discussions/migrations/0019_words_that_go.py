from django.db import migrations

# Who keeps words of a thread holds a lock beside others who do, so that no word is thrown away
# which they have found but nobody else can see them use.
KEEP = """
CREATE OR REPLACE FUNCTION discussions_keep_words(threads bigint[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    {lock}DELETE FROM discussions_threadword WHERE thread_id = ANY (threads);
    -- New words are put in by one at a time: two that wait for each other's would never end.
    IF EXISTS (
        SELECT FROM discussions_words_said(threads)
        WHERE NOT EXISTS (SELECT FROM discussions_word WHERE text = said)
    ) THEN
        PERFORM pg_advisory_xact_lock(hashtext('discussions_word'));
        INSERT INTO discussions_word (text, stem, near)
            SELECT DISTINCT said, COALESCE(stem, ''), discussions_near(said)
            FROM discussions_words_said(threads)
            ON CONFLICT (text) DO NOTHING;
    END IF;
    INSERT INTO discussions_threadword (word_id, community_id, thread_id, in_title)
        SELECT word.id, community, thread, in_title
        FROM discussions_words_said(threads) JOIN discussions_word word ON word.text = said;
END $$;
"""
LOCK = "PERFORM pg_advisory_xact_lock_shared(hashtext('discussions_threadword'));\n    "


class Migration(migrations.Migration):
    dependencies = [("discussions", "0018_drafts_keep_what_was_chosen")]
    operations = [migrations.RunSQL(KEEP.format(lock=LOCK), KEEP.format(lock=""))]
