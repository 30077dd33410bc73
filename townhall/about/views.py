"""How the site works, its promises with live figures, and the form for a barrier."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.templatetags.charts import Chart, Series, months
from discussions.forms import MOST_TAGS
from moderation.figures import MOST_COUNTED, NEARLY_DUE, OVERDUE, Decided
from moderation.forms import BarrierForm
from moderation.models import Decision
from moderation.services import report_barrier
from questions.clock import WORKING_DAYS_TO_ANSWER
from questions.figures import Kept
from records.retention import promises as promises_of_retention
from townhall.about import pages, samples
from townhall.about.cookies import cookies
from townhall.about.figures import DAYS, FEWEST, Figures, figures, in_hundredths
from townhall.about.pages import GROUPS, AboutPage
from townhall.about.rules import EXPLAINED
from townhall.about.statement import WORKING_DAYS_TO_REPLY, read_results


@login_not_required
@require_safe
def this(request: HttpRequest) -> HttpResponse:
    return _render(request, "this", pages.THIS, {"working_days": WORKING_DAYS_TO_ANSWER})


@login_not_required
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    return _render(request, "rules", pages.RULES, {"explained": EXPLAINED, "hours": _hours()})


@login_not_required
@require_safe
def moderation(request: HttpRequest) -> HttpResponse:
    found = figures()
    context = {
        "explained": EXPLAINED,
        "hours": _hours(),
        "days": DAYS,
        "figures": found,
        "median": _median_in_words(found),
        "hidden": found.verbs.get(Decision.Verb.HIDE, 0),
        "left": found.verbs.get(Decision.Verb.LEAVE, 0),
        "decisions": sum(found.verbs.values()),
        "most_counted": MOST_COUNTED,
        "fewest": FEWEST,
    }
    return _render(request, "moderation", pages.MODERATION, context)


@login_not_required
@require_safe
def promises(request: HttpRequest) -> HttpResponse:
    found = figures()
    kept = found.answering.total
    decided = list(found.decided_by_month.values())
    reports = sum(month.reports for month in decided)
    within = sum(month.within_two_days for month in decided)
    within_day = sum(month.within_day for month in decided)
    context = {
        "working_days": WORKING_DAYS_TO_ANSWER,
        "hours": _hours(),
        "first_hours": NEARLY_DUE // timedelta(hours=1),
        "figures": found,
        "kept": kept,
        "kept_share": in_hundredths(kept.in_time, kept.due),
        "reports": reports,
        "most_counted": MOST_COUNTED,
        "within": within,
        "within_share": in_hundredths(within, reports),
        "within_day": within_day,
        "within_day_share": in_hundredths(within_day, reports),
        "fewest": FEWEST,
        "answers_chart": _chart_of_answers(found),
        "reports_chart": _chart_of_reports(found),
        "reply_days": WORKING_DAYS_TO_REPLY,
    }
    return _render(request, "promises", pages.PROMISES, context)


@login_not_required
@require_safe
def councillors(request: HttpRequest) -> HttpResponse:
    context = {"working_days": WORKING_DAYS_TO_ANSWER}
    return _render(request, "councillors", pages.COUNCILLORS, context)


@login_not_required
@require_safe
def ambassadors(request: HttpRequest) -> HttpResponse:
    return _render(request, "ambassadors", pages.AMBASSADORS, {"most_tags": MOST_TAGS})


@login_not_required
@require_safe
def pictures(request: HttpRequest) -> HttpResponse:
    return _render(request, "pictures", pages.PICTURES)


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    session = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    context = {
        "session_days": session.days,
        "draft_days": settings.RETENTION["drafts"],
        "periods": promises_of_retention(),
    }
    return _render(request, "privacy", pages.PRIVACY, context)


@login_not_required
@require_safe
def cookies_used(request: HttpRequest) -> HttpResponse:
    return _render(request, "cookies", pages.COOKIES, {"cookies": cookies()})


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    context = {"results": read_results(), "reply_days": WORKING_DAYS_TO_REPLY}
    return _render(request, "accessibility", pages.ACCESSIBILITY, context)


@login_not_required
@require_safe
def design(request: HttpRequest) -> HttpResponse:
    context = {
        **samples.samples(),
        "pairs": samples.pairs(),
        "icons": samples.icons(),
        "form": samples.SampleForm(auto_id="sample_%s"),
        "faulty": samples.SampleForm({}, auto_id="faulty_%s"),
        "section": "about",
    }
    return render(request, "townhall/about_design.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def barrier(request: HttpRequest) -> HttpResponse:
    by = request.user if isinstance(request.user, User) else None
    form = BarrierForm(request.POST or None, initial={"email": by.email if by else ""})
    if request.method == "POST" and form.is_valid():
        try:
            report_barrier(by=by, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("about-barrier-done")
    context = {"form": form, "reply_days": WORKING_DAYS_TO_REPLY}
    return _render(request, "barrier", pages.BARRIER, context)


@login_not_required
@require_safe
def barrier_done(request: HttpRequest) -> HttpResponse:
    context = {"reply_days": WORKING_DAYS_TO_REPLY}
    return _render(request, "barrier_done", pages.BARRIER, context)


def _render(
    request: HttpRequest, name: str, page: AboutPage, context: dict[str, Any] | None = None
) -> HttpResponse:
    shared = {"about": page, "about_groups": GROUPS, "section": "about"}
    return render(request, f"townhall/about_{name}.html", {**shared, **(context or {})})


def _hours() -> int:
    return OVERDUE // timedelta(hours=1)


def _median_in_words(found: Figures) -> str:
    """Say how long a decision took, "1 day, 3 hours"; nothing where there were too few."""
    median, now = found.decided.median, timezone.now()
    if median is None or found.decided.reports < FEWEST:
        return ""
    return timesince(now - median, now, depth=2)


def _chart_of_answers(found: Figures) -> Chart:
    by_month = found.answering.by_month
    kept = [by_month.get(month, Kept()) for month in found.months]
    series = [
        Series(_("Answered in time"), [month.in_time for month in kept], "done"),
        Series(_("Answered late, or overdue"), [month.not_in_time for month in kept], "wait"),
    ]
    title = _("Questions by the month in which they opened")
    return Chart("chart-answers", title, months(found.months), series)


def _chart_of_reports(found: Figures) -> Chart:
    decided = [found.decided_by_month.get(month, Decided()) for month in found.months]
    in_time = [month.within_two_days for month in decided]
    late = [month.reports - month.within_two_days for month in decided]
    series = [
        Series(_("Decided in %(hours)d hours") % {"hours": _hours()}, in_time, "done"),
        Series(_("Decided later"), late, "wait"),
    ]
    title = _("Reports by the month in which they were decided")
    return Chart("chart-reports", title, months(found.months), series)
