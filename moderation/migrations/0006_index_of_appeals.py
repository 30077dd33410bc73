from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("moderation", "0005_queue_by_gravity")]
    operations = [
        AddIndexConcurrently(
            "appeal", models.Index(fields=["created_at"], name="moderation_appeal_made")
        )
    ]
