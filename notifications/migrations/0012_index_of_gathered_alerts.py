from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index is built beside the writers only outside a transaction
    dependencies = [("notifications", "0011_alerts_are_gathered")]

    operations = [
        AddIndexConcurrently(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("mail", None), ("wants_mail", True)),
                fields=["mail_from", "user", "id"],
                name="notifications_to_mail",
            ),
        ),
        RemoveIndexConcurrently(model_name="delivery", name="notifications_unmailed"),
    ]
