"""Threads: read one, start one, answer in one, follow one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from communities.models import Community
from communities.permissions import may_join, membership_of
from discussions import reading, services
from discussions.forms import PostForm, ThreadForm
from discussions.models import POSTS_PER_PAGE, Draft, Follow, Post, Thread
from discussions.permissions import Hindrance, Pace, Why, may_make_tags, offers_desk, pace_of
from discussions.views.composing import (
    Composer,
    begun_reply,
    begun_with,
    draft_read_with,
    forget_begun_elsewhere,
)
from discussions.views.finding import first_or_404, is_reading, number_in, post_number_in
from discussions.views.pictures import tray_of
from discussions.views.suggesting import go_instead, offered_instead


@require_http_methods(["GET", "POST"])
def thread_create(request: SignedInRequest, slug: str) -> HttpResponse:
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=slug)
    membership = membership_of(request.user, community)
    pace = pace_of(request.user, community, membership)
    door = _door(request, community, pace.hindrance)
    if door and request.method == "GET":
        return door
    draft = services.draft_for(community, by=request.user) if request.method == "GET" else None
    form = ThreadForm(
        request.POST or None,
        initial=begun_with(draft),
        author=request.user,
        offered=[tag.name for tag in reading.tags_used_in(request.user, community=community.pk)],
        makes_tags=may_make_tags(request.user, community),
        pictures=tray_of(request, draft=draft, why_none=pace.refusal),
    )
    composer = Composer(request, form, community, draft)
    if door:
        return composer.leave_for(door)
    if response := composer.respond() or go_instead(request, composer):
        return response
    seen, similar = request.POST.get("seen_similar", ""), []
    if composer.is_ready():
        given = form.cleaned_data
        if not seen and not services.was_submitted(request.user, given["submit_key"]):
            similar = offered_instead(request, community, given["title"], given["body"])
        if not similar and (thread := _start(request, community, form)):
            return redirect(thread)
    context = {
        "community": community,
        "has_new_rules": community.has_new_rules_for(membership),
        "similar": similar,
        "seen_similar": seen or ("yes" if similar else ""),
        "section": "communities",
    }
    return _composed(request, "discussions/thread_create.html", pace, composer, context)


def _start(request: SignedInRequest, community: Community, form: ThreadForm) -> Thread | None:
    """Start what was written; put on the form why that cannot be."""
    try:
        return services.start_thread(
            community,
            by=request.user,
            title=form.cleaned_data["title"],
            writing=_writing(form),
            tags=form.cleaned_data["all_tags"],
        )
    except ValidationError as error:
        form.add_error(None, error)
        return None


@login_not_required
@require_safe
def thread_detail(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    day = timezone.localdate()
    thread = first_or_404(reading.thread_for_page(request.user, pk=pk, day=day))
    if thread.is_question:
        return redirect("questions:question-detail", thread.pk, thread.slug)
    if slug != thread.slug:
        query = request.GET.urlencode()
        return redirect(f"{thread.get_absolute_url()}{'?' if query else ''}{query}")
    if "to" in request.GET:
        return redirect(_address_of_number(thread, request.GET["to"]))
    page = page_number(request, thread)
    context = {
        **posts_context(request, thread, page),
        "tags": reading.tags_read_with(thread),
        "ambassadors": reading.ambassadors_read_with(thread),
        "seats": reading.seats_read_with(thread),
        "section": "communities",
    }
    return render(request, "discussions/thread_detail.html", context)


def page_number(request: HttpRequest, thread: Thread) -> int:
    """Read `?page=` of a thread; raise 404 for what is no page of it."""
    typed = request.GET.get("page", "1")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 9 else 0
    if not 1 <= number <= thread.page_count:
        raise Http404
    return number


def _address_of_number(thread: Thread, typed: str) -> str:
    """Return where a post stands by its number, or the post that is nearest to it."""
    number = number_in(typed)
    if number is None:
        raise Http404
    number = max(1, min(number, thread.last_number))
    page = (number - 1) // POSTS_PER_PAGE + 1
    return f"{thread.get_absolute_url()}{f'?page={page}' if page > 1 else ''}#post-{number}"


def posts_context(request: HttpRequest, thread: Thread, page: int) -> dict[str, Any]:
    """Gather what a page of posts shows, and move the reader's mark to its last post.

    Needs a thread as `reading.thread_for_page` fetches it.
    """
    viewer = request.user
    first, last = (page - 1) * POSTS_PER_PAGE + 1, page * POSTS_PER_PAGE
    found = reading.posts_for_page(viewer, thread=thread.pk, first=first, last=last)
    posts = [post for post in found if post.number]
    last_read = getattr(thread, "last_read", None)
    numbers = [post.number or 0 for post in posts]
    unread = [number for number in numbers if last_read is not None and number > last_read]
    membership = membership_of(viewer, thread.community)
    pace = pace_of(viewer, thread, membership)
    context: dict[str, Any] = {
        "thread": thread,
        "posts": posts,
        "page": page,
        "pages": thread.page_count,
        "page_url_prefix": "?page=",
        "first_unread": unread[0] if unread else None,
        "unread_from": _unread_from(thread),
        "outcome": reading.outcome_read_with(thread),
        "related": reading.related_read_with(thread),
        "pace": pace,
        "may_post": pace.hindrance is None,
        "has_new_rules": thread.community.has_new_rules_for(membership),
        "offers_desk": offers_desk(viewer, thread.community, membership),
        "noindex": not thread.post_count,
        "may_join": not viewer.is_authenticated or may_join(viewer, thread.community),
    }
    if viewer.is_authenticated:
        context["held"] = [post for post in found if not post.number]
        context["may_thank"] = True
        form = None
        draft = context["draft"] = draft_read_with(thread)
        if context["may_post"]:
            tray = services.take_up_pictures(draft, by=viewer) if draft else None
            form = PostForm(author=viewer, initial=begun_with(draft), pictures=tray)
        context["form"] = form
        speaks_in_office = form is not None and "capacity" in form.fields
        context["offers_outcome"] = speaks_in_office and thread.author_id != viewer.pk
        if posts and is_reading(request) and (last_read or 0) < numbers[-1]:
            services.mark_read(thread, by=viewer, number=numbers[-1])
    return context


def _unread_from(thread: Any) -> int | None:
    """Return the number from which on the reader has not read; None where they have read all."""
    if thread.last_read is None or thread.last_read >= thread.last_number:
        return None
    number: int = thread.last_read + 1
    return number


@require_http_methods(["GET", "POST"])
def post_create(request: SignedInRequest, pk: int) -> HttpResponse:
    thread = first_or_404(reading.thread_to_answer(request.user, pk=pk))
    membership = membership_of(request.user, thread.community)
    pace = pace_of(request.user, thread, membership)
    door = _door(request, thread.community, pace.hindrance)
    if door and request.method == "GET":
        return door
    draft = draft_read_with(thread) if request.method == "GET" else None
    answered = _answered_post(request, thread, draft)
    begun = begun_reply(request, thread, draft, answered) if request.method == "GET" else None
    form = PostForm(
        request.POST or None,
        author=request.user,
        initial=begun_with(begun),
        pictures=tray_of(request, draft=begun, why_none=pace.refusal),
    )
    composer = Composer(request, form, thread, draft)
    if door:
        return composer.leave_for(door)
    if response := composer.respond():
        return response
    if composer.is_ready():
        try:
            post = services.reply(
                thread, by=request.user, writing=_writing(form), reply_to=answered
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            forget_begun_elsewhere(request, thread)
            if post.status == Post.Status.PENDING:
                messages.info(
                    request, _("Thank you. Staff or ambassadors read it before it appears.")
                )
            return redirect(post)
    context = {
        "thread": thread,
        "answered": answered,
        "has_new_rules": thread.community.has_new_rules_for(membership),
        "section": "communities",
    }
    return _composed(request, "discussions/post_create.html", pace, composer, context)


@require_http_methods(["GET", "POST"])
def thread_follow(request: SignedInRequest, pk: int) -> HttpResponse:
    thread = get_object_or_404(Thread.objects.visible_to(request.user), pk=pk)
    if request.method == "GET":  # somebody comes back from the sign-in page
        return redirect(thread)
    mode = request.POST.get("mode", "")
    if mode not in {"", *Follow.Mode.values}:
        raise Http404
    services.follow_thread(thread, by=request.user, mode=mode)
    told = {
        "": _("You no longer follow this thread."),
        "follow": _("We will tell you of every reply in this thread."),
        "mute": _("We will tell you nothing more of this thread."),
    }
    messages.success(request, told[mode])
    return redirect(thread)


def _door(
    request: SignedInRequest, community: Community, hindrance: Hindrance | None
) -> HttpResponse | None:
    """Lead a person who is no member to the door, if it is open to them; refuse who must not write.

    What was typed already is not refused here: the service says why, and the words are kept.
    """
    if hindrance is None or hindrance.will_pass:
        return None
    if hindrance.why == Why.JOIN and may_join(request.user, community):
        messages.info(request, _("Join this community first, then write."))
        return redirect("communities:community-join", community.slug)
    if request.method == "POST" and hindrance.why != Why.JOIN:
        return None
    raise PermissionDenied(hindrance.words)


def _composed(
    request: SignedInRequest, template: str, pace: Pace, composer: Composer, extra: dict[str, Any]
) -> HttpResponse:
    """Show the form, or only why it has to wait where nothing was typed yet."""
    context = {**extra, **composer.context(), "pace": pace}
    if pace.hindrance is not None and not composer.form.is_bound:
        context["form"] = None
    return render(request, template, context)


def _writing(form: PostForm) -> services.Writing:
    return services.Writing(
        body=form.cleaned_data["body"],
        capacity=form.cleaned_data.get("capacity"),
        submit_key=form.cleaned_data["submit_key"],
        pictures=form.cleaned_data["pictures"],
        meant=form.meant,
    )


def _answered_post(request: HttpRequest, thread: Thread, draft: Draft | None) -> Post | None:
    """Find the post that is answered: the one that was asked for, or the one of the draft."""
    number = post_number_in(request.POST.get("reply_to") or request.GET.get("to", ""))
    if number is None and draft:
        number = draft.answers
    if number is None:
        return None
    visible = Post.objects.each_visible_to(request.user).select_related("author")
    return visible.filter(thread=thread, number=number).order_by("number").first()
