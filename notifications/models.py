"""Who has been told: deliveries, the mails that carry them, digests, and who wants none."""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now, Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.models import Community, Proposal
from discussions.models import Post, Thread
from moderation.models import Decision
from questions.models import Question


def new_message_id() -> str:
    """Make the Message-ID that a mail keeps through every attempt (RFC 5322, 3.6.4)."""
    host = settings.SITE_URL.partition("://")[2].partition(":")[0].partition("/")[0]
    return f"<{uuid.uuid4()}@{host}>"


class MailQuerySet(models.QuerySet["Mail"]):
    def due(self, now: datetime) -> Self:
        """Pick mails to hand over: ready ones, and claimed ones whose lease has lapsed."""
        return self.filter(
            Q(state=Mail.State.READY) | Q(state=Mail.State.CLAIMED),
            next_attempt_at__lte=now,
        )


class Mail(models.Model):
    """One message to one address: a row first, then handed to the mail server."""

    class Queue(models.TextChoices):
        ACCOUNT = "account", _("account")
        ALERT = "alert", _("alert")
        DIGEST = "digest", _("digest")

    class State(models.TextChoices):
        READY = "ready", _("ready")
        CLAIMED = "claimed", _("being sent")
        SENT = "sent", _("sent")
        SKIPPED = "skipped", _("skipped")
        FAILED = "failed", _("failed")
        UNKNOWN = "unknown", _("unknown")

    message_id = models.CharField(_("Message-ID"), max_length=120, default=new_message_id)
    user = models.ForeignKey(
        User,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="mails",
        verbose_name=_("person"),
    )
    to = models.EmailField(_("to"))
    queue = models.CharField(_("queue"), max_length=7, choices=Queue)
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.READY)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease = models.UUIDField(null=True, editable=False)
    next_attempt_at = models.DateTimeField(
        _("next attempt"),
        # By the clock that judges whether it is due
        db_default=Now(),
        help_text=_("For a mail being sent: when its lease lapses and it is sent again."),
    )
    note = models.CharField(
        _("what happened"),
        max_length=300,
        blank=True,
        help_text=_("Why it was skipped or failed, in the mail server's words where it gave any."),
    )
    created_at = models.DateTimeField(_("written"), db_default=Now())
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects: ClassVar[MailQuerySet] = MailQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints = [
            models.UniqueConstraint("message_id", name="notifications_mail_message_id_once"),
            models.CheckConstraint(
                condition=~Q(state="claimed") | Q(lease__isnull=False),
                name="notifications_mail_claimed_has_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
                name="notifications_mail_sent_has_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["queue", "next_attempt_at"],
                name="notifications_mail_by_queue",
                condition=Q(state__in=["ready", "claimed"]),
            ),
            models.Index(
                fields=["state", "-id"],
                name="notifications_mail_not_sent",
                condition=~Q(state="sent"),
            ),
            models.Index(Upper("to"), F("id").desc(), name="notifications_mail_to"),
            models.Index(Upper("message_id"), F("id").desc(), name="notifications_mail_message"),
        ]

    def __str__(self) -> str:
        return f"{self.get_queue_display()}: {self.get_state_display()}"


class Delivery(models.Model):
    """One event told to one person; also a line of their list on the site."""

    class Kind(models.TextChoices):
        REPLY = "reply", _("a reply")
        QUESTION = "question", _("a question to you")
        ANSWER = "answer", _("an answer")
        DECISION = "decision", _("a decision about your post")
        MENTION = "mention", _("your name in a post")
        PROPOSAL = "proposal", _("a decision about your proposal")

    user = models.ForeignKey(User, models.CASCADE, related_name="deliveries", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    post = models.ForeignKey(Post, models.CASCADE, null=True, blank=True)
    question = models.ForeignKey(Question, models.CASCADE, null=True, blank=True)
    decision = models.ForeignKey(Decision, models.CASCADE, null=True, blank=True)
    proposal = models.ForeignKey(
        Proposal, models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    mail = models.ForeignKey(
        Mail, models.SET_NULL, null=True, blank=True, related_name="deliveries"
    )
    wants_mail = models.BooleanField(default=True)
    # When its mail may be written: later, where another has just been sent
    mail_from = models.DateTimeField(db_default=Now(), editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
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
            models.UniqueConstraint("user", "post", name="notifications_delivery_post_once"),
            models.UniqueConstraint(
                "user", "kind", "question", name="notifications_delivery_question_once"
            ),
            models.UniqueConstraint(
                "user", "decision", name="notifications_delivery_decision_once"
            ),
            models.UniqueConstraint(
                fields=["user", "proposal"],
                condition=Q(proposal__isnull=False),
                name="notifications_delivery_proposal_once",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="notifications_delivery_list"),
            models.Index(
                fields=["mail_from", "user", "id"],
                name="notifications_to_mail",
                condition=Q(mail=None, wants_mail=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind}"


class AlertWindow(models.Model):
    """Until when what a person is told of is gathered, since they were just sent a mail."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="+")
    ends_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} until {self.ends_at}"


class Preference(models.Model):
    """What alerts a person wants by mail; without a row, all of them."""

    user = models.OneToOneField(User, models.CASCADE, related_name="preference")
    alert_replies = models.BooleanField(
        _("Replies in threads that I follow, and posts that name me"), default=True
    )
    alert_answers = models.BooleanField(
        _("Answers to questions that I asked, and to communities that I proposed"), default=True
    )

    def __str__(self) -> str:
        return str(self.user_id)


class Digest(models.Model):
    """One digest of one person on one local date."""

    user = models.ForeignKey(User, models.CASCADE, related_name="digests", db_index=False)
    local_date = models.DateField()
    mail = models.OneToOneField(Mail, models.SET_NULL, null=True, blank=True, related_name="digest")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        constraints = [
            models.UniqueConstraint("user", "local_date", name="notifications_digest_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.local_date}"


class DigestItem(models.Model):
    """Which posts of which thread a digest told of; kept for 90 days."""

    digest = models.ForeignKey(Digest, models.CASCADE, related_name="items", db_index=False)
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="+", db_index=False)
    first_number = models.PositiveIntegerField()
    last_number = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint("digest", "thread", name="notifications_digestitem_once")
        ]

    def __str__(self) -> str:
        return f"{self.digest_id}: {self.thread_id} {self.first_number}-{self.last_number}"


class ThreadTold(models.Model):
    """Up to which number a digest has told a person of a thread; it only moves up."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="+", db_index=False)
    through_number = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "thread", name="notifications_threadtold_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.thread_id} to {self.through_number}"


class Suppression(models.Model):
    """An address that a mail server refused for good; nothing more is sent to it."""

    email = models.EmailField(_("e-mail address"))
    reason = models.CharField(_("reason"), max_length=300)
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="notifications_suppression_once")
        ]

    def __str__(self) -> str:
        return self.email


class ConsentEvent(models.Model):
    """A person changed what they want to be told; the history of their consent."""

    user = models.ForeignKey(User, models.CASCADE, related_name="consent_events")
    community = models.ForeignKey(Community, models.CASCADE, null=True, blank=True)
    what = models.CharField(max_length=60)
    source = models.CharField(max_length=20)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("change of consent")
        verbose_name_plural = _("changes of consent")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.what}"
