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
