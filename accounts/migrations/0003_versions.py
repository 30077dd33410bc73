from django.db import migrations, models

# A version is the transaction that changed its subject last, so that many rows changed in one
# transaction are one new version. The triggers that call this are deferred: the row of a version
# is the last that a transaction locks, and held for no longer than the commit takes.
FORWARD = """
CREATE FUNCTION accounts_new_version(what text, subject bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO accounts_version (kind, subject_id, number)
    VALUES (what, subject, pg_current_xact_id()::text::bigint)
    ON CONFLICT (kind, subject_id) DO UPDATE SET number = excluded.number
    WHERE accounts_version.number <> excluded.number
$$;
CREATE FUNCTION accounts_site_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM accounts_new_version('site', 0);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER accounts_user_changed AFTER UPDATE OF public_name, closed_at
    ON accounts_user DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION accounts_site_changed();
"""
BACKWARD = """
DROP TRIGGER accounts_user_changed ON accounts_user;
DROP FUNCTION accounts_site_changed();
DROP FUNCTION accounts_new_version(text, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_audit_append_only")]
    operations = [
        migrations.CreateModel(
            name="Version",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=9)),
                ("subject_id", models.BigIntegerField()),
                ("number", models.BigIntegerField()),
            ],
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(
                models.F("kind"), models.F("subject_id"), name="accounts_version_once"
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
