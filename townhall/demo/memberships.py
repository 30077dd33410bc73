"""Make the communities of the demonstration council, and put people into them."""

from datetime import datetime, timedelta

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from communities.models import Community, LocalLink, Membership
from communities.services import change_rules
from townhall.demo.content import Entry
from townhall.demo.moments import spread
from townhall.demo.town import Town, first_posts

FREQUENCIES = [
    Membership.Frequency.DAILY,
    Membership.Frequency.WEEKLY,
    Membership.Frequency.WEEKLY,
    Membership.Frequency.NEVER,
]


def make_communities(town: Town) -> None:
    """Insert communities with links, rules and members; none of them holds first posts yet."""
    for entry in town.content.communities:
        town.communities[entry["slug"]] = _make_community(town, entry)
    made = [community.pk for community in town.communities.values()]
    _make_memberships(town)
    members = Membership.objects.filter(community=OuterRef("pk")).order_by().values("community")
    count = Subquery(members.annotate(count=Count("pk")).values("count"), IntegerField())
    Community.objects.filter(pk__in=made).update(member_count=Coalesce(count, 0))


def hold_first_posts(town: Town) -> None:
    """Let newcomers' posts wait from now on, where the content says so."""
    holding = [entry["slug"] for entry in town.content.communities if entry["hold_first_posts"]]
    Community.objects.filter(slug__in=holding).update(hold_first_posts=True)


def _make_community(town: Town, entry: Entry) -> Community:
    community = Community.objects.create(
        name=entry["name"],
        slug=entry["slug"],
        kind=entry["kind"],
        area=town.areas[entry["area_code"]],
        visibility=entry["visibility"],
        description=entry["description"],
        created_at=town.moments.at(entry["founded_days_ago"], "08:00"),
    )
    LocalLink.objects.bulk_create(
        LocalLink(community=community, title=link["title"], url=link["url"], position=position)
        for position, link in enumerate(entry["link"], start=1)
    )
    return change_rules(community, by=town.users["admin"], rules=entry["rules"].strip())


def _make_memberships(town: Town) -> None:
    wrote = first_posts(town)
    people = {entry["key"]: entry for entry in town.content.people}
    rows = []
    for entry in town.content.communities:
        for key in entry["members"]:
            first = wrote.get((key, entry["slug"]))
            joined = _joined_at(town, entry, key, first.at if first else None)
            is_ambassador = key in entry["ambassadors"]
            row = Membership(
                user=town.users[key],
                community=town.communities[entry["slug"]],
                role=Membership.Role.AMBASSADOR if is_ambassador else Membership.Role.MEMBER,
                digest=people[key].get("digest") or _frequency(key, entry["slug"]),
                rules_version=town.communities[entry["slug"]].rules_version,
                joined_at=joined,
            )
            rows.append(row)
    Membership.objects.bulk_create(sorted(rows, key=lambda row: row.joined_at))


def _joined_at(town: Town, entry: Entry, key: str, wrote_at: datetime | None) -> datetime:
    """Pick a day between the founding, or the person's coming, and their first post."""
    founded = town.communities[entry["slug"]].created_at
    came = max(founded, town.users[key].date_joined)
    last = wrote_at or town.moments.before(days=2)
    if key in entry["ambassadors"]:
        last = min(last, came + timedelta(days=3))
    return town.moments.between(came, max(last, came), f"{key} joined {entry['slug']}")


def _frequency(key: str, slug: str) -> Membership.Frequency:
    return FREQUENCIES[spread(f"{key} {slug}", len(FREQUENCIES))]
