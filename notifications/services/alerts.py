"""From what people were told to the mails that carry it."""

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from notifications import emails
from notifications.emails import Letter
from notifications.models import Delivery, Mail

DELIVERIES_AT_ONCE = 500
Kind = Delivery.Kind


def queue_alerts(limit: int = DELIVERIES_AT_ONCE) -> int:
    """Write the mails of deliveries that have none; replies in one thread share one.

    Returns how many deliveries were taken; what another worker holds is left to it.
    """
    with transaction.atomic():
        unmailed = Delivery.objects.filter(mail=None, wants_mail=True, user__email__isnull=False)
        waiting = with_subjects(unmailed).select_for_update(of=("self",), skip_locked=True)
        deliveries = list(waiting.order_by("pk")[:limit])
        batches: dict[tuple[int, str, int], list[Delivery]] = {}
        for delivery in deliveries:
            batches.setdefault(_envelope(delivery), []).append(delivery)
        letters = [write_alert(batch[0].user, batch) for batch in batches.values()]
        mails = Mail.objects.bulk_create(
            letter.to(batch[0].user, Mail.Queue.ALERT)
            for letter, batch in zip(letters, batches.values(), strict=True)
        )
        for mail, batch in zip(mails, batches.values(), strict=True):
            for delivery in batch:
                delivery.mail = mail
        Delivery.objects.bulk_update(deliveries, ["mail"])
    return len(deliveries)


def with_subjects(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Join all that an alert says."""
    return deliveries.select_related(
        "user",
        "post__author",
        "post__capacity",
        "post__thread__community",
        "question__author",
        "question__area",
        "question__body",
        "question__seat__person",
        "question__thread__community",
        "question__thread__answer__author",
        "question__thread__answer__capacity",
        "decision__post__thread__community",
        "proposal__community",
    ).defer("post__search", "question__area__boundary", "question__thread__answer__search")


def write_alert(user: User, batch: list[Delivery]) -> Letter:
    """Write one mail about one event, or about several posts in one thread."""
    first = batch[0]
    if first.question and first.question.thread and first.kind == Kind.ANSWER:
        return emails.answer(user, first.question, first.question.thread.answer)
    if first.question:
        return emails.question(user, first.question)
    if first.decision:
        return emails.decision(user, first.decision)
    if first.proposal:
        return emails.proposal(user, first.proposal)
    posts = sorted((item.post for item in batch if item.post), key=lambda post: post.number or 0)
    if first.kind == Kind.MENTION:
        return emails.mention(user, posts[0].thread, posts)
    return emails.reply(user, posts[0].thread, posts)


def _envelope(delivery: Delivery) -> tuple[int, str, int]:
    """Say what shares a mail: the posts of one thread for one person, and nothing else."""
    subject = delivery.question_id or delivery.decision_id or delivery.proposal_id or 0
    if delivery.post:
        subject = delivery.post.thread_id
    return delivery.user_id, delivery.kind, subject
