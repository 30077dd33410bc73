from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("communities", "0001_initial")]
    operations = [
        AddIndexConcurrently(
            "membership",
            models.Index(
                fields=["community"],
                name="communities_ambassadors",
                condition=models.Q(role="ambassador"),
            ),
        )
    ]
