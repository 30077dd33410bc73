from django.db import migrations

# The key of a name is what the code makes of it, from a table of Unicode that SQL does not have.
from accounts.folding import fold_name

BATCH = 2_000


def fold_names(apps, schema_editor):
    users = apps.get_model("accounts", "User").objects.filter(folded_name="")
    users = users.only("public_name").order_by("pk")
    last = 0
    while batch := list(users.filter(pk__gt=last)[:BATCH]):
        for user in batch:
            user.folded_name = fold_name(user.public_name)[:255]
        users.model.objects.bulk_update(batch, ["folded_name"])
        last = batch[-1].pk


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("accounts", "0010_names_compared")]

    operations = [migrations.RunPython(fold_names, migrations.RunPython.noop)]
