import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import accounts.folding
import accounts.models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_counters")]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="public_name",
            field=models.CharField(
                max_length=60,
                validators=[accounts.folding.validate_signs],
                verbose_name="public name",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="folded_name",
            field=accounts.models.FoldedNameField(
                blank=True,
                db_collation="C",
                db_default="",
                default="",
                editable=False,
                max_length=255,
            ),
        ),
        migrations.CreateModel(
            name="NameChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("old_name", models.CharField(max_length=60, verbose_name="was called")),
                (
                    "at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="until"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="name_changes",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of name",
                "verbose_name_plural": "changes of names",
                "indexes": [
                    models.Index(fields=["user", "-at"], name="accounts_namechange_of_user")
                ],
            },
        ),
        migrations.CreateModel(
            name="Namesake",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("own_name", models.CharField(max_length=60, verbose_name="name without the mark")),
                (
                    "since",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="since"),
                ),
                ("seen_at", models.DateTimeField(blank=True, null=True, verbose_name="looked at")),
                (
                    "seen_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="looked at by",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="namesake",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "namesake",
                "verbose_name_plural": "namesakes of people in office",
                "default_permissions": ("view", "change"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("seen_at", None), ("seen_by", None))
                        | models.Q(("seen_at__isnull", False), ("seen_by__isnull", False)),
                        name="accounts_namesake_seen_by_somebody",
                    )
                ],
            },
        ),
    ]
