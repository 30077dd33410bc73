from django.db import migrations

FORWARD = """
CREATE CONSTRAINT TRIGGER questions_question_changed AFTER INSERT OR UPDATE OR DELETE ON questions_question
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_site_changed();
CREATE CONSTRAINT TRIGGER questions_holder_changed AFTER INSERT OR UPDATE OR DELETE ON questions_holder
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_site_changed();
"""
BACKWARD = """
DROP TRIGGER questions_question_changed ON questions_question;
DROP TRIGGER questions_holder_changed ON questions_holder;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("questions", "0001_initial"),
        ("accounts", "0003_versions"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
