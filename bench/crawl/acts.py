"""What people do, each act sent as its form is: nothing of it is kept afterwards."""

from typing import NamedTuple
from uuid import uuid4

from django.urls import reverse

from bench.cast import AMBASSADOR, COUNCILLOR, MEMBER, PASSWORD
from bench.crawl.addresses import COMMUNITY, LONGEST, things, typed
from communities.models import Area, Community, Membership
from councillors.models import Councillor
from discussions.models import Post, Thread
from moderation.models import Appeal, BarrierReport, Report

NAMED = "@Member 2, did you see it? " * 4 + "@Member 77 and @Member 99999 and @Nobody at all."


class Act(NamedTuple):
    """A form that somebody sends."""

    viewer: str
    path: str
    fields: dict[str, str]


def all_acts() -> list[Act]:
    """List what can be done, with what makes it dear where people can make it so."""
    return [*_writing(), *_small_acts(), *_own(), *_keeping(), *_staff()]


def _writing() -> list[Act]:
    reply = reverse("discussions:post-create", args=[LONGEST])
    new = reverse("discussions:thread-create", args=[COMMUNITY])
    seat = Councillor.objects.get(person__slug=f"councillor-{COUNCILLOR - 99}")
    ask = reverse("questions:question-ask", args=[seat.person.slug])
    question = {"to": f"seat-{seat.pk}", "text": "Why?", "submit_key": str(uuid4())}
    words = typed()
    return [
        Act("member", reply, _written("I saw it too.")),
        Act("member", reply, _written(NAMED)),
        Act("member", reply, _written(" ".join(words * 8)[:9_000])),
        Act("collector", reply, _written("So did I.")),
        Act("member", new, {**_written("Something new."), **_titled("Something")}),
        Act("member", new, {**_written("Something new."), "title": words[4][:150]}),
        Act("member", new, {**_written(NAMED), **_titled("Named")}),
        Act("member", ask, {**question, "title": words[4][:120]}),
    ]


def _written(body: str) -> dict[str, str]:
    return {"body": body, "submit_key": str(uuid4())}


def _titled(title: str) -> dict[str, str]:
    return {"title": title, "seen_similar": "yes"}


def _small_acts() -> list[Act]:
    other = Post.objects.published().filter(thread=LONGEST).exclude(author=MEMBER)
    post = other.order_by("-number")[0].pk
    own = Post.objects.published().filter(author=MEMBER).order_by("-pk")[0].pk
    question = things()["question"]
    return [
        Act("member", reverse("discussions:thread-follow", args=[LONGEST]), {"mode": "follow"}),
        Act("member", reverse("discussions:thread-follow", args=[LONGEST]), {"mode": "mute"}),
        Act("member", reverse("discussions:post-thank", args=[post]), {"thank": "1"}),
        Act("member", reverse("discussions:post-keep", args=[post]), {"note": "For later"}),
        Act("member", reverse("discussions:person-ignore", args=[50]), {"ignore": "1"}),
        Act("member", reverse("discussions:post-withdraw", args=[own]), {}),
        Act("member", reverse("questions:question-want", args=[question]), {}),
        Act("visitor", reverse("moderation:report-create", args=[post]), {"rule": "spam"}),
        Act("member", reverse("moderation:report-create", args=[post]), {"rule": "spam"}),
    ]


def _own() -> list[Act]:
    barrier = {"where": "The map", "problem": "It does not open."}
    sign_up = {"email": "new@bench.example", "password1": f"{PASSWORD} 2", "public_name": "New"}
    profile = {"public_name": "Other name", "language": "en-gb"}
    joined = {"rules": "on", "digest": "never"}
    acts = [
        Act("visitor", reverse("about-barrier"), barrier),
        Act("visitor", reverse("account_signup"), sign_up),
        Act("visitor", reverse("account_reset_password"), {"email": "member9@bench.example"}),
        Act("collector", reverse("notifications:settings"), {"language": "cy"}),
        Act("collector", reverse("notifications:notifications-mark-read"), {}),
    ]
    for viewer in ("member", "collector"):
        acts += [
            Act(viewer, reverse("communities:community-leave", args=[COMMUNITY]), {}),
            Act(viewer, reverse("records:data-download"), {"password": PASSWORD}),
            Act(viewer, reverse("accounts:profile-edit"), profile),
            Act(viewer, reverse("records:account-close"), {"password": PASSWORD, "sure": "on"}),
        ]
    acts.append(Act("member", reverse("communities:community-join", args=["ward-9"]), joined))
    return acts


def _keeping() -> list[Act]:
    fields = {"reason": "As was said.", "minutes": "5"}
    named = ("pin", "lock", "slow", "tag", "move")
    own = Membership.objects.filter(user=AMBASSADOR, role=Membership.Role.AMBASSADOR)[0].community
    other = Community.objects.offered().exclude(pk=own.pk).order_by("-pk")[0]
    acts = []
    for viewer in ("ambassador", "moderator"):
        thread = Thread.objects.published().filter(community=own).order_by("pk")[0]
        desk = reverse("moderation:desk-thread", args=[own.slug, thread.pk])
        acts += [Act(viewer, desk, {**fields, "act": act, "to": str(other.pk)}) for act in named]
    return acts


def _staff() -> list[Act]:
    report = Report.objects.waiting().order_by("pk")[0]
    decide = reverse("admin:moderation_report_decide", args=[report.post_id])
    decision = {"rule": "spam", "reason": "It is an advertisement.", "last_seen": "0"}
    decision |= {"edition": str(report.post.edition)}
    appeal, barrier = Appeal.objects.latest("pk"), BarrierReport.objects.latest("pk")
    outcome = {"outcome": "upheld", "reason": "Looked at again."}
    ward = Area.objects.filter(kind="ward")[0]
    return [
        *(Act("moderator", decide, {**decision, "verb": verb}) for verb in ("hide", "leave")),
        Act("moderator", decide, {**decision, "verb": "hide", "_next": "1"}),
        Act("admin", reverse("admin:moderation_appeal_change", args=[appeal.pk]), outcome),
        Act("moderator", reverse("admin:moderation_barrierreport_change", args=[barrier.pk]), {}),
        Act(
            "admin",
            reverse("admin:communities_area_change", args=[ward.pk]),
            {"code": ward.code, "name": "Other", "kind": "ward", "parent": str(ward.parent_id)},
        ),
        *_actions(),
    ]


def _actions() -> list[Act]:
    """List the actions above the lists: on one row, as the box of one is ticked."""
    threads, mails = (
        reverse("admin:discussions_thread_changelist"),
        reverse("admin:notifications_mail_changelist"),
    )
    ticked = {"_selected_action": str(LONGEST)}
    return [
        *(Act("moderator", threads, {**ticked, "action": name}) for name in ("lock", "pin")),
        Act("admin", mails, {**ticked, "action": "send_again"}),
    ]
