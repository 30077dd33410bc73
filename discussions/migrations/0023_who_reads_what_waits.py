from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("discussions", "0022_acts_of_settings_and_authority")]

    operations = [
        migrations.AlterField(
            model_name="post",
            name="hold_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("newcomer", "staff or ambassadors read first posts before they appear"),
                    ("account", "staff read posts from this account before they appear"),
                    ("rejected", "rejected by the moderators of the place it was imported from"),
                    ("undecided", "not yet read where it was imported from"),
                ],
                max_length=10,
                verbose_name="held because",
            ),
        ),
        migrations.AlterField(
            model_name="post",
            name="status",
            field=models.CharField(
                choices=[
                    ("published", "published"),
                    ("pending", "waiting to be read"),
                    ("hidden", "hidden by staff"),
                    ("withdrawn", "withdrawn by its author"),
                    ("moved", "moved to another thread"),
                ],
                default="pending",
                max_length=9,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="thread",
            name="status",
            field=models.CharField(
                choices=[
                    ("published", "published"),
                    ("pending", "waiting to be read"),
                    ("hidden", "hidden by staff"),
                    ("withdrawn", "withdrawn by its author"),
                ],
                default="pending",
                max_length=9,
                verbose_name="status",
            ),
        ),
    ]
