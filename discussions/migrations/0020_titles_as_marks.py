from django.db import migrations

# Besides larger ones, the stretch of 2^12 pks that a post lies in; of 2^14, together with its
# community too, since a search of one community is common. And each word of the title and tags as
# a mark of its own: of what many posts say, search finds those whose title says it.
SEARCH = """
CREATE OR REPLACE FUNCTION discussions_search_words(post bigint, title text, tags text, body text)
RETURNS tsvector LANGUAGE sql STABLE AS $$
    SELECT setweight(to_tsvector('townhall', title), 'A')
        || setweight(to_tsvector('townhall_written', title), 'A')
        || setweight(to_tsvector('townhall', tags), 'C')
        || setweight(to_tsvector('townhall', left(body, 100000)), 'B')
        || array_to_tsvector(ARRAY[{stretch}
            '14 ' || (post >> 14), '16 ' || (post >> 16), '18 ' || (post >> 18),
            '20 ' || (post >> 20), '22 ' || (post >> 22), '24 ' || (post >> 24)]){titles}
$$;
"""
STRETCH = """
            '12 ' || (post >> 12),"""
TITLES = """
        || array_to_tsvector(ARRAY(
            SELECT 'title ' || lexeme
            FROM unnest(to_tsvector('townhall', title) || to_tsvector('townhall', tags))))"""
MARKS = """
DROP FUNCTION discussions_marks_of({types});
CREATE FUNCTION discussions_marks_of({parameters}thread bigint, author bigint, at timestamptz)
RETURNS tsvector LANGUAGE sql STABLE AS $$
    SELECT array_to_tsvector(array_remove(ARRAY[
        'author ' || author,
        'community ' || found.community_id,{mark}
        CASE WHEN found.kind = 'question' AND found.answer_id IS NULL THEN 'question waiting'
            WHEN found.kind = 'question' THEN 'question answered' END,
        'month ' || to_char(at AT TIME ZONE 'UTC', 'YYYY-MM')
    ], NULL) || ARRAY(
        SELECT 'tag ' || tag_id FROM discussions_threadtag WHERE content_object_id = found.id))
    FROM discussions_thread found WHERE found.id = thread
$$;
CREATE OR REPLACE FUNCTION discussions_search_of(post discussions_post)
RETURNS tsvector LANGUAGE plpgsql STABLE AS $$
DECLARE
    marks tsvector := discussions_marks_of({values}post.thread_id, post.author_id,
        post.published_at);
    first_of discussions_thread;
BEGIN
    IF post.number = 1 OR post.number IS NULL THEN
        SELECT * INTO first_of FROM discussions_thread
            WHERE id = post.thread_id AND (post.number = 1 OR last_number = 0);
    END IF;
    IF first_of.id IS NULL THEN
        RETURN discussions_search_words(post.id, '', '', post.body) || marks;
    END IF;
    RETURN discussions_search_words(
        post.id, first_of.title, discussions_tags_of(first_of.id), post.body) || marks;
END $$;
"""
MARK = """
        'community ' || found.community_id || ' ' || (post >> 14),"""
NEW = SEARCH.format(stretch=STRETCH, titles=TITLES) + MARKS.format(
    types="bigint, bigint, timestamptz", parameters="post bigint, ", mark=MARK, values="post.id, "
)
OLD = SEARCH.format(stretch="", titles="") + MARKS.format(
    types="bigint, bigint, bigint, timestamptz", parameters="", mark="", values=""
)


class Migration(migrations.Migration):
    dependencies = [("discussions", "0019_words_that_go")]
    operations = [migrations.RunSQL(NEW, OLD)]
