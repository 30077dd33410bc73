from django.db import migrations

FORWARD = """
CREATE FUNCTION discussions_outcome_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM accounts_new_version('thread', (COALESCE(NEW, OLD)).thread_id);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER discussions_outcome_changed AFTER INSERT OR UPDATE OR DELETE
    ON discussions_outcomenote DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION discussions_outcome_changed();
CREATE FUNCTION discussions_act_done() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM accounts_new_version('community', NEW.community_id);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER discussions_act_done AFTER INSERT ON discussions_act
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION discussions_act_done();
"""
BACKWARD = """
DROP TRIGGER discussions_act_done ON discussions_act;
DROP FUNCTION discussions_act_done();
DROP TRIGGER discussions_outcome_changed ON discussions_outcomenote;
DROP FUNCTION discussions_outcome_changed();
"""


class Migration(migrations.Migration):
    dependencies = [("discussions", "0007_wordings_and_marks")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
