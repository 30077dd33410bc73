"""What keeps a person from writing, and the rules of calm that apply where they may."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.limits import UNLIMITED, Remaining, remaining_for, words_of_limit
from accounts.moments import in_words
from communities.models import Community, Membership, Viewer
from communities.permissions import may_moderate, membership_of
from communities.prepared import prepared
from councillors.models import Capacity
from discussions.models import Post, Thread


class Why(StrEnum):
    """What can keep a person from writing; a place shut for all comes before a person's own."""

    ARCHIVED = "archived"
    UNPUBLISHED = "unpublished"
    LOCKED = "locked"
    SIGN_IN = "sign in"
    SUSPENDED = "suspended"
    JOIN = "join"
    SILENCED = "silenced"
    SLOW = "slow"
    LIMIT = "limit"
    CAP = "cap"


# What a writer is told; those that end have a second sentence.
IN_WORDS: dict[Why, Promise] = {
    Why.ARCHIVED: gettext_lazy(
        "This community is archived: it can be read, and nobody can add to it."
    ),
    Why.UNPUBLISHED: gettext_lazy("Nobody can reply while this thread is not published."),
    Why.LOCKED: gettext_lazy("This thread is locked: it can be read, and nobody can add to it."),
    Why.SIGN_IN: gettext_lazy("Sign in to write here."),
    Why.SUSPENDED: gettext_lazy("Your account is suspended."),
    Why.JOIN: gettext_lazy("Only members of this community write here."),
    Why.SILENCED: gettext_lazy("You are silenced in this community."),
    Why.SLOW: gettext_lazy("You wrote here a short while ago, and this thread is slow."),
    Why.CAP: gettext_lazy("You have used up your posts in this community for today."),
}


NEARLY_USED_UP = range(1, 4)  # so much is left that a writer should know


@dataclass(frozen=True)
class Hindrance:
    """What keeps a person from writing, and the moment it ends, where it ends by itself."""

    why: Why
    until: datetime | None = None
    limit: str = ""  # the kind of what was done as often as it may be

    @property
    def words(self) -> str:
        if self.until is None:
            return self._sentence
        ends = _("You can write again %(moment)s.") % {"moment": in_words(self.until)}
        return f"{self._sentence} {ends}"

    @property
    def will_pass(self) -> bool:
        """Whether it is only a matter of hours, so that words may be kept for later."""
        return self.why in {Why.SLOW, Why.CAP, Why.LIMIT}

    @property
    def _sentence(self) -> str:
        return words_of_limit(self.limit) if self.limit else str(IN_WORDS[self.why])


@dataclass(frozen=True)
class Pace:
    """The rules of calm that a writer meets in a place."""

    hindrance: Hindrance | None = None
    slow_minutes: int = 0
    cap: int | None = None
    left: int = 0
    hold_reason: str = ""
    kind: str = ""
    allowance: Remaining = UNLIMITED

    @property
    def refusal(self) -> str:
        """What keeps the writer from writing now, in words; empty where nothing does."""
        return self.hindrance.words if self.hindrance else ""

    @property
    def rules(self) -> list[str]:
        """What applies, in sentences; empty in most places."""
        rules = []
        if self.slow_minutes:
            rules.append(
                ngettext(
                    "One post every %(count)d minute here.",
                    "One post every %(count)d minutes here.",
                    self.slow_minutes,
                )
                % {"count": self.slow_minutes}
            )
        if self.cap is not None:
            rules.append(
                _("%(left)d of %(cap)d posts left today.") % {"left": self.left, "cap": self.cap}
            )
        if self.hindrance is None and self.allowance.left in NEARLY_USED_UP:
            rules.append(_words_of_allowance(self.kind, self.allowance))
        if self.hold_reason == Post.HoldReason.NEWCOMER:
            rules.append(_("Staff or ambassadors read your first post before it appears."))
        elif self.hold_reason:
            rules.append(_("Staff read what you write before it appears."))
        return rules


def _words_of_allowance(kind: str, allowance: Remaining) -> str:
    """Say how much may be written for now, where that is not much."""
    left = allowance.left or 0
    if kind == "thread":
        now = ngettext(
            "You can start %(count)d thread now.", "You can start %(count)d threads now.", left
        )
    else:
        now = ngettext(
            "You can write %(count)d post now.", "You can write %(count)d posts now.", left
        )
    if allowance.until is None:
        return now % {"count": left}
    more = _("More again %(moment)s.") % {"moment": in_words(allowance.until)}
    return f"{now % {'count': left}} {more}"


def why_not(viewer: Viewer, place: Thread | Community) -> Hindrance | None:
    """Say what keeps a person from replying in a thread, or starting one in a community."""
    shut = _why_shut(viewer, place, membership_of(viewer, _community_of(place)))
    return shut or _pace_of_member(viewer, place).hindrance


def pace_of(viewer: Viewer, place: Thread | Community, membership: Membership | None) -> Pace:
    """Say all that a writer should know beforehand, for a person whose membership is at hand.

    Asks the database for what the person did lately, and for rules that are on in this place.
    """
    shut = _why_shut(viewer, place, membership)
    if shut:
        return Pace(shut)
    held = hold_reason_for(viewer, _community_of(place))
    kind = "post" if isinstance(place, Thread) else "thread"
    allowance = remaining_for(viewer, kind) if viewer.is_authenticated else UNLIMITED
    pace = replace(_pace_of_member(viewer, place), hold_reason=held, kind=kind, allowance=allowance)
    if pace.hindrance is None and allowance.left == 0:
        return replace(pace, hindrance=Hindrance(Why.LIMIT, allowance.until, limit=kind))
    return pace


def may_start_thread(viewer: Viewer, community: Community) -> bool:
    """Members start threads, unless something keeps them from writing there."""
    return why_not(viewer, community) is None


def may_post(viewer: Viewer, thread: Thread) -> bool:
    """Members reply in published threads that are not locked; moderators in locked ones too."""
    return why_not(viewer, thread) is None


def may_write(viewer: Viewer, community: Community, membership: Membership | None) -> bool:
    """Say whether a community is open to a person at all, whatever the pace."""
    return _why_shut(viewer, community, membership) is None


def hold_reason_for(viewer: Viewer, community: Community) -> str:
    """Say why what a person writes there would wait to be read; "" if it would not."""
    if not viewer.is_authenticated:
        return ""
    if viewer.is_held(timezone.now()):
        return Post.HoldReason.ACCOUNT
    if not community.hold_first_posts or may_moderate(viewer, community):
        return ""
    published = Post.objects.published().filter(author=viewer, thread__community=community.pk)
    return "" if published.exists() else Post.HoldReason.NEWCOMER


def hold_reason_again(post: Post) -> str:
    """Say why other words of a published post wait to be read; "" if they are shown at once.

    What was read before it was shown is read again. Whoever speaks in a capacity is no newcomer.
    """
    was_read = {Post.HoldReason.NEWCOMER, Post.HoldReason.ACCOUNT}
    reason = hold_reason_for(post.author, post.thread.community)
    if not reason and post.hold_reason in was_read:
        reason = post.hold_reason
    is_newcomer = reason == Post.HoldReason.NEWCOMER
    return "" if is_newcomer and post.capacity_id is not None else reason


def _community_of(place: Thread | Community) -> Community:
    return place.community if isinstance(place, Thread) else place


def _why_shut(
    viewer: Viewer, place: Thread | Community, membership: Membership | None
) -> Hindrance | None:
    """Say what keeps a person from writing in a place at any pace."""
    shut = _why_shut_for_all(viewer, place)
    if shut:
        return Hindrance(shut)
    if not viewer.is_authenticated:
        return Hindrance(Why.SIGN_IN)
    now = timezone.now()
    if viewer.is_suspended(now):
        return Hindrance(Why.SUSPENDED, viewer.suspended_until)
    if membership is None:
        return Hindrance(Why.JOIN)
    if membership.is_silenced(now):
        return Hindrance(Why.SILENCED, membership.silenced_until)
    return None


def _why_shut_for_all(viewer: Viewer, place: Thread | Community) -> Why | None:
    if _community_of(place).archived_at:
        return Why.ARCHIVED
    if not isinstance(place, Thread):
        return None
    if place.status != Thread.Status.PUBLISHED:
        return Why.UNPUBLISHED
    if place.is_locked and not may_moderate(viewer, place.community):
        return Why.LOCKED
    return None


def _pace_of_member(viewer: Viewer, place: Thread | Community) -> Pace:
    """Say which rules of pace apply to a member who may write, and whether they are used up."""
    thread = place if isinstance(place, Thread) else None
    community = _community_of(place)
    slow_minutes, cap = thread.slow_minutes if thread else 0, community.posts_per_day
    if (not slow_minutes and cap is None) or _keeps_own_pace(viewer, community, thread):
        return Pace()
    now, hindrance, left = timezone.now(), None, 0
    if cap is not None:
        tomorrow = timezone.localdate() + timedelta(days=1)
        today = _start_of(timezone.localdate())
        left = max(0, cap - len(_written_in(viewer, community=community.pk, since=today)))
        hindrance = None if left else Hindrance(Why.CAP, _start_of(tomorrow))
    if thread and slow_minutes and hindrance is None:
        wait = timedelta(minutes=slow_minutes)
        last = _last_written(viewer, thread=thread.pk, since=now - wait)
        hindrance = Hindrance(Why.SLOW, last[0].created_at + wait) if last else None
    return Pace(hindrance, slow_minutes, cap, left)


def _keeps_own_pace(viewer: Viewer, community: Community, thread: Thread | None) -> bool:
    """Moderators must be able to say what they do; councillors in a question are what it is for.

    Ambassadors keep the pace like everybody else: a referee who talks while others wait is none.
    """
    if may_moderate(viewer, community):
        return True
    if thread is None or not thread.is_question or not viewer.is_authenticated:
        return False
    return Capacity.objects.for_user(viewer).filter(kind=Capacity.Kind.COUNCILLOR).exists()


@prepared
def _written_in(viewer: Viewer, *, community: int, since: datetime) -> QuerySet[Post]:
    """Find what a person wrote in a community since, but for questions, which staff open."""
    posts = _written(viewer, since).filter(thread__community=community)
    return posts.exclude(thread__kind=Thread.Kind.QUESTION, number=1)


@prepared
def _last_written(viewer: Viewer, *, thread: int, since: datetime) -> QuerySet[Post]:
    return _written(viewer, since).filter(thread=thread).order_by("-created_at")[:1]


def _written(viewer: Viewer, since: datetime) -> QuerySet[Post]:
    # What was written since was published since, or is not yet; both lie together in the index.
    posts = Post.objects.filter(author=viewer.pk, created_at__gt=since)
    return posts.filter(Q(published_at__gt=since) | Q(published_at=None)).only("created_at")


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
