from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0011_fold_names")]
    operations = [
        AddIndexConcurrently(
            "user", models.Index(fields=["folded_name"], name="accounts_user_by_folded_key")
        ),
        RemoveIndexConcurrently("user", "accounts_user_by_folded_name"),
    ]
