"""The directory, joining and leaving, and what a member chooses or has read."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest, wants_fragment
from communities import services
from communities.forms import JoinForm, RulesReadForm
from communities.models import Community, Membership
from communities.permissions import may_join, membership_of

MOST_LISTED = 200


@login_not_required
@require_safe
def community_list(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:100]
    communities = Community.objects.visible_to(request.user).offered().select_related("area")
    if words:
        named = Q(name__icontains=words) | Q(description__icontains=words)
        communities = communities.filter(named | Q(area__name__icontains=words))
    listed = list(communities.defer("rules", "area__boundary").order_by("name")[:MOST_LISTED])
    mine = set()
    if request.user.is_authenticated:
        joined = Membership.objects.filter(user=request.user)
        mine = set(joined.values_list("community_id", flat=True))
    return render(
        request,
        "communities/community_list.html",
        {
            "words": words,
            "groups": [
                (_("Places"), [c for c in listed if c.kind == Community.Kind.AREA]),
                (_("Interests"), [c for c in listed if c.kind == Community.Kind.INTEREST]),
            ],
            "mine": mine,
            "found": len(listed),
            "section": "communities",
        },
    )


@require_http_methods(["GET", "POST"])
def community_join(request: SignedInRequest, slug: str) -> HttpResponse:
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=slug)
    if membership_of(request.user, community):
        return redirect(community)
    if not may_join(request.user, community):
        raise PermissionDenied
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.join_community(community, by=request.user, digest=form.cleaned_data["digest"])
        messages.success(
            request,
            _("Welcome to %(community)s. Say hello, or have a look round first.")
            % {"community": community.name},
        )
        return redirect(community)
    return render(
        request,
        "communities/community_join.html",
        {"community": community, "form": form, "section": "communities"},
    )


@require_http_methods(["GET", "POST"])
def community_leave(request: SignedInRequest, slug: str) -> HttpResponse:
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=slug)
    if request.method == "POST":
        services.leave_community(community, by=request.user)
        messages.success(
            request,
            _("You have left %(community)s. What you wrote there stays.")
            % {"community": community.name},
        )
        return redirect("communities:community-list")
    return render(
        request,
        "communities/community_leave.html",
        {"community": community, "section": "communities"},
    )


@require_http_methods(["GET", "POST"])
def community_order(request: SignedInRequest, slug: str) -> HttpResponse:
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=slug)
    if request.method == "GET":  # somebody comes back from the sign-in page
        return redirect(community)
    order = request.POST.get("order", "")
    if order not in Membership.Order.values:
        raise Http404
    if not membership_of(request.user, community):
        raise PermissionDenied
    services.order_threads(community, by=request.user, order=order)
    return redirect(community)


@require_http_methods(["GET", "POST"])
def rules_accept(request: SignedInRequest, slug: str) -> HttpResponse:
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=slug)
    if request.method == "GET":  # somebody comes back from the sign-in page
        return redirect(community)
    form = RulesReadForm(request.POST)
    if not form.is_valid():
        raise Http404
    if not membership_of(request.user, community):
        raise PermissionDenied
    version = form.cleaned_data["version"]
    is_present = services.accept_rules(community, by=request.user, version=version)
    back = request.POST.get("next", "")
    if wants_fragment(request):
        context = {"community": community, "is_read": is_present, "next": back}
        return render(request, "communities/_new_rules.html", context)
    if is_present:
        messages.success(request, _("Thank you for reading the rules."))
    else:
        messages.info(request, _("The rules have changed once more since. Please look again."))
    return redirect(back if url_has_allowed_host_and_scheme(back, None) else community)
