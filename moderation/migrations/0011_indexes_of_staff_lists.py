from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("discussions", "0030_indexes_of_staff_lists"),
        ("moderation", "0010_index_of_waiting_reports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="report",
            index=models.Index(
                condition=models.Q(("decision__isnull", False)),
                fields=["gravity", "created_at", "-id"],
                name="moderation_report_decided",
            ),
        ),
        AddIndexConcurrently(
            model_name="report",
            index=models.Index(
                models.OrderBy(models.F("decision"), nulls_first=True),
                models.F("gravity"),
                models.F("created_at"),
                models.OrderBy(models.F("id"), descending=True),
                name="moderation_report_every",
            ),
        ),
    ]
