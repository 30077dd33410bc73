"""What a person may do in a community."""

from django.db.models import QuerySet
from django.utils import timezone

from communities.models import (
    Community,
    Membership,
    ModeratorScope,
    Viewer,
    moderates_everywhere,
)
from communities.prepared import prepared


def may_join(viewer: Viewer, community: Community) -> bool:
    """Anybody signed in and not suspended may join what is public and open."""
    if not viewer.is_authenticated or viewer.is_suspended(timezone.now()):
        return False
    return community.archived_at is None and community.is_public


def may_moderate(viewer: Viewer, community: Community) -> bool:
    """Staff moderate everywhere; others where they have a scope for the community or its area."""
    if not viewer.is_authenticated:
        return False
    if moderates_everywhere(viewer):
        return True
    scopes = ModeratorScope.objects.filter(user=viewer)
    if community.area_id is None:
        return scopes.filter(community=community).exists()
    return (scopes.filter(community=community) | scopes.filter(area=community.area_id)).exists()


def membership_of(viewer: Viewer, community: Community) -> Membership | None:
    """Return a person's membership of a community, if there is one."""
    if not viewer.is_authenticated:
        return None
    found = _memberships(viewer, user=viewer.pk, community=community.pk)
    return found[0] if found else None


@prepared
def _memberships(viewer: Viewer, *, user: int, community: int) -> QuerySet[Membership]:
    return Membership.objects.filter(user=user, community=community)
