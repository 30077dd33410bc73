from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_index_of_folded_names")]

    operations = [
        migrations.CreateModel(
            name="Counter",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("value", models.TextField()),
                ("ends_at", models.DateTimeField()),
            ],
        ),
    ]
