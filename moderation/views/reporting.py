"""Reporting a post, the public log, and what an author reads about a decision."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from communities.models import Community
from communities.paging import newest_first
from discussions.models import Post, Thread
from moderation import services
from moderation.forms import AppealForm, ReportForm
from moderation.models import Appeal, Decision
from moderation.permissions import may_appeal, may_read_decision, may_report

DECISIONS_PER_PAGE = 30


@login_not_required
@require_http_methods(["GET", "POST"])
def report_create(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = request.user
    post = get_object_or_404(_readable_posts(request), pk=pk)
    if not may_report(viewer, post):
        raise PermissionDenied(_("Staff know of this post already: it is not on show."))
    form = ReportForm(request.POST or None, signed_in=viewer.is_authenticated)
    if request.method == "POST" and form.is_valid():
        try:
            is_new = _report(request, post, form)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            # To a visitor it would tell what somebody else has reported under that address.
            if not is_new and viewer.is_authenticated:
                messages.info(
                    request, _("You have reported this post before. Staff have it; thank you.")
                )
            return redirect("moderation:report-done", post.pk)
    return render(request, "moderation/report_create.html", {"post": post, "form": form})


@login_not_required
@require_safe
def report_done(request: HttpRequest, pk: int) -> HttpResponse:
    posts = Post.objects.filter(thread__in=Thread.objects.visible_to(request.user))
    post = get_object_or_404(posts.select_related("thread").defer("html", "search"), pk=pk)
    return render(request, "moderation/report_done.html", {"thread": post.thread})


@login_not_required
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    communities = Community.objects.visible_to(request.user)
    decisions = (
        Decision.objects.exclude(verb=Decision.Verb.LEAVE)
        .filter(post__thread__community__in=communities)
        .only("verb", "rule", "at")
        .annotate(
            community=F("post__thread__community__name"),
            slug=F("post__thread__community__slug"),
        )
    )
    after = request.GET.get("after", "")
    page = newest_first(decisions, "at", after=after, size=DECISIONS_PER_PAGE)
    return render(request, "moderation/log.html", {"page": page, "is_first_page": not after})


@require_safe
def decision_detail(request: HttpRequest, pk: int) -> HttpResponse:
    decision = _decision_or_404(request, pk)
    context = {
        "decision": decision,
        "post": decision.post,
        "is_author": decision.post.author_id == request.user.pk,
        "may_appeal": may_appeal(request.user, decision),
        "appeal": Appeal.objects.filter(decision=decision).first(),
    }
    return render(request, "moderation/decision_detail.html", context)


@require_http_methods(["GET", "POST"])
def appeal_create(request: SignedInRequest, pk: int) -> HttpResponse:
    decision = _decision_or_404(request, pk)
    if not may_appeal(request.user, decision):
        raise PermissionDenied(
            _("There is nothing to appeal against here, or you have done so already.")
        )
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.appeal(decision, by=request.user, text=form.cleaned_data["text"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, _("We have your appeal. Somebody else will look at it within two days.")
            )
            return redirect(decision)
    return render(request, "moderation/appeal_create.html", {"decision": decision, "form": form})


def _readable_posts(request: HttpRequest) -> QuerySet[Post]:
    posts = Post.objects.visible_to(request.user).with_author()
    return posts.select_related("thread__community", "author", "capacity__body").defer("search")


def _report(request: HttpRequest, post: Post, form: ReportForm) -> bool:
    _made, is_new = services.report_post(
        post,
        by=request.user if request.user.is_authenticated else None,
        email=form.cleaned_data.get("email", ""),
        rule=form.cleaned_data["rule"],
        text=form.cleaned_data["text"],
    )
    return is_new


def _decision_or_404(request: HttpRequest, pk: int) -> Decision:
    decisions = Decision.objects.select_related("post__thread__community").defer("post__search")
    decision = get_object_or_404(decisions, pk=pk)
    if not may_read_decision(request.user, decision):
        raise Http404
    return decision
