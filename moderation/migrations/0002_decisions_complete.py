from django.db import migrations

# The first trigger keeps decisions as they were written. The second looks at the end of each
# transaction: a hidden post must have a decision that hid it and was not undone since.
FORWARD = """
CREATE TRIGGER moderation_decision_append_only BEFORE UPDATE OR DELETE ON moderation_decision
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE FUNCTION moderation_hidden_has_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT status FROM discussions_post WHERE id = NEW.id) = 'hidden' AND (
        SELECT verb FROM moderation_decision
        WHERE post_id = NEW.id AND verb IN ('hide', 'restore') ORDER BY id DESC LIMIT 1
    ) IS DISTINCT FROM 'hide' THEN
        RAISE EXCEPTION 'post % is hidden without a decision', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER moderation_hidden_has_decision
    AFTER INSERT OR UPDATE OF status ON discussions_post DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.status = 'hidden') EXECUTE FUNCTION moderation_hidden_has_decision();
"""
BACKWARD = """
DROP TRIGGER moderation_hidden_has_decision ON discussions_post;
DROP FUNCTION moderation_hidden_has_decision();
DROP TRIGGER moderation_decision_append_only ON moderation_decision;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0001_initial"),
        ("accounts", "0002_audit_append_only"),
        ("discussions", "0002_search_configuration"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
