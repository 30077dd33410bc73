from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("discussions", "0023_who_reads_what_waits")]

    operations = [
        migrations.RemoveField(
            model_name="postrevision",
            name="replaced_at",
        ),
    ]
