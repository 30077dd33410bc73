from django.db import migrations

ADD = "ALTER TABLE communities_community ADD COLUMN of_a_test integer"
REMOVE = "ALTER TABLE communities_community DROP COLUMN of_a_test"


class Migration(migrations.Migration):
    operations = [migrations.RunSQL(ADD, REMOVE)]
