import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

# Words as they are written, but for capitals and accents: names have no endings to lose.
CONFIGURATION = """
CREATE TEXT SEARCH CONFIGURATION townhall_written (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION townhall_written
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;
"""
# What search finds a post by. The title (A), also as it is written, and the tags (C, which search
# weighs between title and text) go with the first post of a thread; its text is B. The numbers are
# the stretches of pks, of so many bits each, that search narrows down to; see discussions.search.
SEARCH = """
CREATE FUNCTION discussions_search_words(post bigint, title text, tags text, body text)
RETURNS tsvector LANGUAGE sql STABLE AS $$
    SELECT setweight(to_tsvector('townhall', title), 'A')
        || setweight(to_tsvector('townhall_written', title), 'A')
        || setweight(to_tsvector('townhall', tags), 'C')
        || setweight(to_tsvector('townhall', left(body, 100000)), 'B')
        || array_to_tsvector(ARRAY[
            '14 ' || (post >> 14), '16 ' || (post >> 16), '18 ' || (post >> 18),
            '20 ' || (post >> 20), '22 ' || (post >> 22), '24 ' || (post >> 24)])
$$;
CREATE FUNCTION discussions_tags_of(thread bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT COALESCE(string_agg(tag.name, ' ' ORDER BY tag.name), '')
    FROM discussions_threadtag tagged JOIN taggit_tag tag ON tag.id = tagged.tag_id
    WHERE tagged.content_object_id = thread
$$;
CREATE FUNCTION discussions_search_of(post discussions_post)
RETURNS tsvector LANGUAGE plpgsql STABLE AS $$
DECLARE
    first_of discussions_thread;
BEGIN
    IF post.number = 1 OR post.number IS NULL THEN
        SELECT * INTO first_of FROM discussions_thread
            WHERE id = post.thread_id AND (post.number = 1 OR last_number = 0);
    END IF;
    IF first_of.id IS NULL THEN
        RETURN discussions_search_words(post.id, '', '', post.body);
    END IF;
    RETURN discussions_search_words(
        post.id, first_of.title, discussions_tags_of(first_of.id), post.body);
END $$;
CREATE FUNCTION discussions_find_anew(threads bigint[]) RETURNS void LANGUAGE sql AS $$
    UPDATE discussions_post post SET search = discussions_search_of(post)
    FROM discussions_thread thread
    WHERE thread.id = ANY (threads) AND post.thread_id = thread.id
        AND (post.number = 1 OR (post.number IS NULL AND thread.last_number = 0))
$$;
"""
# The opening of a hidden post is nobody's to find, so its words go until it is shown again.
WORDS = """
CREATE FUNCTION discussions_words_said(threads bigint[])
RETURNS TABLE (thread bigint, community bigint, said text, stem text, in_title boolean)
LANGUAGE sql STABLE AS $$
    SELECT thread.id, thread.community_id, heard.word, stems.stem[1], bool_or(heard.in_title)
    FROM discussions_thread thread
    LEFT JOIN discussions_post post
        ON post.thread_id = thread.id AND post.number = 1 AND post.status = 'published'
    CROSS JOIN LATERAL (
        SELECT lexeme, true FROM unnest(to_tsvector('townhall_written', thread.title))
        UNION ALL
        SELECT lexeme, false FROM unnest(to_tsvector('townhall_written', left(post.body, 600)))
    ) heard (word, in_title)
    CROSS JOIN LATERAL (SELECT ts_lexize('english_stem', heard.word)) stems (stem)
    WHERE thread.id = ANY (threads) AND heard.word ~ '^[[:alnum:]]{2,40}$'
        AND (heard.in_title OR stems.stem <> '{}')
    GROUP BY thread.id, heard.word, stems.stem[1]
$$;
CREATE FUNCTION discussions_near(word text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN word !~ '^[[:alpha:]]{3,40}$' THEN ARRAY[word] ELSE ARRAY(
        SELECT word
        UNION
        SELECT left(word, letter - 1) || substr(word, letter + 1)
        FROM generate_series(1, length(word)) letter
    ) END
$$;
CREATE FUNCTION discussions_keep_words(threads bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM discussions_threadword WHERE thread_id = ANY (threads);
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
# The words are kept by immediate triggers; who writes many threads at once may put them off.
TRIGGERS = """
CREATE FUNCTION discussions_post_searched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.search := discussions_search_of(NEW);
    RETURN NEW;
END $$;
CREATE TRIGGER discussions_post_searched BEFORE INSERT OR UPDATE OF body ON discussions_post
    FOR EACH ROW EXECUTE FUNCTION discussions_post_searched();
CREATE FUNCTION discussions_opening_said() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM discussions_keep_words(ARRAY[NEW.thread_id]);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER discussions_opening_said
    AFTER INSERT OR UPDATE OF body, status, number ON discussions_post
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW WHEN (NEW.number = 1)
    EXECUTE FUNCTION discussions_opening_said();
CREATE FUNCTION discussions_thread_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM discussions_keep_words(ARRAY[NEW.id]);
    PERFORM discussions_find_anew(ARRAY[NEW.id]);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER discussions_thread_renamed
    AFTER UPDATE OF title, community_id ON discussions_thread
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW
    WHEN (OLD.title <> NEW.title OR OLD.community_id <> NEW.community_id)
    EXECUTE FUNCTION discussions_thread_renamed();
CREATE FUNCTION discussions_tags_searched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM discussions_find_anew(ARRAY[(COALESCE(NEW, OLD)).content_object_id]);
    RETURN NULL;
END $$;
CREATE TRIGGER discussions_tags_searched AFTER INSERT OR DELETE ON discussions_threadtag
    FOR EACH ROW EXECUTE FUNCTION discussions_tags_searched();
CREATE FUNCTION discussions_tag_searched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM discussions_find_anew(ARRAY(
        SELECT content_object_id FROM discussions_threadtag WHERE tag_id = NEW.id));
    RETURN NULL;
END $$;
CREATE TRIGGER discussions_tag_searched AFTER UPDATE OF name ON taggit_tag
    FOR EACH ROW WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION discussions_tag_searched();
"""
BACKWARD = """
DROP TRIGGER discussions_tag_searched ON taggit_tag;
DROP TRIGGER discussions_tags_searched ON discussions_threadtag;
DROP TRIGGER discussions_thread_renamed ON discussions_thread;
DROP TRIGGER discussions_opening_said ON discussions_post;
DROP TRIGGER discussions_post_searched ON discussions_post;
DROP FUNCTION discussions_tag_searched(), discussions_tags_searched(),
    discussions_thread_renamed(), discussions_opening_said(), discussions_post_searched(),
    discussions_keep_words(bigint[]), discussions_near(text), discussions_words_said(bigint[]),
    discussions_find_anew(bigint[]), discussions_search_of(discussions_post),
    discussions_tags_of(bigint), discussions_search_words(bigint, text, text, text);
DROP TEXT SEARCH CONFIGURATION townhall_written;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0006_index_of_newcomers"),
        ("discussions", "0008_versions_of_outcomes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Word",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=40, unique=True)),
                ("stem", models.CharField(max_length=40)),
                (
                    "near",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["near"], name="discussions_word_near"
                    ),
                    models.Index(fields=["stem"], name="discussions_word_stem"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ThreadWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("in_title", models.BooleanField()),
                (
                    "community",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="communities.community",
                    ),
                ),
                (
                    "thread",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="words",
                        to="discussions.thread",
                    ),
                ),
                (
                    "word",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="threads",
                        to="discussions.word",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["word", "community", "-thread"],
                        include=("in_title",),
                        name="discussions_threadword_found",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("thread"), models.F("word"), name="discussions_threadword_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(CONFIGURATION + SEARCH + WORDS + TRIGGERS, BACKWARD),
    ]
