from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("moderation", "0011_indexes_of_staff_lists")]
    operations = [
        AddIndexConcurrently(
            "appeal",
            models.Index(
                fields=["created_at", "id"],
                name="moderation_appeal_waiting",
                condition=models.Q(outcome=""),
            ),
        )
    ]
