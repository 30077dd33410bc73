"""Look after the communities of the demonstration council, and propose others."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Greatest

from accounts.models import Announcement
from communities.models import Membership, Proposal
from communities.services import decline_proposal, propose_community
from councillors.models import Capacity
from discussions.models import Act, OutcomeNote, Thread
from discussions.services import (
    Writing,
    keep_description,
    set_pace,
    set_tags,
    write_outcome,
)
from townhall.demo.content import Entry
from townhall.demo.town import Town

NEW_FOR = timedelta(days=21)
FIRST_ACTS = timedelta(days=30)  # before now, where the content does not say when


def keep_communities(town: Town) -> None:
    """Do what ambassadors and councillors did, and date it; what was done before lies further back.

    Whoever came long ago was welcomed.
    """
    thread = Thread.objects.filter(pk=OuterRef("thread"))
    Act.objects.filter(community__in=town.communities.values()).update(
        at=Greatest(town.moments.now - FIRST_ACTS, Subquery(thread.values("last_post_at")))
    )
    joined_long_ago = Membership.objects.filter(joined_at__lt=town.moments.now - NEW_FOR)
    joined_long_ago.update(welcomed_at=F("joined_at") + timedelta(days=1))
    kept = town.content.kept
    for sort, keep in KEPT.items():
        for entry in kept[sort]:
            at = town.moments.sometime(entry["days_ago"], f"{sort} {entry['by']}")
            before = set(Act.objects.values_list("pk", flat=True))
            keep(town, entry, at)
            Act.objects.exclude(pk__in=before).update(at=at)


def _write_outcome(town: Town, entry: Entry, at: datetime) -> None:
    by = town.users[entry["by"]]
    capacity = Capacity.objects.for_user(by).first()
    writing = Writing(entry["body"], capacity=capacity, language="en")
    note = write_outcome(town.threads[entry["thread_title"]], by=by, writing=writing)
    OutcomeNote.objects.filter(pk=note.pk).update(written_at=at)


def _slow_down(town: Town, entry: Entry, at: datetime) -> None:
    thread, by = town.threads[entry["thread_title"]], town.users[entry["by"]]
    set_pace(thread, entry["minutes"], by=by, reason=entry["reason"])


def _cap(town: Town, entry: Entry, at: datetime) -> None:
    community = town.communities[entry["community"]]
    keep_description(
        community,
        by=town.users[entry["by"]],
        description=community.description,
        posts_per_day=entry["posts_per_day"],
    )


def _tag(town: Town, entry: Entry, at: datetime) -> None:
    set_tags(town.threads[entry["thread_title"]], entry["tags"], by=town.users[entry["by"]])


def _propose(town: Town, entry: Entry, at: datetime) -> None:
    asked = {name: entry[name] for name in ("name", "description", "reasons", "links")}
    proposal = propose_community(by=town.users[entry["by"]], **asked)
    Proposal.objects.filter(pk=proposal.pk).update(proposed_at=at)
    if "answer" in entry:
        decline_proposal(proposal, by=town.users["admin"], answer=entry["answer"])
        # Told on the day, long before anybody looks at the demonstration.
        told = Announcement.objects.filter(kind=Announcement.Kind.PROPOSAL)
        told.filter(subject_id=proposal.pk).delete()
        decided = town.moments.sometime(entry["decided_days_ago"], entry["name"], after=at)
        Proposal.objects.filter(pk=proposal.pk).update(decided_at=decided)


KEPT: dict[str, Callable[[Town, Entry, datetime], None]] = {
    "outcome": _write_outcome,
    "slow": _slow_down,
    "cap": _cap,
    "tags": _tag,
    "proposal": _propose,
}
