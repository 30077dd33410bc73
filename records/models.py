"""What is kept or forgotten: who asked for what is held about them, and when it was given."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class AccessRequest(models.Model):
    """A person asked for, and was given, everything that is held about them (UK GDPR, art. 15)."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="access_requests", verbose_name=_("person")
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)

    class Meta:
        verbose_name = _("access request")
        verbose_name_plural = _("access requests")

    def __str__(self) -> str:
        return f"{self.user_id} {self.asked_at:%Y-%m-%d}"


class RetentionRun(models.Model):
    """One nightly round that deleted what was old: how many rows of each kind, and what failed."""

    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    has_more = models.BooleanField(default=False)  # it ran out of time, and another goes on
    faults = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d}: {self.counts}"


class Backup(models.Model):
    """A back-up that was made and checked; where it lies is known to whoever made it."""

    made_at = models.DateTimeField(default=timezone.now)
    folder = models.CharField(max_length=500)
    byte_count = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d}: {self.folder}"
