"""What staff decided: reports, decisions with rule and reason, appeals; barriers to mend."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from discussions.models import Post


class Rule(models.TextChoices):
    """The published rules that a post can break, gravest first."""

    UNLAWFUL = "unlawful", _("Unlawful: a threat, hatred, or something the law forbids")
    PERSONAL = "personal", _("Private details about somebody")
    ABUSE = "abuse", _("Abuse or harassment")
    CANDIDATE = "candidate", _("Campaigning for or against a candidate")
    SPAM = "spam", _("Advertising or spam")
    OFFTOPIC = "offtopic", _("Nothing to do with this community")
    OTHER = "other", _("Something else")


class Decision(models.Model):
    """A moderator's recorded act, with the rule and the reason; never changed or deleted."""

    class Verb(models.TextChoices):
        HIDE = "hide", _("hidden")
        RESTORE = "restore", _("shown again")
        PUBLISH = "publish", _("published after reading")
        LEAVE = "leave", _("left as it is")

    post = models.ForeignKey(Post, models.PROTECT, related_name="decisions", verbose_name=_("post"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("decided by"))
    verb = models.CharField(_("decision"), max_length=7, choices=Verb)
    rule = models.CharField(_("rule"), max_length=10, choices=Rule, blank=True)
    reason = models.TextField(
        _("reason"),
        max_length=2000,
        help_text=_("The author reads this. Say what and why."),
    )
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        default_permissions = ("view",)
        permissions = [("decide_post", _("Can hide and restore posts"))]
        constraints = [
            models.CheckConstraint(
                condition=~Q(verb="hide") | ~Q(rule=""),
                name="moderation_decision_hide_names_rule",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="moderation_decision_gives_reason"
            ),
        ]
        indexes = [models.Index(fields=["-at", "-id"], name="moderation_decision_log")]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.get_verb_display()}"

    def get_absolute_url(self) -> str:
        return reverse("moderation:decision-detail", args=[self.pk])


class ReportQuerySet(models.QuerySet["Report"]):
    def waiting(self) -> Self:
        return self.filter(decision=None)


class Report(models.Model):
    """Somebody says that a post breaks the rules; no account is needed."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="reports", verbose_name=_("post"))
    reporter = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reporter"),
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    rule = models.CharField(_("rule"), max_length=10, choices=Rule)
    gravity = models.GeneratedField(
        expression=models.Case(
            *(models.When(rule=rule, then=place) for place, rule in enumerate(Rule.values)),
            default=len(Rule.values),
        ),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )
    text = models.TextField(_("what is wrong"), max_length=2000, blank=True)
    created_at = models.DateTimeField(_("reported"), default=timezone.now)
    decision = models.ForeignKey(
        Decision,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("decision"),
    )

    objects: ClassVar[ReportQuerySet] = ReportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(
                "post",
                "reporter",
                name="moderation_report_once_a_person",
                condition=Q(decision=None),
            )
        ]
        indexes = [
            models.Index(
                fields=["gravity", "created_at", "-id"],
                name="moderation_queue",
                condition=Q(decision=None),
            ),
            models.Index(
                fields=["created_at"],
                name="moderation_report_waiting",
                condition=Q(decision=None),
            ),
            models.Index(
                fields=["gravity", "created_at", "-id"],
                name="moderation_report_decided",
                condition=Q(decision__isnull=False),
            ),
            models.Index(
                F("decision").asc(nulls_first=True),
                "gravity",
                "created_at",
                F("id").desc(),
                name="moderation_report_every",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.rule}"


class Appeal(models.Model):
    """The author asks that another person looks at a decision again."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("the decision stands")
        OVERTURNED = "overturned", _("the decision was wrong")

    decision = models.OneToOneField(
        Decision, models.PROTECT, related_name="appeal", verbose_name=_("decision")
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("appealed by"))
    text = models.TextField(_("why it was wrong"), max_length=2000)
    created_at = models.DateTimeField(_("appealed"), default=timezone.now)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    decided_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", decided_by=None, decided_at=None)
                | (~Q(outcome="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="moderation_appeal_decided_whole",
            )
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="moderation_appeal_by_age"),
            models.Index(
                fields=["created_at", "id"],
                name="moderation_appeal_waiting",
                condition=models.Q(outcome=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id}: {self.outcome or 'waiting'}"


class BarrierReport(models.Model):
    """Somebody could not use the site; no account is needed. The address goes once it is mended."""

    where = models.CharField(_("where"), max_length=300)
    problem = models.TextField(_("what happened"), max_length=2000)
    uses = models.CharField(_("what they use"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    created_at = models.DateTimeField(_("reported"), default=timezone.now)
    handled_at = models.DateTimeField(_("dealt with"), null=True, blank=True)
    handled_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("dealt with by"),
    )

    class Meta:
        verbose_name = _("report of a barrier")
        verbose_name_plural = _("reports of barriers")
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(
                condition=Q(handled_at=None, handled_by=None)
                | Q(handled_at__isnull=False, handled_by__isnull=False, email=""),
                name="moderation_barrier_handled_whole",
            )
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                name="moderation_barriers_waiting",
                condition=Q(handled_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.where[:60]
