from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("discussions", "0024_wordings_without_their_end")]
    operations = [
        AddIndexConcurrently(
            "follow",
            models.Index(
                fields=["user", "thread"],
                name="discussions_follow_muted",
                condition=models.Q(mode="mute"),
            ),
        )
    ]
