"""What those may do who look after a community, and who say what came of a thread.

They are not above its rules: nobody approves their own post, unlocks a thread that they started, or
says what came of it. What staff locked, only staff unlock.
"""

from django.db.models import Q
from django.utils import timezone

from communities.models import Area, Community, Membership, Viewer
from communities.permissions import (
    is_ambassador,
    may_keep_community,
    may_moderate,
    membership_of,
)
from councillors.models import Capacity
from discussions.models import Act, Post, Thread

AREAS_UPWARD = 4  # a place, and what `with_lineage` joins above it


def may_make_tags(viewer: Viewer, community: Community) -> bool:
    """Whoever looks after a community makes new tags; members pick from those in use."""
    return may_keep_community(viewer, community)


def may_tag(viewer: Viewer, thread: Thread) -> bool:
    """Whoever looks after its community sets the tags of a thread."""
    return _may_keep(viewer, thread)


def may_pin(viewer: Viewer, thread: Thread) -> bool:
    """Whoever looks after its community pins and unpins a thread."""
    return _may_keep(viewer, thread)


def may_lock(viewer: Viewer, thread: Thread) -> bool:
    """Whoever looks after its community locks a thread."""
    return _may_keep(viewer, thread)


def may_unlock(viewer: Viewer, thread: Thread) -> bool:
    """The same, but for threads that they started themselves.

    What somebody locked who moderates the community, only those unlock who moderate it.
    """
    if _started(viewer, thread) or not _may_keep(viewer, thread):
        return False
    if not thread.is_locked or may_moderate(viewer, thread.community):
        return True
    return not _is_locked_with_authority(thread)


def may_slow(viewer: Viewer, thread: Thread) -> bool:
    """Whoever looks after its community sets the pace of a thread."""
    return _may_keep(viewer, thread)


def may_move(viewer: Viewer, thread: Thread, to: Community) -> bool:
    """Whoever looks after both communities moves a discussion between them.

    Only staff take it from where few can read to where everybody can, or back. A question stays
    where it was asked.
    """
    if thread.is_question or to.pk == thread.community_id:
        return False
    if not _may_keep(viewer, thread) or not may_keep_community(viewer, to):
        return False
    if to.visibility == thread.community.visibility:
        return True
    return may_moderate(viewer, thread.community) and may_moderate(viewer, to)


def may_approve(viewer: Viewer, post: Post) -> bool:
    """Whoever looks after its community approves a newcomer's post, but never their own."""
    return (
        viewer.is_authenticated
        and post.author_id != viewer.pk
        and post.status == Post.Status.PENDING
        and post.hold_reason == Post.HoldReason.NEWCOMER
        and post.thread.status in {Thread.Status.PUBLISHED, Thread.Status.PENDING}
        and may_keep_community(viewer, post.thread.community)
    )


def may_write_outcome(viewer: Viewer, thread: Thread) -> bool:
    """Whoever looks after the community, and who speaks for a body there; not of one's own thread.

    Officers and councillors write it where they are members, or where their seat or body covers
    the place.
    """
    community = thread.community
    if thread.status != Thread.Status.PUBLISHED or community.archived_at is not None:
        return False
    if not viewer.is_authenticated or _started(viewer, thread):
        return False
    if may_keep_community(viewer, community):
        return True
    if viewer.is_suspended(timezone.now()) or viewer.is_held(timezone.now()):
        return False
    membership = membership_of(viewer, community)
    if membership is not None and membership.is_silenced(timezone.now()):
        return False
    held = Capacity.objects.for_user(viewer)
    return (held if membership else held.filter(_covering(community))).exists()


def offers_desk(viewer: Viewer, community: Community, membership: Membership | None) -> bool:
    """Say whether to show the way to the desk, for a person whose membership is at hand.

    Costs no query for residents; whoever has only a scope and no office in staff knows the address.
    """
    if not viewer.is_authenticated or viewer.is_suspended(timezone.now()):
        return False
    if is_ambassador(membership):
        return True
    return viewer.is_staff and may_moderate(viewer, community)


def _may_keep(viewer: Viewer, thread: Thread) -> bool:
    return thread.status == Thread.Status.PUBLISHED and may_keep_community(viewer, thread.community)


def _started(viewer: Viewer, thread: Thread) -> bool:
    return thread.author_id == viewer.pk


def _is_locked_with_authority(thread: Thread) -> bool:
    """Read what was true of whoever locked it last; before acts were kept it was staff.

    Of an act of before that was noted, ask what is true now, in the community where it lay.
    """
    locks = Act.objects.filter(thread=thread, kind=Act.Kind.LOCK).select_related("by", "community")
    lock = locks.order_by("-pk").first()
    if lock is None:
        return True
    if lock.has_authority is None:
        return may_moderate(lock.by, lock.community)
    return lock.has_authority


def _covering(community: Community) -> Q:
    """Say which capacities are of a seat for the place, or of a body that covers it."""
    area = community.area_id
    place = Area.objects.with_lineage().filter(pk=area).first() if area else None
    places: list[int] = []
    while place is not None:
        places.append(place.pk)
        place = place.parent if len(places) < AREAS_UPWARD else None
    return Q(seat__area__in=places[:1]) | Q(body__area__in=places)
