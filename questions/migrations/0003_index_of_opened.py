from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("questions", "0002_versions")]
    operations = [
        AddIndexConcurrently(
            "question", models.Index(fields=["opened_on"], name="questions_opened")
        )
    ]
