from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("discussions", "0006_no_index_twice"),
        ("moderation", "0004_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="report",
            name="moderation_waiting",
        ),
        migrations.AddField(
            model_name="report",
            name="gravity",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(rule="unlawful", then=0),
                    models.When(rule="personal", then=1),
                    models.When(rule="abuse", then=2),
                    models.When(rule="candidate", then=3),
                    models.When(rule="spam", then=4),
                    models.When(rule="offtopic", then=5),
                    models.When(rule="other", then=6),
                    default=7,
                ),
                output_field=models.PositiveSmallIntegerField(),
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("decision", None)),
                fields=["gravity", "created_at", "-id"],
                name="moderation_queue",
            ),
        ),
    ]
