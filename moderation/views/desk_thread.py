"""The desk of one thread: pin, lock, tag, slow down, move."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from accounts.views import refuse_sent
from communities.models import Community, Viewer
from discussions import reading as discussions_reading
from discussions import services
from discussions.forms import TagsForm
from discussions.models import Act, OutcomeNote, Thread
from discussions.permissions import (
    may_lock,
    may_pin,
    may_slow,
    may_tag,
    may_unlock,
    may_write_outcome,
)
from moderation.forms import LockForm, MoveForm, PaceForm
from moderation.permissions import communities_to_move_to
from moderation.views.desk import kept_or_403

MAX_TARGETS = 500
# What can be done with a thread only when another act is done already.
ALREADY = {"pin": "unpin", "unpin": "pin", "lock": "unlock", "unlock": "lock"}
Save = Callable[[dict[str, Any]], None]


@require_http_methods(["GET", "POST"])
def desk_thread(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    community = kept_or_403(request, slug)
    visible = Thread.objects.visible_to(request.user).select_related("community")
    thread = get_object_or_404(visible, pk=pk)
    if thread.community_id != community.pk:  # it was moved
        return redirect("moderation:desk-thread", thread.community.slug, thread.pk)
    act = request.POST.get("act", "")
    acts = _acts(request, thread, act)
    if request.method == "POST":
        if ALREADY.get(act) in acts:  # sent twice, or somebody else was faster
            page = reverse("moderation:desk-thread", args=[community.slug, thread.pk])
            if Act.objects.filter(thread=thread, kind=act, by=request.user).exists():
                return redirect(page)
            return refuse_sent(request, _("Somebody else was faster."), page)
        if act not in acts:
            raise Http404
        if done := _carry_out(request, thread, *acts[act]):
            return done
    context = {
        "community": community,
        "thread": thread,
        "forms": {name: form for name, (form, _save) in acts.items()},
        "may_write_outcome": may_write_outcome(request.user, thread),
        "outcome": OutcomeNote.objects.filter(thread=thread).first(),
        "is_own_lock": thread.is_locked and thread.author_id == request.user.pk,
        "is_kept_shut": thread.is_locked and bool(acts) and "unlock" not in acts,
        "section": "communities",
    }
    return render(request, "moderation/desk_thread.html", context)


def _acts(
    request: SignedInRequest, thread: Thread, chosen: str
) -> dict[str, tuple[forms.Form, Save]]:
    """List what may be done with a thread: each with its form, filled in where it was chosen."""
    by, acts = request.user, {}

    def offer(name: str, form: Callable[..., forms.Form], save: Save) -> None:
        data = request.POST if request.method == "POST" and chosen == name else None
        acts[name] = form(data, prefix=None, auto_id=f"id_{name}_%s"), save

    if may_pin(by, thread):
        pinned = not thread.is_pinned
        offer(
            "pin" if pinned else "unpin",
            forms.Form,
            lambda _data: services.pin_thread(thread, pinned, by=by),
        )
    if may_unlock(by, thread) if thread.is_locked else may_lock(by, thread):
        locked = not thread.is_locked
        offer(
            "lock" if locked else "unlock",
            LockForm,
            lambda data: services.lock_thread(thread, locked, by=by, **data),
        )
    if may_tag(by, thread):
        offer(
            "tag",
            lambda *data, **how: _tags_form(request, thread, *data, **how),
            lambda data: services.set_tags(thread, data["all_tags"], by=by),
        )
    if may_slow(by, thread):
        offer(
            "slow",
            lambda *data, **how: PaceForm(*data, thread=thread, **how),
            lambda data: services.set_pace(thread, by=by, **data),
        )
    if targets := _targets_for(by, thread):
        offer(
            "move",
            lambda *data, **how: MoveForm(*data, targets=targets, **how),
            lambda data: services.move_thread(thread, by=by, **data),
        )
    return acts


def _tags_form(request: SignedInRequest, thread: Thread, *data: Any, **how: Any) -> TagsForm:
    used = discussions_reading.tags_used_in(request.user, community=thread.community_id)
    own = sorted(thread.tags.names())
    offered = sorted({*own, *(tag.name for tag in used)})
    initial = {"tags": own}
    return TagsForm(*data, offered=offered, makes_tags=True, initial=initial, **how)


def _carry_out(
    request: SignedInRequest, thread: Thread, form: forms.Form, save: Save
) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        save(form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return None
    messages.success(request, _("Done. Everybody can read that it was you."))
    community = Community.objects.get(threads=thread.pk)
    return redirect("moderation:desk-thread", community.slug, thread.pk)


def _targets_for(viewer: Viewer, thread: Thread) -> list[Community]:
    """List where a person may move a thread to."""
    found = communities_to_move_to(viewer, thread).order_by("name")
    return list(found.only("name", "slug")[:MAX_TARGETS])
