from django.db import migrations

ADD = "ALTER TABLE communities_community ADD COLUMN of_another_test integer"
REMOVE = "ALTER TABLE communities_community DROP COLUMN of_another_test"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("locking", "0001_column")]
    operations = [
        migrations.RunSQL("CREATE TABLE locking_thing ()", "DROP TABLE locking_thing"),
        migrations.RunSQL(ADD, REMOVE),
    ]
