import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index is built beside the writers only outside a transaction
    dependencies = [
        ("discussions", "0030_indexes_of_staff_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="follow",
            index=models.Index(fields=["thread", "user"], name="discussions_follow_by_thread"),
        ),
        migrations.AlterField(
            model_name="follow",
            name="thread",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="follows",
                to="discussions.thread",
            ),
        ),
    ]
