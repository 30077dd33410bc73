from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_index_of_names")]

    operations = [
        migrations.AlterField(
            model_name="announcement",
            name="kind",
            field=models.CharField(
                choices=[
                    ("post", "a post was published"),
                    ("question", "a question was opened"),
                    ("answer", "a question was answered"),
                    ("decision", "staff decided about a post"),
                    ("mention", "other words of a post name somebody"),
                    ("proposal", "staff decided about a proposal"),
                ],
                max_length=10,
            ),
        ),
    ]
