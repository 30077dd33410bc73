from django.db import migrations

FORWARD = """
CREATE CONSTRAINT TRIGGER moderation_decision_changed AFTER INSERT OR UPDATE OR DELETE ON moderation_decision
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_site_changed();
CREATE CONSTRAINT TRIGGER moderation_appeal_changed AFTER INSERT OR UPDATE OR DELETE ON moderation_appeal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_site_changed();
"""
BACKWARD = """
DROP TRIGGER moderation_decision_changed ON moderation_decision;
DROP TRIGGER moderation_appeal_changed ON moderation_appeal;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0003_moderators_group"),
        ("accounts", "0003_versions"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
