from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("notifications", "0004_words_at_the_desk")]

    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="kind",
            field=models.CharField(
                choices=[
                    ("reply", "a reply"),
                    ("question", "a question to you"),
                    ("answer", "an answer"),
                    ("decision", "a decision about your post"),
                    ("mention", "your name in a post"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="preference",
            name="alert_replies",
            field=models.BooleanField(
                default=True,
                verbose_name="Replies in threads that I follow, and posts that name me",
            ),
        ),
        migrations.RemoveConstraint("delivery", "notifications_delivery_is_of_one_thing"),
        AddConstraintNotValid(
            "delivery",
            models.CheckConstraint(
                condition=Q(
                    kind__in=["reply", "mention"],
                    post__isnull=False,
                    question=None,
                    decision=None,
                )
                | Q(
                    kind__in=["question", "answer"],
                    post=None,
                    question__isnull=False,
                    decision=None,
                )
                | Q(kind="decision", post=None, question=None, decision__isnull=False),
                name="notifications_delivery_is_of_one_thing",
            ),
        ),
    ]
