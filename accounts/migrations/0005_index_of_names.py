from django.contrib.postgres.indexes import OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("accounts", "0004_words_at_the_desk")]

    operations = [
        AddIndexConcurrently(
            model_name="user",
            index=models.Index(
                OpClass(Lower("public_name"), "varchar_pattern_ops"),
                name="accounts_user_by_name",
            ),
        ),
    ]
