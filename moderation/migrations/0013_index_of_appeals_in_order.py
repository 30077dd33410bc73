from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("moderation", "0012_index_of_waiting_appeals")]
    operations = [
        AddIndexConcurrently(
            "appeal", models.Index(fields=["created_at", "id"], name="moderation_appeal_by_age")
        ),
        RemoveIndexConcurrently("appeal", "moderation_appeal_made"),
    ]
