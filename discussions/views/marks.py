"""What a reader does for themselves: keep a post, ignore somebody, throw a draft away."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from discussions import reading, services
from discussions.forms import NoteForm
from discussions.models import Bookmark, Ignore, Post
from discussions.permissions import may_bookmark, may_ignore
from discussions.views.finding import LONGEST_NUMBER


@require_safe
def post_more(request: SignedInRequest, pk: int) -> HttpResponse:
    """Offer what does not stand beside every post."""
    return _render_more(request, _readable_post(request, pk))


@require_http_methods(["GET", "POST"])
def post_keep(request: SignedInRequest, pk: int) -> HttpResponse:
    if request.method == "GET":  # somebody comes back from the sign-in page
        return redirect("discussions:post-more", pk)
    if "remove" in request.POST:
        services.drop_post(pk, by=request.user)
        messages.success(request, _("You no longer keep this post."))
        return redirect(f"{reverse('mine')}?show=bookmarked")
    post = _readable_post(request, pk)
    if not may_bookmark(request.user, post):
        raise PermissionDenied
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _render_more(request, post, form)
    services.keep_post(post, by=request.user, note=form.cleaned_data["note"])
    messages.success(request, _("You keep this post. It is in your list."))
    return redirect(post)


@require_http_methods(["GET", "POST"])
def person_ignore(request: SignedInRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User.objects.with_public_page(), pk=pk)
    if request.method == "GET":  # somebody comes back from the sign-in page
        return redirect(person)
    name = {"name": person.public_name}
    if request.POST.get("ignore") == "no":
        services.stop_ignoring(person, by=request.user)
        messages.success(request, _("You read %(name)s again.") % name)
        return _back_from_ignoring(request)
    if not may_ignore(request.user, person):
        raise PermissionDenied
    services.ignore_person(person, by=request.user)
    messages.success(request, _("You ignore %(name)s. Only you see a difference.") % name)
    return _back_from_ignoring(request)


@require_safe
def ignored_list(request: SignedInRequest) -> HttpResponse:
    context = {
        "ignored": reading.ignored_by(request.user, user=request.user.pk),
        "section": "place",
    }
    return render(request, "discussions/ignored_list.html", context)


@require_http_methods(["GET", "POST"])
def draft_throw_away(request: SignedInRequest, pk: int) -> HttpResponse:
    if request.method == "POST" and services.discard_draft_by_pk(pk, by=request.user):
        messages.success(request, _("We threw it away."))
    return redirect(f"{reverse('mine')}?show=drafts")


def _back_from_ignoring(request: SignedInRequest) -> HttpResponse:
    """Lead back to the post that somebody came from, else to the list of the ignored."""
    came_from = request.POST.get("post", "")
    if came_from.isascii() and came_from.isdigit() and len(came_from) <= LONGEST_NUMBER:
        return redirect("discussions:post-detail", int(came_from))
    return redirect("discussions:ignored-list")


def _readable_post(request: SignedInRequest, pk: int) -> Post:
    posts = Post.objects.visible_to(request.user).filter(number__isnull=False)
    return get_object_or_404(posts.with_author().select_related("thread"), pk=pk)


def _render_more(request: HttpRequest, post: Post, form: NoteForm | None = None) -> HttpResponse:
    kept = Bookmark.objects.filter(user=request.user.pk, post=post).first()
    context = {
        "post": post,
        "kept": kept,
        "form": form or NoteForm(initial={"note": kept.note if kept else ""}),
        "may_bookmark": may_bookmark(request.user, post),
        "may_ignore": may_ignore(request.user, post.author),
        "is_ignored": Ignore.objects.filter(user=request.user.pk, ignored=post.author).exists(),
        "section": "communities",
    }
    return render(request, "discussions/post_more.html", context)
