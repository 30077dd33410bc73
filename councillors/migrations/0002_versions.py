from django.db import migrations

FORWARD = """
CREATE CONSTRAINT TRIGGER councillors_body_changed AFTER INSERT OR UPDATE OR DELETE ON councillors_body
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_site_changed();
CREATE CONSTRAINT TRIGGER councillors_person_changed AFTER INSERT OR UPDATE OR DELETE ON councillors_person
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_site_changed();
CREATE CONSTRAINT TRIGGER councillors_councillor_changed AFTER INSERT OR UPDATE OR DELETE ON councillors_councillor
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_site_changed();
CREATE CONSTRAINT TRIGGER councillors_capacity_changed AFTER INSERT OR UPDATE OR DELETE ON councillors_capacity
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_site_changed();
"""
BACKWARD = """
DROP TRIGGER councillors_body_changed ON councillors_body;
DROP TRIGGER councillors_person_changed ON councillors_person;
DROP TRIGGER councillors_councillor_changed ON councillors_councillor;
DROP TRIGGER councillors_capacity_changed ON councillors_capacity;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("councillors", "0001_initial"),
        ("accounts", "0003_versions"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
