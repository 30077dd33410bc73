"""The staff desk: the admin site whose first page says what waits in every room."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts.models import Namesake, User
from communities.models import Proposal
from moderation import figures
from moderation.models import Appeal, BarrierReport
from notifications.models import Mail
from questions.models import Question
from townhall.state import findings, may_see_state

FAILURES_SHOWN = timedelta(days=7)
# In the order of the work; the tags lie with the discussions that they sort.
ROOMS = {
    "moderation": _("Moderation"),
    "questions": _("Questions"),
    "discussions": _("Discussions"),
    "communities": _("Places and communities"),
    "councillors": _("Councillors"),
    "accounts": _("People"),
    "notifications": _("Mail"),
    "records": _("Requests for data"),
}


@dataclass(frozen=True)
class Step:
    """Where the next thing of a kind is dealt with."""

    label: Any
    url_name: str
    query: str = ""

    @property
    def url(self) -> str:
        return reverse(self.url_name) + self.query


@dataclass(frozen=True)
class Work:
    """One kind of thing that waits for staff: whose task it is, where its list is, which rows."""

    title: Any
    permission: str
    url_name: str
    query: str
    rows: Callable[[User], QuerySet[Any]]
    since: str
    next_step: Step | None = None


class DeskSite(AdminSite):
    """The admin with the desk in front; signing in, with its limits, is the site's own."""

    enable_nav_sidebar = False
    site_title = site_header = index_title = _("Staff desk")

    def has_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.has_desk

    def index(self, request: Any, extra_context: Any = None) -> TemplateResponse:
        waiting = count_waiting(request.user)
        steps = [row["work"].next_step for row in waiting if not row["ages"].is_empty]
        context = {
            "waiting": waiting,
            "anything_waits": any(not row["ages"].is_empty for row in waiting),
            "next_steps": [step for step in steps if step],
            "state_url": reverse("admin:state") if may_see_state(request.user) else "",
            **(extra_context or {}),
        }
        return super().index(request, context)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        rooms = {app["app_label"]: app for app in super().get_app_list(request, app_label)}
        tags = rooms.get("taggit", {}).get("models", [])
        if "discussions" in rooms:
            rooms["discussions"]["models"] += tags
        return [rooms[room] | {"name": name} for room, name in ROOMS.items() if room in rooms]

    def get_urls(self) -> list[Any]:
        return [path("state/", self.admin_view(self.state), name="state"), *super().get_urls()]

    def state(self, request: Any) -> TemplateResponse:
        """Say whether the site works, for those who run it."""
        if not may_see_state(request.user):
            raise PermissionDenied
        found = findings(timezone.now())
        context = {
            **self.each_context(request),
            "title": _("State of the site"),
            "subjects": found,
            "to_look_at": sum(not one.is_fine for _subject, ones in found for one in ones),
        }
        return TemplateResponse(request, "admin/state.html", context)

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        desk = reverse("admin:index")
        if self.has_permission(request):
            return redirect(desk)
        if request.user.is_authenticated:
            raise PermissionDenied
        wanted = urlencode({"next": request.GET.get("next") or desk})
        return redirect(f"{reverse('account_login')}?{wanted}")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")


def count_waiting(viewer: User) -> list[dict[str, Any]]:
    """Count what waits by its age, for each kind of work that a person may do."""
    works = [work for work in WORK if viewer.has_perm(work.permission)]
    kinds = [(work.rows(viewer), work.since) for work in works]
    ages = figures.count_by_age(viewer, kinds, timezone.now())
    return [{"work": work, "ages": each} for work, each in zip(works, ages, strict=True)]


def held_first_posts(viewer: User) -> QuerySet[Any]:
    return figures.held_when_written(figures.held_posts(viewer))


def waiting_appeals(viewer: User) -> QuerySet[Appeal]:
    return figures.appeals_for(viewer).filter(outcome="")


def unread_questions(viewer: User) -> QuerySet[Question]:
    return Question.objects.visible_to(viewer).filter(state=Question.State.SUBMITTED)


def waiting_proposals(user: User) -> QuerySet[Any]:
    return Proposal.objects.filter(state=Proposal.State.WAITING)


def unseen_namesakes(viewer: User) -> QuerySet[Namesake]:
    return Namesake.objects.filter(seen_at=None)


def waiting_barriers(viewer: User) -> QuerySet[BarrierReport]:
    return figures.waiting_barriers()


def failing_mails(viewer: User) -> QuerySet[Mail]:
    """Pick mails that are being tried again, and those given up in the last week."""
    tried_again = Q(state__in=[Mail.State.READY, Mail.State.CLAIMED], attempts__gte=1)
    given_up = Q(
        state__in=[Mail.State.FAILED, Mail.State.UNKNOWN],
        created_at__gte=timezone.now() - FAILURES_SHOWN,
    )
    return Mail.objects.filter(tried_again | given_up)


# In the order in which it should be looked at.
WORK = (
    Work(
        title=_("Reports"),
        permission="moderation.decide_post",
        url_name="admin:moderation_report_changelist",
        query="",
        rows=figures.first_reports,
        since="created_at",
        next_step=Step(_("Decide the next report"), "admin:moderation_report_next"),
    ),
    Work(
        title=_("Held first posts"),
        permission="moderation.decide_post",
        url_name="admin:moderation_report_held",
        query="",
        rows=held_first_posts,
        since="created_at",
        next_step=Step(_("Read the next held post"), "admin:moderation_report_next", "?queue=held"),
    ),
    Work(
        title=_("Appeals"),
        permission="moderation.view_appeal",
        url_name="admin:moderation_appeal_changelist",
        query="",
        rows=waiting_appeals,
        since="created_at",
    ),
    Work(
        title=_("Questions to read"),
        permission="questions.open_question",
        url_name="admin:questions_question_changelist",
        query="?state__exact=submitted",
        rows=unread_questions,
        since="asked_at",
    ),
    Work(
        title=_("Proposed communities"),
        permission="communities.view_proposal",
        url_name="admin:communities_proposal_changelist",
        query="?state__exact=waiting",
        rows=waiting_proposals,
        since="proposed_at",
    ),
    Work(
        title=_("Namesakes of people in office"),
        permission="accounts.view_namesake",
        url_name="admin:accounts_namesake_changelist",
        query="",
        rows=unseen_namesakes,
        since="since",
    ),
    Work(
        title=_("Barriers"),
        permission="moderation.view_barrierreport",
        url_name="admin:moderation_barrierreport_changelist",
        query="",
        rows=waiting_barriers,
        since="created_at",
    ),
    Work(
        title=_("Mail failing"),
        permission="notifications.view_mail",
        url_name="admin:notifications_mail_changelist",
        query="?state__exact=failed",
        rows=failing_mails,
        since="created_at",
    ),
)
