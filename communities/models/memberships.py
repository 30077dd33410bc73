"""Who belongs to a community, and who moderates what."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.models.places import Area


class Membership(models.Model):
    """A person in a community: their role there, and how often its digest comes."""

    class Role(models.TextChoices):
        MEMBER = "member", _("member")
        AMBASSADOR = "ambassador", _("ambassador")

    class Frequency(models.TextChoices):
        NEVER = "never", _("Never")
        DAILY = "daily", _("Every day")
        WEEKLY = "weekly", _("Every week")

    class Order(models.TextChoices):
        LATEST = "latest", _("Latest first")
        UNREAD = "unread", _("Unread first")

    user = models.ForeignKey(
        User,
        models.CASCADE,
        related_name="memberships",
        db_index=False,
        verbose_name=_("person"),
    )
    community = models.ForeignKey(
        "communities.Community",
        models.CASCADE,
        related_name="memberships",
        verbose_name=_("community"),
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    digest = models.CharField(
        _("digest"), max_length=6, choices=Frequency, default=Frequency.WEEKLY
    )
    rules_version = models.PositiveIntegerField(_("rules accepted"))
    thread_order = models.CharField(
        max_length=6, choices=Order, default=Order.LATEST, db_default=Order.LATEST
    )
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)
    welcomed_at = models.DateTimeField(_("welcomed"), null=True, blank=True, editable=False)
    silenced_until = models.DateTimeField(_("silenced until"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint("user", "community", name="communities_membership_once")
        ]
        indexes = [
            models.Index(
                fields=["community"],
                name="communities_ambassadors",
                condition=Q(role="ambassador"),
            ),
            models.Index(
                fields=["-id"],
                name="communities_every_ambassador",
                condition=Q(role="ambassador"),
            ),
            models.Index(
                fields=["community", "joined_at", "id"],
                name="communities_unwelcomed",
                condition=Q(welcomed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.community}"

    def is_silenced(self, now: datetime) -> bool:
        return self.silenced_until is not None and self.silenced_until > now


class ModeratorScopeQuerySet(models.QuerySet["ModeratorScope"]):
    def in_force_for(self, user: User) -> Self:
        """Return what a person moderates now: nothing while they are suspended."""
        free = Q(user__suspended_until=None) | Q(user__suspended_until__lte=Now())
        return self.filter(free, user=user)


class ModeratorScope(models.Model):
    """A person moderates one area, or one community."""

    user = models.ForeignKey(User, models.CASCADE, related_name="scopes", verbose_name=_("person"))
    area = models.ForeignKey(Area, models.CASCADE, null=True, blank=True, verbose_name=_("area"))
    community = models.ForeignKey(
        "communities.Community",
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("community"),
    )

    objects: ClassVar[ModeratorScopeQuerySet] = ModeratorScopeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("moderator's scope")
        verbose_name_plural = _("moderators' scopes")
        constraints = [
            models.CheckConstraint(
                condition=Q(area__isnull=True, community__isnull=False)
                | Q(area__isnull=False, community__isnull=True),
                name="communities_moderatorscope_one_target",
                violation_error_message=_("Choose either an area or a community."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.area or self.community}"
