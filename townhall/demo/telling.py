"""Tell the people of the demonstration council what happened lately: on the site, not by mail."""

from datetime import timedelta

from accounts.models import Announcement
from discussions.models import Post, Visit
from notifications.models import Delivery
from notifications.services.deliveries import queue_deliveries
from townhall.demo.town import Town

ALERT_DAYS = 21
UNTIL_READ = timedelta(hours=3)


def tell_followers(town: Town) -> None:
    """Pass on what was published in the last weeks; what is older is forgotten untold."""
    since = town.moments.before(days=ALERT_DAYS)
    old = [pk for pk, at in town.written_at.items() if at < since]
    Announcement.objects.filter(kind=Announcement.Kind.POST, subject_id__in=old).delete()
    while queue_deliveries():
        pass


def empty_outbox(town: Town) -> None:
    """Delete the announcements of made-up events, so that nobody is ever told of them."""
    questions = [question.pk for question in town.questions.values()]
    of_questions = [Announcement.Kind.QUESTION, Announcement.Kind.ANSWER]
    waiting = Announcement.objects
    waiting.filter(kind=Announcement.Kind.POST, subject_id__in=town.written_at).delete()
    waiting.filter(kind__in=of_questions, subject_id__in=questions).delete()


def date_alerts(town: Town) -> None:
    """Date each alert by what it tells of, and keep it from the mail.

    It counts as read where its reader has read on in the thread. Newer alerts get higher keys.
    """
    visits = Visit.objects.values_list("user", "thread", "last_number")
    read = {(user, thread): number for user, thread, number in visits}
    made = Delivery.objects.filter(created_at__gt=town.moments.now)
    alerts = list(made.select_related("post", "question__thread__answer"))
    made.delete()
    for alert in alerts:
        alert.pk, alert.wants_mail = None, False
        if post := alert.post or _post_of(alert):
            alert.created_at = post.published_at or post.created_at
            if (post.number or 0) <= read.get((alert.user_id, post.thread_id), 0):
                alert.read_at = min(alert.created_at + UNTIL_READ, town.moments.now)
    since = town.moments.before(days=ALERT_DAYS)
    recent = [alert for alert in alerts if alert.created_at > since]
    Delivery.objects.bulk_create(sorted(recent, key=lambda alert: alert.created_at))


def _post_of(alert: Delivery) -> Post | None:
    """Return the answer that an alert tells of, or the first post of the question."""
    if alert.question is None or alert.question.thread is None:
        return None
    if alert.kind == Delivery.Kind.ANSWER:
        return alert.question.thread.answer
    return alert.question.thread.posts.get(number=1)
