"""Whose names nobody else may take unmarked, of those who look after a community."""

from collections.abc import Iterator

from django.db.models import QuerySet

from accounts.models import User
from accounts.names import ProtectedName
from communities.models import Community, Membership


def names_of_ambassadors(user: User | None) -> Iterator[ProtectedName]:
    """Yield the names of the ambassadors of the communities that a person belongs to."""
    if user is None:
        return
    theirs = Membership.objects.filter(user=user).values("community")
    ambassadors = Membership.objects.filter(role=Membership.Role.AMBASSADOR, community__in=theirs)
    for name, pk in ambassadors.values_list("user__public_name", "user").distinct():
        yield ProtectedName(name, pk)


def shares_name_with_ambassador(user: User, community: Community) -> bool:
    """Say whether an ambassador of a community has the name of somebody who joins it."""
    ambassadors = Membership.objects.filter(
        community=community, role=Membership.Role.AMBASSADOR, user__folded_name=user.folded_name
    )
    return ambassadors.exclude(user=user).exists()


def members_of_the_same_name(membership: Membership) -> QuerySet[User]:
    """Pick the other members of a community who are called like one of them."""
    same = Membership.objects.filter(
        community=membership.community_id, user__folded_name=membership.user.folded_name
    )
    members = same.exclude(user=membership.user_id).exclude(role=Membership.Role.AMBASSADOR)
    return User.objects.filter(pk__in=members.values("user"), closed_at=None)
