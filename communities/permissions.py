"""What a person may do in a community, and in founding one."""

from django.db.models import QuerySet
from django.utils import timezone

from communities.models import (
    Community,
    Membership,
    ModeratorScope,
    Proposal,
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
    scopes = ModeratorScope.objects.in_force_for(viewer)
    if community.area_id is None:
        return scopes.filter(community=community).exists()
    return (scopes.filter(community=community) | scopes.filter(area=community.area_id)).exists()


def may_look_after(viewer: Viewer, community: Community) -> bool:
    """Its ambassadors, while they may write there themselves, and its moderators.

    Nobody whose own posts are read before they are shown: what they set is shown at once.
    """
    now = timezone.now()
    if not viewer.is_authenticated or viewer.is_suspended(now) or viewer.is_held(now):
        return False
    return is_ambassador(membership_of(viewer, community)) or may_moderate(viewer, community)


def may_see_desk(viewer: Viewer, community: Community) -> bool:
    """Whoever looks after a community reads what waits there; of an archived one too."""
    return may_look_after(viewer, community)


def may_keep_community(viewer: Viewer, community: Community) -> bool:
    """Whoever looks after it keeps its description, rules, links and cap, until it is archived."""
    return community.archived_at is None and may_look_after(viewer, community)


def may_propose(viewer: Viewer) -> bool:
    """Anybody signed in and not suspended proposes a community."""
    return viewer.is_authenticated and not viewer.is_suspended(timezone.now())


def may_decide_proposal(viewer: Viewer, proposal: Proposal) -> bool:
    """Staff with the right to do so, but nobody about their own proposal."""
    return (
        viewer.has_perm("communities.change_proposal")
        and viewer.is_staff
        and proposal.proposer_id != viewer.pk
    )


def is_ambassador(membership: Membership | None) -> bool:
    """Say whether a membership is that of an ambassador who is not silenced."""
    return (
        membership is not None
        and membership.role == Membership.Role.AMBASSADOR
        and not membership.is_silenced(timezone.now())
    )


def membership_of(viewer: Viewer, community: Community) -> Membership | None:
    """Return a person's membership of a community, if there is one."""
    if not viewer.is_authenticated:
        return None
    found = _memberships(viewer, user=viewer.pk, community=community.pk)
    return found[0] if found else None


@prepared
def _memberships(viewer: Viewer, *, user: int, community: int) -> QuerySet[Membership]:
    return Membership.objects.filter(user=user, community=community)
