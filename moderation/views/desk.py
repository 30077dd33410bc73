"""The ambassadors' desk: what waits, who came, and what is set for a community."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from accounts.views import refuse_sent
from communities import services as communities
from communities.forms import DescriptionForm, LinksForm, RulesForm
from communities.models import Community, Membership
from communities.paging import newest_first
from communities.permissions import may_keep_community, may_moderate, may_see_desk
from discussions import services as discussions
from discussions.views.finding import post_number_in
from moderation import reading, services
from moderation.forms import PassForm

NEWCOMERS_PER_PAGE = 20


@dataclass(frozen=True)
class Setting:
    """One thing that is kept for a community: its words, its form, its service, its value now."""

    label: Any
    done: Any
    form: type[forms.Form]
    save: Callable[..., None]
    now: Callable[[Community], dict[str, Any]]


SETTINGS = {
    "description": Setting(
        _("Description and posts a day"),
        _("The description is kept."),
        DescriptionForm,
        discussions.keep_description,
        lambda at: {"description": at.description, "posts_per_day": at.posts_per_day},
    ),
    "rules": Setting(
        _("Rules"),
        _("The rules are kept, and members are shown the new text."),
        RulesForm,
        discussions.keep_rules,
        lambda at: {"rules": at.rules},
    ),
    "links": Setting(
        _("Local links"),
        _("The links are kept."),
        LinksForm,
        discussions.keep_links,
        lambda at: {"links": [(link.title, link.url) for link in at.links.all()]},
    ),
}


DONE = {
    "approve": _("The post is published."),
    "pass": _("Staff have it now. Thank you."),
}


@require_safe
def desk(request: SignedInRequest, slug: str) -> HttpResponse:
    community = kept_or_403(request, slug)
    viewer = request.user
    page = newest_first(
        reading.newcomers(community, viewer),
        "joined_at",
        after=request.GET.get("after", ""),
        size=NEWCOMERS_PER_PAGE,
    )
    posts = reading.first_posts_of(page.rows)
    context = {
        "community": community,
        "held": reading.held_first_posts(community)[: reading.MOST_HELD],
        "page": page,
        "newcomers": [(each, posts.get(each.first_post)) for each in page.rows],
        "is_first_page": not request.GET.get("after"),
        "threads": reading.threads_of_desk(community, viewer),
        "acts": reading.latest_acts(community, viewer),
        "settings": SETTINGS,
        "may_keep": may_keep_community(viewer, community),
        "may_moderate": may_moderate(viewer, community),
        "section": "communities",
    }
    return render(request, "moderation/desk.html", context)


@require_http_methods(["GET", "POST"])
def desk_held(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    community = kept_or_403(request, slug)
    post = reading.held_first_posts(community).filter(pk=pk).first()
    if post is None and request.method == "GET":  # somebody else was faster
        return redirect("moderation:desk", community.slug)
    act = request.POST.get("act", "")
    if post is None or (request.method == "POST" and act not in {"approve", "pass"}):
        raise Http404
    form = PassForm(request.POST if act == "pass" else None)
    if act == "approve" or form.is_valid():
        try:
            if act == "approve":
                read = post_number_in(request.POST.get("edition", ""))
                services.approve(post, by=request.user, edition=read or 0)
            else:
                services.pass_to_staff(post, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            return refuse_sent(request, error, reverse("moderation:desk", args=[community.slug]))
        messages.success(request, DONE[act])
        return redirect("moderation:desk", community.slug)
    context = {"community": community, "post": post, "form": form, "section": "communities"}
    return render(request, "moderation/desk_held.html", context)


@require_http_methods(["GET", "POST"])
def desk_welcome(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    community = kept_or_403(request, slug)
    if request.method == "POST":
        members = Membership.objects.filter(community=community).select_related("community")
        membership = get_object_or_404(members, user=pk)
        try:
            communities.welcome(membership, by=request.user)
            messages.success(request, gettext("Noted. Thank you for saying hello."))
        except ValidationError as error:
            messages.error(request, error.messages[0])
    return redirect("moderation:desk", community.slug)


@require_http_methods(["GET", "POST"])
def desk_settings(request: SignedInRequest, slug: str, what: str) -> HttpResponse:
    setting = SETTINGS.get(what)
    if setting is None:
        raise Http404
    community = kept_or_403(request, slug)
    if not may_keep_community(request.user, community):
        raise PermissionDenied
    form = setting.form(request.POST or None, initial=setting.now(community))
    if request.method == "POST" and form.is_valid() and _is_set(request, community, setting, form):
        messages.success(request, setting.done)
        return redirect("moderation:desk", community.slug)
    now = setting.now(community)
    context = {
        "community": community,
        "form": form,
        "setting": setting,
        "seen": _mark_of(now),
        "present": setting.form(initial=now) if _is_outdated(request, now) else None,
        "section": "communities",
    }
    return render(request, "moderation/desk_settings.html", context)


@transaction.atomic
def _is_set(
    request: SignedInRequest, community: Community, setting: Setting, form: forms.Form
) -> bool:
    """Set what was typed, unless it would write over what somebody else has set meanwhile."""
    community = Community.objects.select_for_update(of=("self",)).get(pk=community.pk)
    if _is_outdated(request, setting.now(community)):
        form.add_error(None, _("Somebody else changed this since you began. Look at both."))
        return False
    try:
        setting.save(community, by=request.user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _is_outdated(request: HttpRequest, values: dict[str, Any]) -> bool:
    return request.POST.get("seen") not in {None, _mark_of(values)}


def _mark_of(values: dict[str, Any]) -> str:
    """Return what tells the values of a setting from others."""
    return sha256(json.dumps(values).encode()).hexdigest()[:32]


def kept_or_403(request: HttpRequest, slug: str) -> Community:
    """Return a community whose desk a person may see; raise 404 or refuse."""
    visible = Community.objects.visible_to(request.user).select_related("area")
    community = get_object_or_404(visible.defer("area__boundary"), slug=slug)
    if not may_see_desk(request.user, community):
        raise PermissionDenied(_("Only those who look after this community work here."))
    return community
