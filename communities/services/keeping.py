"""What is set for a community: its description, rules, links and cap, and its end.

Who may is asked by those who call: the desk by permission, staff by the rights of the admin.
"""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.models import User
from accounts.services import record_act
from communities.markup import render, storable
from communities.models import Community, LocalLink, Membership

FEWEST_LINKS = 3  # no community is ever empty


@transaction.atomic
def change_rules(community: Community, *, by: User, rules: str) -> Community:
    """Set the rules of a community; a new text is a new version that members are shown.

    Whoever wrote it has read it. Before there are members, nobody has accepted any version.
    """
    community = Community.objects.select_for_update().get(pk=community.pk)
    rules = storable(rules)
    if rules != community.rules:
        is_first = not community.rules and not community.memberships.exists()
        community.rules, community.rules_html = rules, render(rules)
        community.rules_version += 0 if is_first else 1
        community.rules_changed_at = timezone.now()
        community.save(update_fields=["rules", "rules_html", "rules_version", "rules_changed_at"])
        own = Membership.objects.filter(user=by, community=community)
        own.update(rules_version=community.rules_version)
        record_act(community, by=by, act="change rules")
    return community


@transaction.atomic
def change_description(community: Community, *, by: User, description: str) -> bool:
    """Set what a community says of itself; says whether that is anything new."""
    community = Community.objects.select_for_update().get(pk=community.pk)
    description = " ".join(storable(description).split())
    if description == community.description:
        return False
    Community.objects.filter(pk=community.pk).update(description=description)
    record_act(community, by=by, act="change description")
    return True


@transaction.atomic
def change_cap(community: Community, *, by: User, posts_per_day: int | None) -> bool:
    """Set how many posts a person may write in a day, None for no limit; says whether it is new."""
    community = Community.objects.select_for_update().get(pk=community.pk)
    if posts_per_day == community.posts_per_day:
        return False
    Community.objects.filter(pk=community.pk).update(posts_per_day=posts_per_day)
    record_act(community, by=by, act="change posts per day")
    return True


@transaction.atomic
def change_links(community: Community, *, by: User, links: Sequence[tuple[str, str]]) -> bool:
    """Set the local links, each a title and an address, in this order; says whether they are new.

    Raises ValidationError where fewer than three would be left.
    """
    refuse_few_links(len(links))
    community = Community.objects.select_for_update().get(pk=community.pk)
    present = [(link.title, link.url) for link in community.links.all()]
    if list(links) == present:
        return False
    community.links.all().delete()
    put_links(community, links)
    record_act(community, by=by, act="change links")
    return True


@transaction.atomic
def set_archived(community: Community, archived: bool, *, by: User) -> bool:
    """Archive a community, so that it can only be read, or open it again; says if that is new."""
    community = Community.objects.select_for_update().get(pk=community.pk)
    if archived == (community.archived_at is not None):
        return False
    at = timezone.now() if archived else None
    Community.objects.filter(pk=community.pk).update(archived_at=at)
    record_act(community, by=by, act="archive" if archived else "reopen")
    return True


def refuse_few_links(count: int) -> None:
    """Raise ValidationError where a community would have too few local links."""
    if count < FEWEST_LINKS:
        words = ngettext(
            "A community needs at least %(fewest)d local links; this is %(count)d.",
            "A community needs at least %(fewest)d local links; these are %(count)d.",
            count,
        )
        raise ValidationError(words % {"fewest": FEWEST_LINKS, "count": count})


def put_links(community: Community, links: Sequence[tuple[str, str]]) -> None:
    """Insert the local links of a community that has none."""
    LocalLink.objects.bulk_create(
        LocalLink(community=community, title=title, url=url, position=position)
        for position, (title, url) in enumerate(links, start=1)
    )
