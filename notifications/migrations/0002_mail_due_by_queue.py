from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notifications", "0001_initial")]
    operations = [
        AddIndexConcurrently(
            "mail",
            models.Index(
                fields=["queue", "next_attempt_at"],
                name="notifications_mail_by_queue",
                condition=models.Q(state__in=["ready", "claimed"]),
            ),
        ),
        RemoveIndexConcurrently("mail", "notifications_mail_due"),
    ]
