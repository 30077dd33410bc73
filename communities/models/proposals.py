"""What residents would like to have a community for."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.models.communities import Community
from communities.models.places import Area


class Proposal(models.Model):
    """A resident proposes a community; staff open it, or say why not."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for staff")
        OPENED = "opened", _("opened")
        DECLINED = "declined", _("declined")

    proposer = models.ForeignKey(
        User, models.PROTECT, related_name="proposals", verbose_name=_("proposed by")
    )
    name = models.CharField(_("name"), max_length=80)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area")
    )
    description = models.CharField(_("description"), max_length=300)
    reasons = models.TextField(_("reasons"), max_length=2000)
    links = models.TextField(_("local links"), max_length=2000, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    community = models.OneToOneField(
        Community,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="proposal",
        verbose_name=_("community"),
    )
    proposed_at = models.DateTimeField(_("proposed"), default=timezone.now)
    decided_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("proposal of a community")
        verbose_name_plural = _("proposals of communities")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None, community=None)
                | Q(state="opened", decided_at__isnull=False, community__isnull=False)
                | Q(state="declined", decided_at__isnull=False, community=None) & ~Q(answer=""),
                name="communities_proposal_is_decided_whole",
            )
        ]
        indexes = [
            models.Index(
                fields=["proposed_at"],
                name="communities_proposal_waiting",
                condition=Q(state="waiting"),
            )
        ]

    def __str__(self) -> str:
        return self.name
