from django.db import migrations

FORWARD = """
CREATE FUNCTION discussions_thread_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    thread discussions_thread := COALESCE(NEW, OLD);
BEGIN
    PERFORM accounts_new_version('thread', thread.id);
    PERFORM accounts_new_version('community', thread.community_id);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER discussions_thread_changed AFTER INSERT OR UPDATE OR DELETE
    ON discussions_thread DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION discussions_thread_changed();
CREATE FUNCTION discussions_post_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    post discussions_post := COALESCE(NEW, OLD);
BEGIN
    PERFORM accounts_new_version('thread', post.thread_id);
    PERFORM accounts_new_version('community', community_id)
        FROM discussions_thread WHERE id = post.thread_id;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER discussions_post_changed AFTER INSERT OR UPDATE OR DELETE
    ON discussions_post DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION discussions_post_changed();
CREATE FUNCTION discussions_tags_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    tagged discussions_threadtag := COALESCE(NEW, OLD);
BEGIN
    PERFORM accounts_new_version('thread', tagged.content_object_id);
    PERFORM accounts_new_version('community', community_id)
        FROM discussions_thread WHERE id = tagged.content_object_id;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER discussions_tags_changed AFTER INSERT OR UPDATE OR DELETE
    ON discussions_threadtag DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION discussions_tags_changed();
CREATE CONSTRAINT TRIGGER discussions_tag_renamed AFTER UPDATE OR DELETE ON taggit_tag
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_site_changed();
"""
BACKWARD = """
DROP TRIGGER discussions_tag_renamed ON taggit_tag;
DROP TRIGGER discussions_tags_changed ON discussions_threadtag;
DROP FUNCTION discussions_tags_changed();
DROP TRIGGER discussions_post_changed ON discussions_post;
DROP FUNCTION discussions_post_changed();
DROP TRIGGER discussions_thread_changed ON discussions_thread;
DROP FUNCTION discussions_thread_changed();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("discussions", "0003_indexes_of_pinned_and_in_office"),
        ("accounts", "0003_versions"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
