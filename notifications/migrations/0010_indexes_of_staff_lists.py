import django.db.models.functions.text
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("notifications", "0009_mails_by_the_clock_of_the_database"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="mail",
            index=models.Index(
                condition=models.Q(("state", "sent"), _negated=True),
                fields=["state", "-id"],
                name="notifications_mail_not_sent",
            ),
        ),
        AddIndexConcurrently(
            model_name="mail",
            index=models.Index(
                django.db.models.functions.text.Upper("to"),
                models.OrderBy(models.F("id"), descending=True),
                name="notifications_mail_to",
            ),
        ),
        AddIndexConcurrently(
            model_name="mail",
            index=models.Index(
                django.db.models.functions.text.Upper("message_id"),
                models.OrderBy(models.F("id"), descending=True),
                name="notifications_mail_message",
            ),
        ),
    ]
