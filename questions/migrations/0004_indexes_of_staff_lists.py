from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("communities", "0011_indexes_of_staff_lists"),
        ("councillors", "0002_versions"),
        ("discussions", "0030_indexes_of_staff_lists"),
        ("questions", "0003_index_of_opened"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="question",
            index=models.Index(
                models.Case(
                    models.When(state="submitted", then=models.Value(0)), default=models.Value(1)
                ),
                models.F("asked_at"),
                models.F("id"),
                name="questions_to_read",
            ),
        ),
    ]
