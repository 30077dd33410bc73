from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_names_and_proposals")]

    operations = [
        migrations.CreateModel(
            name="LimitCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=64)),
                ("seconds", models.IntegerField()),
                ("allowed", models.IntegerField()),
                ("used", models.IntegerField()),
                ("ends_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("key"),
                        models.F("kind"),
                        models.F("seconds"),
                        name="accounts_limitcount_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seconds__gt", 0), ("used__gte", 0)),
                        name="accounts_limitcount_counts",
                    ),
                ],
            },
        ),
    ]
