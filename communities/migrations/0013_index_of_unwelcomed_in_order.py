from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("communities", "0012_for_questions")]
    operations = [
        AddIndexConcurrently(
            "membership",
            models.Index(
                fields=["community", "joined_at", "id"],
                name="communities_unwelcomed",
                condition=models.Q(welcomed_at=None),
            ),
        ),
        RemoveIndexConcurrently("membership", "communities_newcomers"),
    ]
