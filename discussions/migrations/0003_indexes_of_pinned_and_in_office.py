from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("discussions", "0002_search_configuration")]
    operations = [
        AddIndexConcurrently(
            "thread",
            models.Index(
                fields=["community"],
                name="discussions_thread_pinned",
                condition=models.Q(is_pinned=True),
            ),
        ),
        AddIndexConcurrently(
            "post",
            models.Index(
                fields=["capacity", "-id"],
                name="discussions_post_in_office",
                condition=models.Q(capacity__isnull=False),
            ),
        ),
    ]
