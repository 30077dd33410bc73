from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

ONCE = """
CREATE UNIQUE INDEX CONCURRENTLY notifications_delivery_proposal_once
ON notifications_delivery (user_id, proposal_id) WHERE proposal_id IS NOT NULL
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notifications", "0007_proposals")]

    operations = [
        ValidateConstraint("delivery", "notifications_delivery_is_of_one_thing"),
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(ONCE, "DROP INDEX notifications_delivery_proposal_once")],
            [
                migrations.AddConstraint(
                    "delivery",
                    models.UniqueConstraint(
                        fields=["user", "proposal"],
                        condition=Q(proposal__isnull=False),
                        name="notifications_delivery_proposal_once",
                    ),
                )
            ],
        ),
    ]
