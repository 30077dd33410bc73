"""From what is new to the digests that tell of it."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from communities.models import Membership
from discussions.models import Post
from notifications import digests, emails
from notifications.digests import News
from notifications.emails import Letter, Pieces, Story
from notifications.models import Digest, Mail

PEOPLE_AT_ONCE = 1000


def queue_digests(
    now: datetime,
    *,
    wait: bool = False,
    limit: int = PEOPLE_AT_ONCE,
    report: Callable[[int, int], None] | None = None,
) -> int:
    """Write the digests that are due and not yet written; returns how many have a mail.

    Run twice or by two workers at once it writes each one once: while one is at it, another
    leaves it the rest, or waits for its turn. After each batch `report` gets how many people
    were looked at and how many mails were written so far.
    """
    day, frequencies = digests.due_on(now)
    seen = written = 0
    due = digests.people_due(day, frequencies, now)
    people = list(due[:limit]) if frequencies else []
    while people:
        with transaction.atomic():
            if not digests.take_turn(wait=wait):
                break
            written += _write_batch(people, day, frequencies, now)
        seen += len(people)
        if report:
            report(seen, written)
        people = list(due.filter(pk__gt=people[-1].pk)[:limit]) if len(people) == limit else []
    return written


def _write_batch(
    people: list[User], day: date, frequencies: list[Membership.Frequency], now: datetime
) -> int:
    """Write the digests of a batch of people: all of it or nothing, in a fixed number of steps."""
    opened = digests.open_digests(people, day)
    news = digests.find_news(opened, frequencies, now) if opened else []
    if not news:
        return 0
    digests.remember_told(news)
    digests.keep_items(news)
    letters = write_digests(news, opened)
    written = [opened[pk] for pk in letters]
    mails = Mail.objects.bulk_create(
        letters[digest.pk].to(digest.user, Mail.Queue.DIGEST) for digest in written
    )
    for digest, mail in zip(written, mails, strict=True):
        digest.mail = mail
    Digest.objects.bulk_update(written, ["mail"])
    return len(mails)


def write_digests(news: list[News], opened: Mapping[int, Digest]) -> dict[int, Letter]:
    """Write the letters of the digests that have news, by pk; what they share is drawn once."""
    found = Post.objects.filter(pk__in={item.post_id for item in news}).with_author()
    posts = found.select_related("thread__community").defer("search", "html").in_bulk()
    stories: dict[int, list[Story]] = defaultdict(list)
    for item in news:
        stories[item.digest_id].append(_story(item, posts[item.post_id]))
    pieces: Pieces = {}
    return {
        pk: emails.digest(opened[pk].user, opened[pk].local_date, stories[pk], pieces)
        for pk in stories
    }


def _story(item: News, post: Post) -> Story:
    is_weekly = item.frequency == Membership.Frequency.WEEKLY
    return Story(
        post=post,
        new_count=item.new_count,
        is_answer=item.has_answer,
        is_new_question=item.is_new_question,
        weekday=digests.WEEKLY_ON if is_weekly else None,
    )
