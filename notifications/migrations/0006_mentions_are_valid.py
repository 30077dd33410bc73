from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notifications", "0005_mentions")]

    operations = [
        ValidateConstraint("delivery", "notifications_delivery_is_of_one_thing"),
    ]
