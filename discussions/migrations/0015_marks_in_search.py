from django.db import migrations

# The filters of search as marks in the index, so that a word and a filter are looked up together:
# who wrote it, in which community, under which tags, in which month, and whether in a question that
# waits or was answered; see discussions.narrowing. The marks of a thread stand in all its posts.
MARKS = """
CREATE FUNCTION discussions_marks_of(thread bigint, author bigint, at timestamptz)
RETURNS tsvector LANGUAGE sql STABLE AS $$
    SELECT array_to_tsvector(array_remove(ARRAY[
        'author ' || author,
        'community ' || found.community_id,
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
    marks tsvector := discussions_marks_of(post.thread_id, post.author_id, post.published_at);
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
CREATE FUNCTION discussions_mark_anew(threads bigint[]) RETURNS void LANGUAGE sql AS $$
    UPDATE discussions_post post SET search = discussions_search_of(post)
    WHERE thread_id = ANY (threads)
$$;
"""
TRIGGERS = """
DROP TRIGGER discussions_post_searched ON discussions_post;
CREATE TRIGGER discussions_post_searched
    BEFORE INSERT OR UPDATE OF body, published_at, author_id, thread_id ON discussions_post
    FOR EACH ROW EXECUTE FUNCTION discussions_post_searched();
CREATE FUNCTION discussions_thread_marked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM discussions_mark_anew(ARRAY[NEW.id]);
    RETURN NULL;
END $$;
CREATE TRIGGER discussions_thread_marked
    AFTER UPDATE OF community_id, kind, answer_id ON discussions_thread
    FOR EACH ROW WHEN (OLD.community_id <> NEW.community_id OR OLD.kind <> NEW.kind
        OR (OLD.answer_id IS NULL) <> (NEW.answer_id IS NULL))
    EXECUTE FUNCTION discussions_thread_marked();
DROP TRIGGER discussions_tags_searched ON discussions_threadtag;
CREATE OR REPLACE FUNCTION discussions_tags_searched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM discussions_mark_anew(ARRAY(SELECT DISTINCT content_object_id FROM changed));
    RETURN NULL;
END $$;
CREATE TRIGGER discussions_tags_put AFTER INSERT ON discussions_threadtag
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION discussions_tags_searched();
CREATE TRIGGER discussions_tags_taken AFTER DELETE ON discussions_threadtag
    REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION discussions_tags_searched();
"""
BACKWARD = """
DROP TRIGGER discussions_tags_taken ON discussions_threadtag;
DROP TRIGGER discussions_tags_put ON discussions_threadtag;
CREATE OR REPLACE FUNCTION discussions_tags_searched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM discussions_find_anew(ARRAY[(COALESCE(NEW, OLD)).content_object_id]);
    RETURN NULL;
END $$;
CREATE TRIGGER discussions_tags_searched AFTER INSERT OR DELETE ON discussions_threadtag
    FOR EACH ROW EXECUTE FUNCTION discussions_tags_searched();
DROP TRIGGER discussions_thread_marked ON discussions_thread;
DROP FUNCTION discussions_thread_marked();
DROP TRIGGER discussions_post_searched ON discussions_post;
CREATE TRIGGER discussions_post_searched BEFORE INSERT OR UPDATE OF body ON discussions_post
    FOR EACH ROW EXECUTE FUNCTION discussions_post_searched();
DROP FUNCTION discussions_mark_anew(bigint[]);
CREATE OR REPLACE FUNCTION discussions_search_of(post discussions_post)
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
DROP FUNCTION discussions_marks_of(bigint, bigint, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("discussions", "0014_titles_of_wordings")]
    operations = [migrations.RunSQL(MARKS + TRIGGERS, BACKWARD)]
