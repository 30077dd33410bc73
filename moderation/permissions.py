"""Who may report a post, decide about it, appeal, and decide about an appeal."""

from django.db.models import Exists, Q, QuerySet
from django.utils import timezone

from communities.models import (
    Community,
    Membership,
    ModeratorScope,
    Viewer,
    moderates_everywhere,
)
from communities.permissions import may_moderate
from discussions.models import Post, Thread
from moderation.models import Appeal, Decision


def may_report(viewer: Viewer, post: Post) -> bool:
    """Anybody who can read a published post, visitors too."""
    return Post.objects.visible_to(viewer).published().filter(pk=post.pk).exists()


def may_decide(viewer: Viewer, post: Post) -> bool:
    """Moderators of the community, but nobody about a post that they wrote or reported."""
    if not viewer.is_authenticated or post.author_id == viewer.pk:
        return False
    if not viewer.has_perm("moderation.decide_post"):
        return False
    if not may_moderate(viewer, post.thread.community):
        return False
    return not post.reports.filter(reporter=viewer).exists()


def may_read_decision(viewer: Viewer, decision: Decision) -> bool:
    """The author of the post, and those who look after its community."""
    if not viewer.is_authenticated:
        return False
    if decision.post.author_id == viewer.pk:
        return True
    return viewer.has_perm("moderation.view_decision") and may_moderate(
        viewer, decision.post.thread.community
    )


def may_appeal(viewer: Viewer, decision: Decision) -> bool:
    """The author, once, while the post is hidden by this decision."""
    return (
        viewer.is_authenticated
        and decision.post.author_id == viewer.pk
        and is_in_force(decision)
        and not Appeal.objects.filter(decision=decision).exists()
    )


def may_decide_appeal(viewer: Viewer, appeal: Appeal) -> bool:
    """Whoever may decide about the post, except the person who decided first."""
    decision = appeal.decision
    return (
        appeal.outcome == ""
        and decision.by_id != viewer.pk
        and viewer.is_authenticated
        and viewer.has_perm("moderation.change_appeal")
        and may_decide(viewer, decision.post)
    )


def may_handle_barriers(viewer: Viewer) -> bool:
    """Staff with the right to do so say what was mended."""
    return viewer.is_staff and viewer.has_perm("moderation.change_barrierreport")


def is_in_force(decision: Decision) -> bool:
    """Say whether a post is hidden, and by this decision."""
    if decision.verb != Decision.Verb.HIDE or decision.post.status != Post.Status.HIDDEN:
        return False
    later = Decision.objects.filter(post=decision.post_id, pk__gt=decision.pk)
    return not later.filter(verb__in=[Decision.Verb.HIDE, Decision.Verb.RESTORE]).exists()


def moderated_communities(viewer: Viewer) -> QuerySet[Community]:
    """Pick the communities that a person moderates."""
    if not viewer.is_authenticated:
        return Community.objects.none()
    if moderates_everywhere(viewer):
        return Community.objects.all()
    scopes = ModeratorScope.objects.in_force_for(viewer)
    return Community.objects.filter(
        Q(pk__in=scopes.values("community")) | Q(area__in=scopes.values("area"))
    )


def communities_to_move_to(viewer: Viewer, thread: Thread) -> QuerySet[Community]:
    """Return where `may_move` lets a person move a thread to, by one query instead of one each."""
    now = timezone.now()
    is_movable = thread.status == Thread.Status.PUBLISHED and not thread.is_question
    if not is_movable or not viewer.is_authenticated or viewer.is_suspended(now):
        return Community.objects.none()
    heard = Q(silenced_until=None) | Q(silenced_until__lte=now)
    looked_after = Membership.objects.filter(heard, user=viewer, role=Membership.Role.AMBASSADOR)
    moderated = Q(pk__in=moderated_communities(viewer).values("pk"))
    kept = Community.objects.current().filter(
        Q(pk__in=looked_after.values("community")) | moderated
    )
    here = Community.objects.filter(pk=thread.community_id)
    alike = Q(visibility=thread.community.visibility)
    alike |= moderated & Q(Exists(here.filter(moderated)))
    is_kept = Exists(kept.filter(pk=thread.community_id))
    return kept.filter(is_kept, alike).exclude(pk=thread.community_id)
