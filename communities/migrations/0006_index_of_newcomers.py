from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("communities", "0005_calm_and_proposals")]
    operations = [
        AddIndexConcurrently(
            "membership",
            models.Index(
                fields=["community", "joined_at"],
                name="communities_newcomers",
                condition=models.Q(welcomed_at=None),
            ),
        )
    ]
