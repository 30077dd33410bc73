"""Communities: who may read them, and what staff set for each."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.addresses import address_of
from accounts.pictures import Pictured
from communities.models.memberships import Membership, ModeratorScope
from communities.models.places import Area, frame_of
from communities.models.viewers import Viewer, moderates_everywhere


def readable_communities(viewer: Viewer, path: str = "") -> Q:
    """Say what a person may read: public communities, their own, and all for moderators.

    `path` leads from what is filtered to its community, such as "thread__community__".
    """
    public = Q(**{f"{path}visibility": Community.Visibility.PUBLIC})
    if not viewer.is_authenticated:
        return public
    if moderates_everywhere(viewer):
        return Q()
    own = Membership.objects.filter(user=viewer).values("community")
    scoped = ModeratorScope.objects.in_force_for(viewer)
    return (
        public
        | Q(**{f"{path}in" if path else "pk__in": own})
        | Q(**{f"{path}in" if path else "pk__in": scoped.values("community")})
        | Q(**{f"{path}area__in": scoped.values("area")})
    )


class CommunityQuerySet(models.QuerySet["Community"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Pick the communities that a person may read."""
        return self.filter(readable_communities(viewer))

    def current(self) -> Self:
        return self.filter(archived_at=None)

    def offered(self) -> Self:
        """Return what people are offered to join: not where a body's questions are opened."""
        return self.current().filter(is_for_questions=False)


class Community(Pictured, models.Model):
    """A shared space of a place or an interest, with its own forum and its own rules."""

    class Kind(models.TextChoices):
        AREA = "area", _("of a place")
        INTEREST = "interest", _("of an interest")

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("everybody can read")
        MEMBERS = "members", _("only members can read")

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    area = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="communities",
        verbose_name=_("area"),
    )
    visibility = models.CharField(
        _("who can read"), max_length=10, choices=Visibility, default=Visibility.PUBLIC
    )
    is_for_questions = models.BooleanField(
        _("for the questions of a body"), default=False, db_default=False, editable=False
    )
    hold_first_posts = models.BooleanField(
        _("hold first posts"),
        default=False,
        help_text=_(
            "A newcomer's posts wait for staff or ambassadors until one of them was published."
        ),
    )
    posts_per_day = models.PositiveSmallIntegerField(
        _("posts a day"),
        null=True,
        blank=True,
        help_text=_("Posts that a person may write here in a day; empty is no limit."),
    )
    description = models.CharField(_("description"), max_length=300)
    rules = models.TextField(_("rules"), max_length=5000, blank=True)
    rules_html = models.TextField(editable=False, blank=True)
    rules_version = models.PositiveIntegerField(default=1, editable=False)
    rules_changed_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("opened"), default=timezone.now)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    member_count = models.PositiveIntegerField(_("members"), default=0, editable=False)
    thread_count = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[CommunityQuerySet] = CommunityQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("community")
        verbose_name_plural = _("communities")
        permissions = [("moderate_community", _("Can moderate every community"))]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="area") | Q(area__isnull=False),
                name="communities_community_of_place_has_area",
            )
        ]
        indexes = [models.Index(fields=["area"], name="communities_community_area")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address_of("discussions:community-detail", self.slug)

    @property
    def frame(self) -> str:
        """The view box around the outline of the place; "" where it has none."""
        return frame_of([self.area]) if self.area and self.kind == self.Kind.AREA else ""

    @property
    def is_public(self) -> bool:
        return self.visibility == self.Visibility.PUBLIC

    def has_new_rules_for(self, membership: Membership | None) -> bool:
        """Whether a member has yet to read the present rules; an archived community asks nobody."""
        if membership is None or self.archived_at is not None:
            return False
        return membership.rules_version < self.rules_version


class LocalLink(models.Model):
    """A local address worth knowing, so that no community is ever empty."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="links")
    title = models.CharField(_("title"), max_length=120)
    url = models.URLField(_("address"), max_length=300)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("local link")
        verbose_name_plural = _("local links")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title
