from django.db import migrations

FORWARD = """
CREATE CONSTRAINT TRIGGER communities_area_changed AFTER INSERT OR DELETE OR UPDATE OF name, name_cy, kind, parent_id, outline, valid_from, valid_to ON communities_area
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_site_changed();
CREATE CONSTRAINT TRIGGER communities_locallink_changed AFTER INSERT OR UPDATE OR DELETE ON communities_locallink
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_site_changed();
CREATE CONSTRAINT TRIGGER communities_community_changed AFTER INSERT OR DELETE OR UPDATE OF name, slug, kind, area_id, visibility, description, rules_html, archived_at ON communities_community
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_site_changed();
CREATE CONSTRAINT TRIGGER communities_ambassadors_changed AFTER UPDATE OF role
    ON communities_membership DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION accounts_site_changed();
CREATE CONSTRAINT TRIGGER communities_ambassador_came AFTER INSERT ON communities_membership
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.role = 'ambassador')
    EXECUTE FUNCTION accounts_site_changed();
CREATE CONSTRAINT TRIGGER communities_ambassador_left AFTER DELETE ON communities_membership
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.role = 'ambassador')
    EXECUTE FUNCTION accounts_site_changed();
CREATE FUNCTION communities_community_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM accounts_new_version('community', NEW.id);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER communities_community_counted
    AFTER UPDATE OF member_count, thread_count ON communities_community
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION communities_community_counted();
"""
BACKWARD = """
DROP TRIGGER communities_area_changed ON communities_area;
DROP TRIGGER communities_locallink_changed ON communities_locallink;
DROP TRIGGER communities_community_changed ON communities_community;
DROP TRIGGER communities_ambassadors_changed ON communities_membership;
DROP TRIGGER communities_ambassador_came ON communities_membership;
DROP TRIGGER communities_ambassador_left ON communities_membership;
DROP TRIGGER communities_community_counted ON communities_community;
DROP FUNCTION communities_community_counted();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0002_index_of_ambassadors"),
        ("accounts", "0003_versions"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
