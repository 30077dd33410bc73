from django.db import migrations

# The parser of PostgreSQL takes words that signs join for paths, hosts and signed numbers, which
# are found only whole. So words are parted before they are indexed, at the signs that
# discussions.terms parts what is looked for at.
APART = r"""
CREATE FUNCTION discussions_words_apart(words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(regexp_replace(regexp_replace(normalize(words, NFC),
        '[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]', '', 'g'),
        '\m(?:https?://)?www\.|\mhttps?://', ' ', 'gi'),
        '[\u0001-/:-@\[-`{-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7'
        '\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u22ff\u2500-\u27bf\u3001-\u3003'
        '\u3008-\u3011]+', ' ', 'g')
$$;
"""
SEARCH = """
CREATE OR REPLACE FUNCTION discussions_search_words(post bigint, title text, tags text, body text)
RETURNS tsvector LANGUAGE sql STABLE AS $$
    SELECT setweight(to_tsvector('townhall', {title}), 'A')
        || setweight(to_tsvector('townhall_written', {title}), 'A')
        || setweight(to_tsvector('townhall', {tags}), 'C')
        || setweight(to_tsvector('townhall', {body}), 'B')
        || array_to_tsvector(ARRAY[
            '12 ' || (post >> 12),
            '14 ' || (post >> 14), '16 ' || (post >> 16), '18 ' || (post >> 18),
            '20 ' || (post >> 20), '22 ' || (post >> 22), '24 ' || (post >> 24)])
        || array_to_tsvector(ARRAY(
            SELECT 'title ' || lexeme
            FROM unnest(to_tsvector('townhall', {title}) || to_tsvector('townhall', {tags}))))
$$;
CREATE OR REPLACE FUNCTION discussions_words_said(threads bigint[])
RETURNS TABLE (thread bigint, community bigint, said text, stem text, in_title boolean)
LANGUAGE sql STABLE AS $$
    SELECT thread.id, thread.community_id, heard.word, stems.stem[1], bool_or(heard.in_title)
    FROM discussions_thread thread
    LEFT JOIN discussions_post post
        ON post.thread_id = thread.id AND post.number = 1 AND post.status = 'published'
    CROSS JOIN LATERAL (
        SELECT lexeme, true FROM unnest(to_tsvector('townhall_written', {thread_title}))
        UNION ALL
        SELECT lexeme, false FROM unnest(to_tsvector('townhall_written', {opening}))
    ) heard (word, in_title)
    CROSS JOIN LATERAL (SELECT ts_lexize('english_stem', heard.word)) stems (stem)
    WHERE thread.id = ANY (threads) AND heard.word ~ '^[[:alnum:]]{{2,40}}$'
        AND (heard.in_title OR stems.stem <> '{{}}')
    GROUP BY thread.id, heard.word, stems.stem[1]
$$;
"""
WHOLE = {
    "title": "title",
    "tags": "tags",
    "body": "left(body, 100000)",
    "thread_title": "thread.title",
    "opening": "left(post.body, 600)",
}
PARTED = {name: f"discussions_words_apart({words})" for name, words in WHOLE.items()}
FORWARD = APART + SEARCH.format(**PARTED)
BACKWARD = SEARCH.format(**WHOLE) + "DROP FUNCTION discussions_words_apart(text);"


class Migration(migrations.Migration):
    dependencies = [("discussions", "0025_index_of_muted_threads")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
