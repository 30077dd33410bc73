from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0009_moment_of_rules"),
    ]

    operations = [
        migrations.AlterField(
            model_name="community",
            name="hold_first_posts",
            field=models.BooleanField(
                default=False,
                help_text="A newcomer's posts wait for staff or ambassadors until one of them was published.",
                verbose_name="hold first posts",
            ),
        ),
    ]
