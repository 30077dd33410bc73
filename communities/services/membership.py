"""Joining, leaving, reading new rules, and being welcomed."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.limits import spend_for
from accounts.models import User
from accounts.services import mark_namesake, record_act, unmark_namesake
from communities.models import Community, Membership
from communities.names import members_of_the_same_name, shares_name_with_ambassador
from communities.permissions import may_join, may_see_desk


@transaction.atomic
def join_community(community: Community, *, by: User, digest: str) -> Membership:
    """Make a person a member who has accepted the present rules; joining twice changes nothing.

    Raises ValidationError where they may not join.
    """
    community = Community.objects.select_for_update().get(pk=community.pk)
    if not may_join(by, community):
        raise ValidationError(_("You cannot join this community."))
    spend_for(by, "join")
    membership, is_new = Membership.objects.get_or_create(
        user=by,
        community=community,
        defaults={"digest": digest, "rules_version": community.rules_version},
    )
    if is_new:
        Community.objects.filter(pk=community.pk).update(member_count=F("member_count") + 1)
        record_act(community, by=by, act="join")
        if shares_name_with_ambassador(by, community):
            mark_namesake(by)
    return membership


@transaction.atomic
def change_role(membership: Membership, *, by: User, role: str) -> Membership:
    """Make a member an ambassador or not; members of the same name get a mark beside theirs."""
    membership.role = role
    membership.save(update_fields=["role"])
    record_act(membership, by=by, act="change role")
    if role == Membership.Role.AMBASSADOR:
        unmark_namesake(membership.user)
        for user in members_of_the_same_name(membership):
            mark_namesake(user)
    return membership


@transaction.atomic
def leave_community(community: Community, *, by: User) -> bool:
    """End a membership; says whether there was one."""
    Community.objects.select_for_update().get(pk=community.pk)
    left, _rows = Membership.objects.filter(user=by, community=community).delete()
    if left:
        Community.objects.filter(pk=community.pk).update(member_count=F("member_count") - 1)
        record_act(community, by=by, act="leave")
    return bool(left)


def order_threads(community: Community, *, by: User, order: str) -> None:
    """Keep in which order a member wants to see the threads of a community."""
    Membership.objects.filter(user=by, community=community).update(thread_order=order)


def accept_rules(community: Community, *, by: User, version: int) -> bool:
    """Keep which version of the rules a member has read; says whether it is the present one.

    Never goes back to an older one, and never ahead of what there is.
    """
    version = min(version, community.rules_version)
    memberships = Membership.objects.filter(user=by, community=community)
    memberships.filter(rules_version__lt=version).update(rules_version=version)
    return memberships.filter(rules_version__gte=F("community__rules_version")).exists()


@transaction.atomic
def welcome(membership: Membership, *, by: User) -> bool:
    """Note that somebody welcomed a newcomer; says whether it was the first time.

    Raises ValidationError where the person does not look after the community.
    """
    Community.objects.select_for_update().get(pk=membership.community_id)
    if not may_see_desk(by, membership.community):
        raise ValidationError(_("You cannot do this here at the moment."))
    spend_for(by, "desk")
    unwelcomed = Membership.objects.filter(pk=membership.pk, welcomed_at=None)
    is_new = bool(unwelcomed.update(welcomed_at=timezone.now()))
    if is_new:
        record_act(membership, by=by, act="welcome")
    return is_new
