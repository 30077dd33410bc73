import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently, TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0014_sign_ups"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        TrigramExtension(),
        AddIndexConcurrently(
            model_name="auditentry",
            index=models.Index(
                django.db.models.functions.text.Upper("act"),
                models.OrderBy(models.F("id"), descending=True),
                name="accounts_audit_by_act",
            ),
        ),
        AddIndexConcurrently(
            model_name="auditentry",
            index=models.Index(
                django.db.models.functions.text.Upper("subject_kind"),
                models.OrderBy(models.F("id"), descending=True),
                name="accounts_audit_by_kind",
            ),
        ),
        AddIndexConcurrently(
            model_name="user",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("folded_name", "gin_trgm_ops"),
                name="accounts_user_parts_of_name",
            ),
        ),
        AddIndexConcurrently(
            model_name="user",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("email"), "gin_trgm_ops"
                ),
                name="accounts_user_parts_of_email",
            ),
        ),
        AddIndexConcurrently(
            model_name="user",
            index=models.Index(
                condition=models.Q(("is_staff", True)), fields=["-id"], name="accounts_user_staff"
            ),
        ),
        AddIndexConcurrently(
            model_name="user",
            index=models.Index(
                condition=models.Q(("is_active", False)),
                fields=["-id"],
                name="accounts_user_inactive",
            ),
        ),
    ]
