"""What those who look after a community see and leave behind, in the worlds of the catalogue."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from accounts.models import User
from communities.models import Membership, Proposal
from communities.services import change_rules
from discussions import services
from discussions.models import Act, Post, Thread
from discussions.services import Writing
from moderation.services import pass_to_staff
from tests.factories import make_community, make_membership, make_post, make_thread, make_user

LINKS = "https://example.org/ One\nhttps://example.org/2 Two\nhttps://example.org/3 Three"


def nobody_new(cast: SimpleNamespace) -> None:
    """Everybody who joined was welcomed."""
    Membership.objects.filter(community=cast.community).update(welcomed_at=timezone.now())


def one(cast: SimpleNamespace, thread: Thread) -> dict[str, Any]:
    """There is one newcomer, one first post to read, one act and one proposal."""
    Membership.objects.filter(user=cast.resident).update(welcomed_at=None)
    held = first_post(cast, make_user(public_name="Ines Duarte"))
    services.record(
        cast.community, Act.Kind.TAG, by=cast.ambassador, thread=thread, note="weir, heron"
    )
    propose(cast.resident, "Birdwatchers")
    return {"first-post": held.pk}


def full(cast: SimpleNamespace, word: str) -> dict[str, Any]:
    """There are crowds of each, in every state."""
    newcomers(cast, word)
    passed = first_post(cast, make_user(public_name=word[:60]))
    pass_to_staff(passed, by=cast.ambassador, text="Is this an advert?")
    first_post(cast, cast.ambassador)
    slow = make_thread(cast.community, author=cast.neighbour, title=f"Slow {word}")
    services.set_pace(slow, 30, by=cast.ambassador, reason=f"It gets heated. {word}")
    make_post(slow, author=cast.resident)
    services.write_outcome(
        slow, by=cast.ambassador, writing=Writing(f"The *county* has ordered a survey. {word}")
    )
    for number in range(31):
        services.record(cast.community, Act.Kind.DESCRIBE, by=cast.moderator, note=f"{number}")
    capped = make_community(name="Quiet corner", posts_per_day=1, hold_first_posts=True)
    make_membership(cast.resident, capped)
    make_membership(cast.ambassador, capped, role="ambassador")
    make_thread(capped, author=cast.resident)
    ruled = make_community(name="Weir friends")
    make_membership(cast.resident, ruled)
    change_rules(ruled, by=cast.admin, rules=f"Be **kind**.\n\n* Stay local.\n* {word}")
    return {
        "slow-thread": slow.pk,
        "slow-slug": slow.slug,
        "capped-community": capped.slug,
        "new-rules-community": ruled.slug,
        **proposals(cast, word),
    }


def newcomers(cast: SimpleNamespace, word: str) -> None:
    """Make more newcomers than a page shows; one has written."""
    people = User.objects.bulk_create(
        User(public_name=f"Newcomer {number} {word}"[:60]) for number in range(21)
    )
    for person in people:
        make_membership(person, cast.community)
    thread = make_thread(cast.community, author=cast.neighbour, title="Hello")
    make_post(thread, author=people[-1], body=f"Good morning. {word}")


def first_post(cast: SimpleNamespace, author: User) -> Post:
    """Write a post that waits for somebody to read it."""
    if not Membership.objects.filter(user=author, community=cast.community).exists():
        make_membership(author, cast.community, welcomed_at=timezone.now())
    thread = make_thread(cast.community, author=author, title="Hello from the new houses")
    Post.objects.filter(thread=thread).update(
        status="pending", number=None, published_at=None, hold_reason="newcomer"
    )
    Thread.objects.filter(pk=thread.pk).update(
        status="pending", published_at=None, last_number=0, post_count=0
    )
    return Post.objects.select_related("thread__community").get(thread=thread)


def proposals(cast: SimpleNamespace, word: str) -> dict[str, Any]:
    """Make a proposal in each state, more than a page shows, and as many waiting as one may."""
    opened = make_community(name="Opened by staff")
    done = {"decided_at": timezone.now(), "decided_by": cast.admin}
    propose(cast.resident, "Opened", state="opened", community=opened, **done)
    for number in range(20):
        answer = f"There is one already. {word}"
        propose(cast.resident, f"Club {number}", state="declined", answer=answer, **done)
    waiting = [propose(cast.resident, f"Waiting {word}"[:80]) for _number in range(2)]
    return {"waiting-proposal": waiting[0].pk}


def propose(by: User, name: str, **fields: Any) -> Proposal:
    return Proposal.objects.create(
        proposer=by,
        name=name,
        description="Birds by the weir.",
        reasons="We meet each Sunday, and there is nowhere to say so.",
        links=LINKS,
        proposed_at=timezone.now() - timedelta(days=1),
        **fields,
    )
