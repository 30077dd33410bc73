"""What is offered while somebody writes: people to name, and threads about the same thing."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from communities.markup import LONGEST_NAME, storable
from communities.models import Community
from discussions import reading, services
from discussions.models import Thread
from discussions.permissions import may_post, may_start_thread
from discussions.services.drafts import LONGEST_TITLE
from discussions.similar import similar_threads
from discussions.views.composing import Composer
from discussions.views.finding import first_or_404, number_in


@require_safe
def thread_people(request: SignedInRequest, pk: int) -> HttpResponse:
    thread = first_or_404(reading.thread_to_answer(request.user, pk=pk))
    if not may_post(request.user, thread):
        raise PermissionDenied
    return people_to_name(request, community=thread.community_id, thread=thread.pk)


@require_safe
def community_people(request: SignedInRequest, slug: str) -> HttpResponse:
    return people_to_name(request, community=_community(request, slug).pk)


@require_safe
def thread_similar(request: SignedInRequest, slug: str) -> HttpResponse:
    community = _community(request, slug)
    similar = offered_instead(request, community, request.GET.get("title", ""))
    if not similar:
        return HttpResponse(status=204)
    context = {"similar": similar, "is_fragment": True}
    return render(request, "discussions/_similar.html", context)


def offered_instead(
    request: HttpRequest, community: Community, title: str, body: str = ""
) -> list[Thread]:
    """Find the threads that may be what somebody means to start."""
    title = storable(title)[:LONGEST_TITLE]
    return similar_threads(request.user, community=community.pk, title=title, body=body)


def go_instead(request: SignedInRequest, composer: Composer) -> HttpResponse | None:
    """Lead to the thread that somebody chose instead of a new one, their words kept."""
    if "go" not in request.POST or not isinstance(composer.place, Community):
        return None
    threads = Thread.objects.visible_to(request.user).select_related("community")
    thread = get_object_or_404(threads, pk=number_in(request.POST["go"]))
    try:
        composer.keep()
    except ValidationError as error:
        composer.form.add_error(None, error)
        return None
    back = format_html(
        '<a href="{}">{}</a>', request.path, _("Go back to the thread that you began")
    )
    kept = format_html("{} {}", _("Your words are kept as a draft."), back)
    if may_post(request.user, thread):
        address = reverse("discussions:post-create", args=[thread.pk])
        use = format_html('<a href="{}?words=new">{}</a>', address, _("Use them in a reply here"))
        kept = format_html("{} · {}", kept, use)
    messages.success(request, kept)
    return redirect(thread)


def people_to_name(
    request: SignedInRequest, *, community: int, thread: int | None = None
) -> HttpResponse:
    """Suggest people of a community, or who wrote in a thread, whose names begin as is asked."""
    beginning = storable(request.GET.get("q", ""))[:LONGEST_NAME]
    people = services.suggest_people(request.user, beginning, community=community, thread=thread)
    return JsonResponse({"names": [person.public_name for person in people]})


def _community(request: SignedInRequest, slug: str) -> Community:
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=slug)
    if not may_start_thread(request.user, community):
        raise PermissionDenied
    return community
