"""Asked once more for each mail just before it leaves: may it still be sent, and as it is?"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from allauth.account.models import EmailAddress
from django.db.models import F
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import User
from discussions.models import Follow, Ignore, Mention, Post, Thread
from notifications import digests
from notifications.emails import Letter
from notifications.models import Delivery, Digest, Mail, Preference, Suppression
from notifications.permissions import pick_readable
from notifications.services.alerts import with_subjects, write_alert
from notifications.services.deliveries import wants
from notifications.services.digests import write_digests
from questions.models import Question

NOT_WANTED = "no longer wanted, or no longer shown"


def recheck(mails: Iterable[Mail]) -> dict[int, str]:
    """Return why each mail must not be sent, by pk; the others are fit to be sent.

    A mail of which a part must go is written anew without it, in the instance. The number of
    statements does not depend on the number of mails.
    """
    reasons: dict[int, str] = {}
    mails = list(mails)
    suppressed, unproven = _suppressed(mails), _with_unproven_address(mails)
    for mail in mails:
        if reason := _address_fault(mail, suppressed, unproven):
            reasons[mail.pk] = reason
    left = [mail for mail in mails if mail.pk not in reasons]
    reasons |= _recheck_alerts([mail for mail in left if mail.queue == Mail.Queue.ALERT])
    reasons |= _recheck_digests([mail for mail in left if mail.queue == Mail.Queue.DIGEST])
    return reasons


def _suppressed(mails: list[Mail]) -> set[str]:
    addresses = {mail.to.lower() for mail in mails}
    addresses |= {mail.user.email.lower() for mail in mails if mail.user and mail.user.email}
    found = Suppression.objects.annotate(address=Lower("email")).filter(address__in=addresses)
    return set(found.values_list("address", flat=True))


def _with_unproven_address(mails: list[Mail]) -> set[int]:
    """Return the people with news among these who have not opened the link to their address."""
    readers = {mail.user_id for mail in mails if mail.queue != Mail.Queue.ACCOUNT and mail.user_id}
    if not readers:
        return set()
    claims = EmailAddress.objects.filter(user__in=readers, verified=False)
    own = claims.filter(email__iexact=F("user__email"))
    return set(own.values_list("user", flat=True))


def _address_fault(mail: Mail, suppressed: set[str], unproven: set[int]) -> str:
    """Say what is wrong with the person or the address; news follow a changed address."""
    if mail.user and not (mail.user.is_active and mail.user.closed_at is None):
        return "the account is closed"
    if mail.queue != Mail.Queue.ACCOUNT:
        if mail.user is None or not mail.user.email:
            return "the person has no address"
        if mail.user.pk in unproven:
            return "the address is not proven"
        mail.to = mail.user.email
    if not mail.to:
        return "the person has no address"
    return "the address is suppressed" if mail.to.lower() in suppressed else ""


def _recheck_alerts(mails: list[Mail]) -> dict[int, str]:
    if not mails:
        return {}
    batches: dict[int, list[Delivery]] = defaultdict(list)
    for delivery in with_subjects(Delivery.objects.filter(mail__in=mails)).order_by("pk"):
        batches[delivery.mail_id or 0].append(delivery)
    fit = _fit_to_tell([delivery for batch in batches.values() for delivery in batch])
    reasons = {}
    for mail in mails:
        kept = [delivery for delivery in batches[mail.pk] if delivery.pk in fit]
        if batches[mail.pk] and not kept:
            reasons[mail.pk] = NOT_WANTED
        elif len(kept) < len(batches[mail.pk]) or _has_old_words(mail, kept):
            _write_anew(mail, write_alert(kept[0].user, kept))
    return reasons


def _has_old_words(mail: Mail, deliveries: list[Delivery]) -> bool:
    """Say whether a post was reworded after a mail was written that quotes it."""
    edits = [post.edited_at for post in map(_words_of, deliveries) if post and post.edited_at]
    return any(edited_at > mail.created_at for edited_at in edits)


def _fit_to_tell(deliveries: list[Delivery]) -> set[int]:
    """Pick the deliveries that are still wanted and whose words may still be read."""
    posts: dict[User, set[int]] = defaultdict(set)
    questions: dict[User, set[int]] = defaultdict(set)
    for delivery in deliveries:
        if post := _words_of(delivery):
            posts[delivery.user].add(post.pk)
        if delivery.question_id:
            questions[delivery.user].add(delivery.question_id)
    readable_posts = pick_readable(Post, posts)
    readable_questions = pick_readable(Question, questions)
    fit = set()
    for delivery in _still_wanted(deliveries):
        post, question_id, reader = _words_of(delivery), delivery.question_id, delivery.user_id
        shows_post = post is None or (reader, post.pk) in readable_posts
        if shows_post and (question_id is None or (reader, question_id) in readable_questions):
            fit.add(delivery.pk)
    return fit


def _still_wanted(deliveries: list[Delivery]) -> Iterator[Delivery]:
    users = {delivery.user_id for delivery in deliveries}
    preferences = {row.user_id: row for row in Preference.objects.filter(user__in=users)}
    muted = Follow.objects.filter(user__in=users, mode=Follow.Mode.MUTE)
    muted_pairs = set(muted.values_list("user_id", "thread_id"))
    ignored = Ignore.objects.filter(user__in=users).values_list("user_id", "ignored_id")
    ignored_pairs = set(ignored)
    posts = {each.post_id for each in deliveries if each.kind == Delivery.Kind.MENTION}
    named = Mention.objects.filter(user__in=users, post__in=posts) if posts else []
    named_pairs = {(mention.user_id, mention.post_id) for mention in named}
    now = timezone.now()
    for delivery in deliveries:
        is_mention = delivery.kind == Delivery.Kind.MENTION
        if is_mention and (delivery.user_id, delivery.post_id) not in named_pairs:
            continue
        if not wants(preferences.get(delivery.user_id), delivery.kind):
            continue
        if delivery.post and (
            delivery.user.is_suspended(now)
            or (delivery.user_id, delivery.post.thread_id) in muted_pairs
            or (delivery.user_id, delivery.post.author_id) in ignored_pairs
        ):
            continue
        yield delivery


def _words_of(delivery: Delivery) -> Post | None:
    """Return the post that a mail would quote; an author may always read of their own."""
    if delivery.kind == Delivery.Kind.ANSWER and delivery.question and delivery.question.thread:
        return delivery.question.thread.answer
    return delivery.post


def _recheck_digests(mails: list[Mail]) -> dict[int, str]:
    if not mails:
        return {}
    now = timezone.now()
    reasons = {mail.pk: "suspended" for mail in mails if mail.user and mail.user.is_suspended(now)}
    by_pk = {mail.pk: mail for mail in mails if mail.pk not in reasons}
    opened = Digest.objects.filter(mail__in=by_pk).select_related("user").in_bulk()
    letters = _without_faults(opened)
    for digest_pk, letter in letters.items():
        mail_pk = opened[digest_pk].mail_id or 0
        if letter is None:
            reasons[mail_pk] = NOT_WANTED
        else:
            _write_anew(by_pk[mail_pk], letter)
    return reasons


def _without_faults(opened: dict[int, Digest]) -> dict[int, Letter | None]:
    """Write anew the digests that tell of something they must not; None where nothing is left."""
    items = list(digests.with_faults(opened))
    threads: dict[User, set[int]] = defaultdict(set)
    for digest_pk, _reader, thread_pk, _has_fault in items:
        threads[opened[digest_pk].user].add(thread_pk)
    readable = pick_readable(Thread, threads)
    faulty = {
        digest_pk
        for digest_pk, reader, thread_pk, has_fault in items
        if has_fault or (reader, thread_pk) not in readable
    }
    if not faulty:
        return {}
    news = digests.find_news_again(faulty, timezone.now())
    letters = write_digests(
        [item for item in news if (item.user_id, item.thread_id) in readable], opened
    )
    return {pk: letters.get(pk) for pk in faulty}


def _write_anew(mail: Mail, letter: Letter) -> None:
    mail.subject, mail.text, mail.html = letter.subject, letter.text, letter.html
    mail.headers = letter.headers
