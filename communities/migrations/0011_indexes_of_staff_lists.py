from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("communities", "0010_who_reads_what_waits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="membership",
            index=models.Index(
                condition=models.Q(("role", "ambassador")),
                fields=["-id"],
                name="communities_every_ambassador",
            ),
        ),
    ]
