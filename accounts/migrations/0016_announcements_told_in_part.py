from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0015_indexes_of_staff_lists")]

    operations = [
        migrations.AddField(
            model_name="announcement",
            name="told_through",
            field=models.BigIntegerField(db_default=0, default=0, editable=False),
        ),
    ]
