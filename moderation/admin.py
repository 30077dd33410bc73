"""The moderators' desk: reports, held posts, decisions and appeals, and barriers to mend.

Everything is decided through services; nothing is added, changed or deleted row by row.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.admin import AuditEntryAdmin, ReadOnlyAdmin, signed_in
from accounts.models import AuditEntry, User
from accounts.requests import SignedInRequest
from accounts.views import refuse_sent
from communities.forms import put_into_sent
from discussions.models import Post
from discussions.services import EditedMeanwhileError
from moderation import figures, services
from moderation.forms import AppealDecisionForm, DecisionForm
from moderation.models import Appeal, BarrierReport, Decision, Report, Rule
from moderation.permissions import (
    may_decide,
    may_decide_appeal,
    may_handle_barriers,
    moderated_communities,
)

NEIGHBOURS = 2
HELD_PER_PAGE = 30


class StateFilter(admin.SimpleListFilter):
    """Shows what waits, unless something else is asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("decided", _("Decided")), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        waiting, *others = super().choices(changelist)
        return [{**waiting, "display": _("Waiting")}, *others]


class ReportStateFilter(StateFilter):
    def queryset(self, request: HttpRequest, queryset: QuerySet[Report]) -> QuerySet[Report]:
        picked = {"decided": Q(decision__isnull=False), "all": Q()}
        state = picked.get(self.value() or "", Q(decision=None))
        return figures.gravest_of_each_post(queryset.filter(state), Report.objects.filter(state))


class RuleFilter(admin.ChoicesFieldListFilter):
    """Picks a rule by its gravity, which the indexes of the queue begin with."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Report]) -> QuerySet[Report]:
        if self.lookup_val is None:
            return queryset
        rules = [rule for rule in self.lookup_val if rule in Rule.values]
        return queryset.filter(gravity__in=list(map(Rule.values.index, rules)))


class AppealStateFilter(StateFilter):
    def queryset(self, request: HttpRequest, queryset: QuerySet[Appeal]) -> QuerySet[Appeal]:
        if self.value() == "decided":
            return queryset.exclude(outcome="")
        return queryset if self.value() == "all" else queryset.filter(outcome="")


class BarrierStateFilter(StateFilter):
    def queryset(
        self, request: HttpRequest, queryset: QuerySet[BarrierReport]
    ) -> QuerySet[BarrierReport]:
        if self.value() == "decided":
            return queryset.filter(handled_at__isnull=False)
        return queryset if self.value() == "all" else queryset.filter(handled_at=None)


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """The queue: one line for each reported post, gravest first, then oldest."""

    list_display = ["rule", "words", "author", "community", "reports", "state"]
    list_display_links = None
    list_filter = [ReportStateFilter, ("rule", RuleFilter)]
    when_empty = _("No report waits. Whatever somebody reports appears here at once.")
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        reports = figures.reports_for(request.user)
        return reports.select_related("post__author", "post__thread__community", "decision").defer(
            "post__html", "post__search"
        )

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        first = [F("decision").asc(nulls_first=True)] if request.GET.get("state") == "all" else []
        return (*first, "gravity", "created_at")

    @admin.display(description=_("words of the post"))
    def words(self, report: Report) -> str:
        url = reverse("admin:moderation_report_decide", args=[report.post_id])
        return format_html('<a href="{}">{}</a>', url, report.post.excerpt)

    @admin.display(description=_("author"))
    def author(self, report: Report) -> str:
        return report.post.author.public_name

    @admin.display(description=_("community"))
    def community(self, report: Report) -> str:
        return report.post.thread.community.name

    @admin.display(description=_("reports"))
    def reports(self, report: Any) -> str:
        count = report.same_post
        return ngettext("%(count)d report", "%(count)d reports", count) % {"count": count}

    @admin.display(description=_("decision"))
    def state(self, report: Report) -> str:
        if report.decision:
            return report.decision.get_verb_display()
        waiting = gettext("waiting %(time)s") % {"time": timesince(report.created_at, depth=1)}
        if timezone.now() - report.created_at < figures.OVERDUE:
            return waiting
        return format_html('<strong class="late">{}, {}</strong>', waiting, gettext("overdue"))

    def change_view(self, request: HttpRequest, object_id: str, *args: Any) -> HttpResponse:
        report = self.get_object(request, object_id)
        if report is None:
            raise Http404
        return redirect("admin:moderation_report_decide", report.post_id)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("held/", wrap(self.held_view), name="moderation_report_held"),
            path("next/", wrap(self.next_view), name="moderation_report_next"),
            path("post/<int:pk>/", wrap(self.decide_view), name="moderation_report_decide"),
            *super().get_urls(),
        ]

    def held_view(self, request: SignedInRequest) -> HttpResponse:
        """List the posts that wait to appear, oldest first."""
        _require(request, "moderation.decide_post")
        posts = figures.held_posts(request.user)
        if request.GET.get("all") != "1":
            posts = figures.held_when_written(posts)
        posts = posts.select_related("author", "thread__community").defer("html", "search")
        page = Paginator(posts.order_by("created_at", "pk"), HELD_PER_PAGE).get_page(
            request.GET.get("p")
        )
        return self._render(request, "held", {"title": gettext("Held posts"), "page": page})

    def next_view(self, request: SignedInRequest) -> HttpResponse:
        """Lead to what should be decided next."""
        _require(request, "moderation.decide_post")
        return redirect(_next_url(request))

    def decide_view(self, request: SignedInRequest, pk: int) -> HttpResponse:
        """Show a post in its thread with all that is known of it, and take the decision."""
        _require(request, "moderation.decide_post")
        post = get_object_or_404(_posts_to_decide(request), pk=pk)
        last = post.decisions.order_by("-pk").first()
        form = DecisionForm(
            request.POST or None,
            verbs=services.open_verbs(post),
            initial={"last_seen": last.pk if last else 0, "edition": post.edition},
        )
        if request.method == "POST" and form.is_valid():
            try:
                return self._decide(request, post, form)
            except EditedMeanwhileError as error:
                post = get_object_or_404(_posts_to_decide(request), pk=pk)
                form.add_error(None, error)
                put_into_sent(form, edition=post.edition)
        context = {
            "title": gettext("Decide about a post"),
            "form": form,
            "may_decide": may_decide(request.user, post),
            **_around(post, request.user),
        }
        return self._render(request, "decide", context)

    def _decide(self, request: SignedInRequest, post: Post, form: DecisionForm) -> HttpResponse:
        """Take a decision; raises EditedMeanwhileError where its words are to be read again."""
        try:
            decision = services.decide(post, by=request.user, **form.cleaned_data)
        except EditedMeanwhileError:
            raise
        except ValidationError as error:
            return refuse_sent(request, error, request.get_full_path())
        done = gettext("Your decision is recorded: %(verb)s.")
        messages.success(request, done % {"verb": decision.get_verb_display()})
        return redirect(_next_url(request) if "_next" in request.POST else request.get_full_path())

    def _render(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/moderation/report/{name}.html", context)


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """What was decided, newest first; the database lets nobody change it."""

    list_display = ["at", "verb", "rule", "by", "community", "reason"]
    list_filter = ["verb", "rule"]
    when_empty = _("Nothing has been decided yet.")
    list_per_page = 50
    ordering = ["-at", "-pk"]
    fields = ["post", "verb", "rule", "reason", "by", "at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decision]:
        decisions = figures.decisions_for(request.user)
        return decisions.select_related("by", "post__thread__community").defer(
            "post__html", "post__search"
        )

    @admin.display(description=_("community"))
    def community(self, decision: Decision) -> str:
        return decision.post.thread.community.name


@admin.register(Appeal)
class AppealAdmin(ReadOnlyAdmin):
    """Appeals, oldest first; decided by another person than the decision."""

    list_display = ["created_at", "text", "by", "community", "outcome", "decided_by"]
    list_filter = [AppealStateFilter]
    when_empty = _("No appeal waits. An author whose post was hidden may ask for a second look.")
    list_per_page = 50
    ordering = ["created_at", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appeal]:
        appeals = figures.appeals_for(request.user)
        return appeals.select_related(
            "by", "decided_by", "decision__by", "decision__post__thread__community"
        ).defer("decision__post__search")

    @admin.display(description=_("community"))
    def community(self, appeal: Appeal) -> str:
        return appeal.decision.post.thread.community.name

    def change_view(self, request: HttpRequest, object_id: str, *args: Any) -> HttpResponse:
        """Show an appeal with the decision and the post, and take the outcome."""
        _require(request, "moderation.view_appeal")
        appeal = self.get_object(request, object_id)
        if appeal is None:
            raise Http404
        form = AppealDecisionForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                services.decide_appeal(appeal, by=signed_in(request), **form.cleaned_data)
            except ValidationError as error:
                return refuse_sent(request, error, request.path)
            messages.success(request, gettext("The appeal is decided."))
            return redirect("admin:moderation_appeal_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Decide an appeal"),
            "appeal": appeal,
            "form": form,
            "may_decide": may_decide_appeal(request.user, appeal),
        }
        return TemplateResponse(request, "admin/moderation/appeal/decide.html", context)


@admin.register(BarrierReport)
class BarrierReportAdmin(ReadOnlyAdmin):
    """What keeps people from using the site, oldest first; read here, mended elsewhere."""

    list_display = ["created_at", "where", "uses", "handled_at", "handled_by"]
    list_display_links = ["where"]
    list_filter = [BarrierStateFilter]
    when_empty = _("No barrier waits. What keeps somebody from using the site comes here.")
    list_select_related = ["handled_by"]
    list_per_page = 50
    ordering = ["created_at", "pk"]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any) -> HttpResponse:
        """Show a report, and note that it is dealt with."""
        _require(request, "moderation.view_barrierreport")
        barrier = self.get_object(request, object_id)
        if barrier is None:
            raise Http404
        if request.method == "POST":
            try:
                services.handle_barrier(barrier, by=signed_in(request))
            except ValidationError as error:
                raise PermissionDenied from error
            messages.success(request, gettext("Noted: this barrier is dealt with."))
            return redirect("admin:moderation_barrierreport_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("A barrier that somebody met"),
            "barrier": barrier,
            "may_handle": may_handle_barriers(request.user),
        }
        return TemplateResponse(request, "admin/moderation/barrierreport/handle.html", context)


admin.site.unregister(AuditEntry)


@admin.register(AuditEntry)
class OthersAuditEntryAdmin(AuditEntryAdmin):
    """The audit trail, without who reported the posts of whoever reads it."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        about_reader = Report.objects.filter(
            post__author=signed_in(request), pk=OuterRef("subject_id")
        )
        return super().get_queryset(request).exclude(Q(subject_kind="report"), Exists(about_reader))


def _require(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _posts_to_decide(request: HttpRequest) -> QuerySet[Post]:
    posts = Post.objects.filter(thread__community__in=moderated_communities(request.user))
    return posts.with_author().select_related("thread__community", "capacity__body").defer("search")


def _around(post: Post, reader: User) -> dict[str, Any]:
    """Gather a post's neighbours and decisions, and its reports unless it is the reader's own."""
    reports = post.reports.exclude(post__author=reader).order_by("-pk")
    numbered = post.thread.posts.exclude(pk=post.pk).with_author().defer("search")
    if post.number is None:
        before, after = numbered.filter(number__isnull=False), numbered.none()
    else:
        before = numbered.filter(number__lt=post.number)
        after = numbered.filter(number__gt=post.number)
    return {
        "post": post,
        "before": list(before.order_by("-number")[:NEIGHBOURS])[::-1],
        "after": list(after.order_by("number")[:NEIGHBOURS]),
        "reports": reports.select_related("reporter", "decision"),
        "decisions": post.decisions.select_related("by").order_by("-pk"),
    }


def _next_url(request: HttpRequest) -> str:
    """Find what to decide next in the queue that the moderator came from."""
    is_held = request.GET.get("queue") == "held"
    find = figures.next_held if is_held else figures.next_reported
    post = find(request.user)
    if post is None:
        messages.info(request, gettext("Nothing more waits in this list."))
        return reverse("admin:index")
    url = reverse("admin:moderation_report_decide", args=[post.pk])
    return f"{url}?queue=held" if is_held else url
