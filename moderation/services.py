"""The only writers of reports, decisions and appeals, and of reports of barriers.

Locks are taken in one order everywhere: appeal, community, thread, post.
"""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.limits import spend_for
from accounts.models import Announcement, User
from accounts.services import announce, record_act
from communities.markup import storable
from communities.models import Community
from discussions.models import Post, Thread
from discussions.permissions import may_approve
from discussions.services import approve_post, refuse_if_edited, set_status
from moderation.models import Appeal, BarrierReport, Decision, Report, Rule
from moderation.permissions import (
    is_in_force,
    may_appeal,
    may_decide,
    may_decide_appeal,
    may_handle_barriers,
    may_report,
)

Verb = Decision.Verb

NEW_STATUS = {
    Verb.HIDE: Post.Status.HIDDEN,
    Verb.RESTORE: Post.Status.PUBLISHED,
    Verb.PUBLISH: Post.Status.PUBLISHED,
}
VERBS_FOR_STATUS = {
    Post.Status.PUBLISHED: [Verb.HIDE],
    Post.Status.PENDING: [Verb.PUBLISH, Verb.HIDE],
    Post.Status.HIDDEN: [Verb.RESTORE],
}


@transaction.atomic
def report_post(
    post: Post, *, by: User | None, email: str, rule: str, text: str
) -> tuple[Report, bool]:
    """Report a post; says whether it is new. A person's second report of it changes nothing.

    Nobody has proven a visitor's address: only the same words once more are no new report.
    Raises ValidationError where they cannot read the post.
    """
    if not may_report(by or AnonymousUser(), post):
        raise ValidationError(_("This post cannot be reported."))
    spend_for(by, "report")
    values = {"rule": rule, "text": storable(text).strip()}
    if by is not None:
        report, is_new = Report.objects.get_or_create(
            post=post, reporter=by, decision=None, defaults=values
        )
    elif email and (same := _same_report(post, email, values)):
        report, is_new = same, False
    else:
        report, is_new = Report.objects.create(post=post, email=email, **values), True
    if is_new:
        record_act(report, by=by, act="report")
    return report, is_new


@transaction.atomic
def approve(post: Post, *, by: User, edition: int) -> Post:
    """Publish a newcomer's first post as it was read, unless somebody passed it to staff.

    Raises ValidationError where the person may not, it has other words by now, or somebody else
    was faster.
    """
    post = _locked(post)
    if post.reports.waiting().exists():
        raise ValidationError(_("This post was passed to staff, who decide about it."))
    return approve_post(post, by=by, edition=edition)


@transaction.atomic
def pass_to_staff(post: Post, *, by: User, text: str) -> Report:
    """Report a newcomer's post that waits, so that staff decide about it.

    Raises ValidationError where the person may not approve it themselves, or it is done already.
    """
    post = _locked(post)
    if not may_approve(by, post) or post.reports.waiting().exists():
        raise ValidationError(_("You cannot do this here at the moment."))
    spend_for(by, "desk")
    report = Report.objects.create(
        post=post, reporter=by, rule=Rule.OTHER, text=storable(text).strip()
    )
    record_act(report, by=by, act="pass to staff")
    return report


@transaction.atomic
def decide(
    post: Post,
    *,
    by: User,
    verb: str,
    rule: str,
    reason: str,
    last_seen: int | None = None,
    edition: int | None = None,
) -> Decision:
    """Write a decision, carry it out, and close the reports that wait with it.

    `last_seen` is the pk of the newest decision that the moderator had read, 0 for none, and
    `edition` that of the words they had read. Raises EditedMeanwhileError where these are others
    by now, ValidationError where they may not decide, or somebody else was faster.
    """
    post = _locked(post)
    if not may_decide(by, post):
        raise ValidationError(_("You cannot decide about this post."))
    _refuse_if_decided(post, verb, last_seen)
    if edition is not None:
        refuse_if_edited(post, edition)
    reason = storable(reason).strip()
    if not reason or (verb == Verb.HIDE and rule not in Rule.values):
        raise ValidationError(_("Name the rule that was broken, and give a reason."))
    decision = Decision.objects.create(
        post=post, by=by, verb=verb, rule=rule if verb == Verb.HIDE else "", reason=reason
    )
    if verb != Verb.LEAVE:
        decision.post = set_status(post, NEW_STATUS[Verb(verb)], by=by)
        announce(Announcement.Kind.DECISION, decision)
    post.reports.waiting().update(decision=decision)
    record_act(decision, by=by, act=verb)
    return decision


def open_verbs(post: Post) -> list[Decision.Verb]:
    """List what can be decided about a post as it is now."""
    verbs = list(VERBS_FOR_STATUS.get(Post.Status(post.status), []))
    if post.status != Post.Status.PENDING and post.reports.waiting().exists():
        verbs.append(Verb.LEAVE)
    return verbs


@transaction.atomic
def appeal(decision: Decision, *, by: User, text: str) -> Appeal:
    """Ask that another person looks at a decision again.

    Raises ValidationError where they may not, or have done so already.
    """
    _locked(decision.post)
    decision = Decision.objects.select_related("post").get(pk=decision.pk)
    if not may_appeal(by, decision):
        raise ValidationError(_("You cannot appeal against this decision."))
    spend_for(by, "appeal")
    made = Appeal.objects.create(decision=decision, by=by, text=storable(text).strip())
    record_act(made, by=by, act="appeal")
    return made


@transaction.atomic
def decide_appeal(appeal: Appeal, *, by: User, outcome: str, reason: str) -> Appeal:
    """Uphold a decision, or overturn it and show the post again.

    Raises ValidationError where they may not, or somebody else was faster.
    """
    # Two statements: a join in the locking one would show who decided as it was before the wait.
    Appeal.objects.select_for_update().get(pk=appeal.pk)
    appeals = Appeal.objects.select_related("decided_by", "decision__post__thread__community")
    appeal = appeals.get(pk=appeal.pk)
    if appeal.outcome:
        raise ValidationError(
            _("%(name)s has decided this appeal already: %(outcome)s.")
            % {"name": appeal.decided_by, "outcome": appeal.get_outcome_display()}
        )
    if not may_decide_appeal(by, appeal):
        raise ValidationError(_("Another person must decide this appeal."))
    if outcome == Appeal.Outcome.OVERTURNED and is_in_force(appeal.decision):
        decide(appeal.decision.post, by=by, verb=Verb.RESTORE, rule="", reason=reason)
    appeal.outcome, appeal.reason = outcome, storable(reason).strip()
    appeal.decided_by, appeal.decided_at = by, timezone.now()
    appeal.save(update_fields=["outcome", "reason", "decided_by", "decided_at"])
    record_act(appeal, by=by, act=f"appeal {outcome}")
    return appeal


@transaction.atomic
def report_barrier(
    *, by: User | None, where: str, problem: str, uses: str, email: str
) -> BarrierReport:
    """Note what kept somebody from using the site, for staff to mend."""
    spend_for(by, "barrier")
    made = BarrierReport.objects.create(
        where=storable(where).strip(),
        problem=storable(problem).strip(),
        uses=storable(uses).strip(),
        email=email,
    )
    record_act(made, by=by, act="report barrier")
    return made


@transaction.atomic
def handle_barrier(barrier: BarrierReport, *, by: User) -> BarrierReport:
    """Note that a barrier is dealt with, and forget the address of whoever reported it.

    Doing it twice changes nothing. Raises ValidationError where the person may not.
    """
    if not may_handle_barriers(by):
        raise ValidationError(_("You cannot decide what becomes of these reports."))
    barrier = BarrierReport.objects.select_for_update(of=("self",)).get(pk=barrier.pk)
    if barrier.handled_at is None:
        barrier.handled_at, barrier.handled_by, barrier.email = timezone.now(), by, ""
        barrier.save(update_fields=["handled_at", "handled_by", "email"])
        record_act(barrier, by=by, act="handle barrier")
    return barrier


def _same_report(post: Post, email: str, values: dict[str, str]) -> Report | None:
    waiting = post.reports.waiting().filter(reporter=None, email__iexact=email, **values)
    return waiting.first()


def _locked(post: Post) -> Post:
    Community.objects.select_for_update(of=("self",)).get(threads__posts=post.pk)
    Thread.objects.select_for_update().get(pk=post.thread_id)
    posts = Post.objects.select_for_update(of=("self",)).select_related("thread__community")
    return posts.get(pk=post.pk)


def _refuse_if_decided(post: Post, verb: str, last_seen: int | None) -> None:
    last = post.decisions.select_related("by").order_by("-pk").first()
    is_stale = last_seen is not None and last_seen != (last.pk if last else 0)
    if verb in open_verbs(post) and not is_stale:
        return
    if last is None:
        raise ValidationError(
            _("This cannot be done: the post is %(status)s.")
            % {"status": post.get_status_display()}
        )
    raise ValidationError(
        _("%(name)s has decided about this post already: %(verb)s.")
        % {"name": last.by, "verb": last.get_verb_display()}
    )
