from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("discussions", "0009_words_at_the_desk")]
    operations = [
        AddIndexConcurrently(
            "thread",
            models.Index(
                fields=["community", "kind", "-last_post_at", "-id"],
                name="discussions_thread_of_kind",
                condition=models.Q(status="published"),
            ),
        ),
        AddIndexConcurrently(
            "thread",
            models.Index(
                fields=["community", "-last_post_at", "-id"],
                name="discussions_thread_unanswered",
                condition=models.Q(
                    models.Q(
                        models.Q(("answer", None), ("kind", "question")),
                        models.Q(("kind", "discussion"), ("post_count__lte", 1)),
                        _connector="OR",
                    ),
                    ("status", "published"),
                ),
            ),
        ),
    ]
