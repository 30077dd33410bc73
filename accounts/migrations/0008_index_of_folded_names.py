from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Collate, Lower


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0007_limit_counts")]
    operations = [
        AddIndexConcurrently(
            "user",
            models.Index(Collate(Lower("public_name"), "C"), name="accounts_user_by_folded_name"),
        ),
        RemoveIndexConcurrently("user", "accounts_user_by_name"),
    ]
