from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("moderation", "0009_moderators_decide_proposals")]
    operations = [
        AddIndexConcurrently(
            "report",
            models.Index(
                fields=["created_at"],
                name="moderation_report_waiting",
                condition=models.Q(decision=None),
            ),
        )
    ]
