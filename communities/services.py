"""Joining, leaving, and choosing how often a community writes."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import record_act
from communities.markup import render, storable
from communities.models import Community, Membership
from communities.permissions import may_join


@transaction.atomic
def join_community(community: Community, *, by: User, digest: str) -> Membership:
    """Make a person a member who has accepted the present rules; joining twice changes nothing.

    Raises ValidationError where they may not join.
    """
    community = Community.objects.select_for_update().get(pk=community.pk)
    if not may_join(by, community):
        raise ValidationError(_("You cannot join this community."))
    membership, is_new = Membership.objects.get_or_create(
        user=by,
        community=community,
        defaults={"digest": digest, "rules_version": community.rules_version},
    )
    if is_new:
        Community.objects.filter(pk=community.pk).update(member_count=F("member_count") + 1)
        record_act(community, by=by, act="join")
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


@transaction.atomic
def change_rules(community: Community, *, by: User, rules: str) -> Community:
    """Set the rules of a community; a new text is a new version that members are shown."""
    community = Community.objects.select_for_update().get(pk=community.pk)
    rules = storable(rules)
    if rules != community.rules:
        is_first = not community.rules
        community.rules, community.rules_html = rules, render(rules)
        community.rules_version += 0 if is_first else 1
        community.save(update_fields=["rules", "rules_html", "rules_version"])
        record_act(community, by=by, act="change rules")
    return community
