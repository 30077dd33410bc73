from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("communities", "0011_indexes_of_staff_lists")]

    operations = [
        migrations.AddField(
            model_name="community",
            name="is_for_questions",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                verbose_name="for the questions of a body",
            ),
        ),
    ]
