"""Accounts, and who is a member of what: a few large communities and many small ones."""

import random
from datetime import date
from itertools import accumulate

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import connection

from accounts.folding import fold_name
from accounts.models import User
from bench.cast import ADMIN, AMBASSADOR, COLLECTOR, JOINER, MEMBER, MODERATOR, PASSWORD
from bench.data.copying import copy_rows
from bench.data.places import SEATS_A_WARD
from bench.sizes import Size
from communities.models import Membership
from councillors.models import Capacity

MOST_COMMUNITIES = 4
JOINED_BY_JOINER = 20
STAFF = {MODERATOR, ADMIN}
FIRST_COUNCILLOR = 100


def make_people(size: Size, chance: random.Random) -> None:
    """Fill accounts and memberships; everybody has the same password."""
    numbers = range(1, size.members + 1)
    hashed = make_password(PASSWORD)
    copy_rows(
        User,
        ["id", "email", "public_name", "folded_name", "password", "is_staff", "is_superuser"],
        [
            (n, f"member{n}@bench.example", name, fold_name(name), hashed, n in STAFF, n == ADMIN)
            for n, name in ((n, f"Member {n}") for n in numbers)
        ],
    )
    copy_rows(
        EmailAddress,
        ["user_id", "email", "verified", "primary"],
        [(number, f"member{number}@bench.example", True, True) for number in numbers],
    )
    User.objects.get(pk=MODERATOR).groups.add(Group.objects.get(name="Moderators"))
    copy_rows(
        Membership,
        ["user_id", "community_id", "digest", "role", "rules_version"],
        [
            (number, community, chance.choice(["daily", "weekly", "weekly"]), _role(number), 1)
            for number, communities in _joined(size, chance)
            for community in communities
        ],
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE communities_community SET member_count = members.count FROM (SELECT"
            " community_id, count(*) FROM communities_membership GROUP BY 1) members"
            " WHERE members.community_id = communities_community.id"
        )


def make_capacities(size: Size) -> None:
    """Let everybody on a seat speak in it."""
    seats = range(1, size.communities * SEATS_A_WARD + 1)
    columns = ["id", "user_id", "kind", "body_id", "title", "seat_id", "start_on"]
    columns += ["granted_by_id", "confirmed_by_id"]
    since = date(2023, 5, 9)
    copy_rows(
        Capacity,
        columns,
        [
            (seat, account_of(seat), "councillor", 1, "Councillor", seat, since, MEMBER, MODERATOR)
            for seat in seats
        ],
    )


def account_of(seat: int) -> int:
    """Return the pk of the user on a seat."""
    return FIRST_COUNCILLOR + seat


def community_weights(size: Size) -> list[float]:
    """Return running weights: the hundredth community is a fortieth of the first."""
    return list(accumulate(1 / (rank + 1) ** 0.8 for rank in range(size.communities)))


def _joined(size: Size, chance: random.Random) -> list[tuple[int, set[int]]]:
    weights = community_weights(size)
    everywhere = range(1, size.communities + 1)
    joined = [(MEMBER, set(range(1, MOST_COMMUNITIES + 1)))]
    for number in range(MEMBER + 1, size.members + 1):
        count = chance.randint(1, MOST_COMMUNITIES)
        joined.append((number, set(chance.choices(everywhere, cum_weights=weights, k=count))))
    joined[JOINER - 1] = JOINER, set(range(1, JOINED_BY_JOINER + 1))
    joined[COLLECTOR - 1] = COLLECTOR, set(everywhere)
    return joined


def _role(number: int) -> str:
    return "ambassador" if number in {AMBASSADOR, AMBASSADOR + 1} else "member"
