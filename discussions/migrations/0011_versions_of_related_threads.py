from django.db import migrations

# Pages of other threads name it; that one goes or gets another title is rare, so all are new then.
FORWARD = """
CREATE CONSTRAINT TRIGGER discussions_thread_named_anew
    AFTER UPDATE OF status, title, community_id ON discussions_thread
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.status = 'published' AND
    (OLD.status, OLD.title, OLD.community_id) IS DISTINCT FROM
    (NEW.status, NEW.title, NEW.community_id))
    EXECUTE FUNCTION accounts_site_changed();
"""
BACKWARD = "DROP TRIGGER discussions_thread_named_anew ON discussions_thread;"


class Migration(migrations.Migration):
    dependencies = [("discussions", "0010_indexes_of_chosen_threads")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
