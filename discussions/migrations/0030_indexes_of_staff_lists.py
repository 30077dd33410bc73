import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0015_indexes_of_staff_lists"),
        ("communities", "0011_indexes_of_staff_lists"),
        ("councillors", "0002_versions"),
        ("discussions", "0029_index_of_lost_pictures"),
        ("taggit", "0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="post",
            index=models.Index(
                condition=models.Q(("status", "published"), _negated=True),
                fields=["status", "-id"],
                name="discussions_post_of_status",
            ),
        ),
        AddIndexConcurrently(
            model_name="post",
            index=models.Index(
                condition=models.Q(("hold_reason", ""), _negated=True),
                fields=["hold_reason", "-id"],
                name="discussions_post_of_hold",
            ),
        ),
        AddIndexConcurrently(
            model_name="thread",
            index=models.Index(fields=["-last_post_at", "-id"], name="discussions_thread_newest"),
        ),
        AddIndexConcurrently(
            model_name="thread",
            index=models.Index(
                condition=models.Q(("is_locked", True)),
                fields=["-last_post_at", "-id"],
                name="discussions_thread_locked",
            ),
        ),
        AddIndexConcurrently(
            model_name="thread",
            index=models.Index(
                condition=models.Q(("status", "published"), _negated=True),
                fields=["-last_post_at", "-id"],
                name="discussions_thread_of_status",
            ),
        ),
        AddIndexConcurrently(
            model_name="thread",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("title"), "gin_trgm_ops"
                ),
                name="discussions_thread_parts_title",
            ),
        ),
    ]
