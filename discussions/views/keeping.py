"""What was done to look after a community, and what came of a thread."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from communities.forms import put_into_sent
from communities.models import Community
from communities.paging import newest_first
from discussions import services
from discussions.forms import OutcomeForm
from discussions.models import Act, OutcomeNote, Thread
from discussions.permissions import may_write_outcome

ACTS_PER_PAGE = 30


@login_not_required
@require_safe
def act_list(request: HttpRequest, slug: str) -> HttpResponse:
    visible = Community.objects.visible_to(request.user).defer("rules", "rules_html")
    community = get_object_or_404(visible, slug=slug)
    acts = Act.objects.visible_to(request.user).filter(community=community)
    after = request.GET.get("after", "")
    page = newest_first(acts.for_list(request.user), "at", after=after, size=ACTS_PER_PAGE)
    context = {
        "community": community,
        "page": page,
        "is_first_page": not after,
        "noindex": True,
        "section": "communities",
    }
    return render(request, "discussions/act_list.html", context)


@require_http_methods(["GET", "POST"])
def outcome_write(request: SignedInRequest, pk: int) -> HttpResponse:
    visible = Thread.objects.visible_to(request.user).select_related("community")
    thread = get_object_or_404(visible, pk=pk)
    if not may_write_outcome(request.user, thread):
        raise PermissionDenied
    outcome = _outcome_of(thread)
    initial = {"body": outcome.body, "seen": outcome.moment} if outcome else {}
    form = OutcomeForm(request.POST or None, author=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        writing = services.Writing(
            body=form.cleaned_data["body"], capacity=form.cleaned_data.get("capacity")
        )
        try:
            seen = form.cleaned_data["seen"]
            services.write_outcome(thread, by=request.user, writing=writing, seen=seen)
        except services.EditedMeanwhileError as error:
            outcome = _outcome_of(thread)
            put_into_sent(form, seen=outcome.moment if outcome else "")
            form.add_error(None, error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("It stands above the thread now."))
            return redirect(thread)
    context = {"thread": thread, "outcome": outcome, "form": form, "section": "communities"}
    return render(request, "discussions/outcome_write.html", context)


def _outcome_of(thread: Thread) -> OutcomeNote | None:
    return OutcomeNote.objects.filter(thread=thread).select_related("author").first()
