import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0008_words_of_proposals"),
        ("notifications", "0006_mentions_are_valid"),
    ]

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
                    ("proposal", "a decision about your proposal"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="preference",
            name="alert_answers",
            field=models.BooleanField(
                default=True,
                verbose_name="Answers to questions that I asked, "
                "and to communities that I proposed",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="proposal",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="communities.proposal",
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
                    proposal=None,
                )
                | Q(
                    kind__in=["question", "answer"],
                    post=None,
                    question__isnull=False,
                    decision=None,
                    proposal=None,
                )
                | Q(
                    kind="decision",
                    post=None,
                    question=None,
                    decision__isnull=False,
                    proposal=None,
                )
                | Q(
                    kind="proposal",
                    post=None,
                    question=None,
                    decision=None,
                    proposal__isnull=False,
                ),
                name="notifications_delivery_is_of_one_thing",
            ),
        ),
    ]
