"""Proposing a community, and what became of one's proposals."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from communities import services
from communities.forms import ProposalForm
from communities.models import Area, Community, Proposal, Viewer
from communities.paging import newest_first
from communities.permissions import may_propose

PROPOSALS_PER_PAGE = 20
MOST_SIMILAR = 5
SHORTEST_WORD, MOST_WORDS = 4, 6


@require_http_methods(["GET", "POST"])
def proposal_create(request: SignedInRequest) -> HttpResponse:
    if not may_propose(request.user):
        raise PermissionDenied
    form = ProposalForm(request.POST or None)
    similar: list[Community] = []
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        if not request.POST.get("looked"):
            similar = list(_similar(request.user, asked["name"], asked["area"]))
        if not similar:
            try:
                services.propose_community(by=request.user, **asked)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(
                    request, _("Thank you. Staff read it, and what they say appears here.")
                )
                return redirect("communities:proposal-list")
    waiting = Proposal.objects.filter(proposer=request.user, state=Proposal.State.WAITING)
    context = {
        "form": form,
        "similar": similar,
        "is_full": waiting.count() >= services.MOST_WAITING,
        "most_waiting": services.MOST_WAITING,
        "section": "communities",
    }
    return render(request, "communities/proposal_create.html", context)


@require_safe
def proposal_list(request: SignedInRequest) -> HttpResponse:
    own = Proposal.objects.filter(proposer=request.user).select_related("community", "area")
    after = request.GET.get("after", "")
    page = newest_first(
        own.defer("area__boundary", "area__outline"),
        "proposed_at",
        after=after,
        size=PROPOSALS_PER_PAGE,
    )
    context = {"page": page, "is_first_page": not after, "section": "communities"}
    return render(request, "communities/proposal_list.html", context)


def _similar(viewer: Viewer, name: str, area: Area | None) -> QuerySet[Community]:
    """Find communities that a proposal may be about already: of the place, or called alike."""
    words = [word for word in name.split() if len(word) >= SHORTEST_WORD][:MOST_WORDS]
    alike = Q(name__iexact=name)
    for word in words:
        alike |= Q(name__icontains=word) | Q(description__icontains=word)
    if area is not None:
        alike |= Q(area=area)
    current = Community.objects.visible_to(viewer).offered()
    return current.filter(alike).defer("rules", "rules_html").order_by("name")[:MOST_SIMILAR]
