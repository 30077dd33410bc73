from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("communities", "0008_words_of_proposals")]

    operations = [
        migrations.AddField(
            model_name="community",
            name="rules_changed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
