"""Other wordings of a post, what changed, and taking it back."""

from itertools import pairwise

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from communities.forms import put_into_sent
from communities.models import Viewer
from discussions import services
from discussions.forms import EditForm
from discussions.models import Post, PostRevision
from discussions.permissions import hold_reason_again, may_edit, may_withdraw
from discussions.views.composing import Composer, begun_with
from discussions.views.pictures import tray_of

WORDINGS_PER_PAGE = 8


@require_http_methods(["GET", "POST"])
def post_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    post = _own_post(request, pk)
    may_change = may_edit(request.user, post)
    if not may_change and request.method == "GET":
        messages.info(request, _why_not(post))
        if services.draft_for(post, by=request.user):
            messages.info(request, _link_to_drafts())
        return redirect(post)
    draft = services.draft_for(post, by=request.user) if request.method == "GET" else None
    form = EditForm(
        request.POST or None,
        post=post,
        has_title=services.is_first(post),
        pictures=tray_of(request, post, draft, why_none="" if may_change else _why_not(post)),
        initial=begun_with(draft),
    )
    composer = Composer(request, form, post, draft)
    if response := composer.respond():
        return response
    present = None
    if composer.is_ready():
        try:
            reworded = _reword(request, post, form)
            if reworded.status == Post.Status.PENDING:
                messages.info(request, _("Thank you. Your new words are read before they appear."))
            return redirect(reworded)
        except services.EditedMeanwhileError:
            present = _own_post(request, pk)
            put_into_sent(form, edition=present.edition)
        except ValidationError as error:
            form.add_error(None, error)
    context = {
        "post": post,
        "thread": post.thread,
        "present": present,
        "is_held_again": hold_reason_again(post) != "",
        "section": "communities",
    }
    return render(request, "discussions/post_edit.html", {**context, **composer.context()})


def _reword(request: SignedInRequest, post: Post, form: EditForm) -> Post:
    words = form.cleaned_data
    return services.edit_post(
        post,
        by=request.user,
        title=words.get("title", ""),
        body=words["body"],
        edition=words["edition"],
        pictures=words["pictures"],
        meant=form.meant,
    )


def _link_to_drafts() -> SafeString:
    address = f"{reverse('mine')}?show=drafts"
    return format_html(
        '<a href="{}">{}</a>', address, _("What you began to write here is among your drafts.")
    )


def _why_not(post: Post) -> str:
    if post.thread.is_locked:
        return _("This thread is locked, so its posts stay as they are.")
    return _("This post can no longer be changed. You can still take it back.")


@require_http_methods(["GET", "POST"])
def post_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    post = _own_post(request, pk)
    if post.status == Post.Status.WITHDRAWN:  # sent twice
        return redirect(post)
    if not may_withdraw(request.user, post):
        raise PermissionDenied
    if request.method == "POST":
        _take_back(request, post)
        return redirect(post)
    context = {"post": post, "thread": post.thread, "section": "communities"}
    return render(request, "discussions/post_withdraw.html", context)


def _take_back(request: SignedInRequest, post: Post) -> None:
    try:
        services.withdraw_post(post, by=request.user)
    except ValidationError as error:
        post.refresh_from_db(fields=["status"])
        if post.status == Post.Status.WITHDRAWN:  # sent twice at once
            return
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("You took your post back."))


@login_not_required
@require_safe
def post_history(request: HttpRequest, pk: int) -> HttpResponse:
    post = get_object_or_404(_posts(request.user), pk=pk)
    wordings = _wordings(post, request.GET.get("before", ""))
    # Each is shown as what it changed in the one before it, which the next page begins with.
    changes = list(pairwise(wordings))[:WORDINGS_PER_PAGE]
    has_more = len(wordings) > WORDINGS_PER_PAGE
    context = {
        "post": post,
        "thread": post.thread,
        "changes": changes,
        "original": None if has_more else wordings[-1],
        "next": wordings[-1].edition + 1 if has_more else None,
        "noindex": True,
        "section": "communities",
    }
    return render(request, "discussions/post_history.html", context)


def _wordings(post: Post, before: str) -> list[PostRevision]:
    """Return a page of wordings and one more, newest first; the present one is not a row."""
    if before and not (before.isascii() and before.isdigit() and len(before) < 6):
        raise Http404
    newest = int(before) - 1 if before else post.edition
    earlier = post.revisions.filter(edition__lte=newest).order_by("-edition")
    wordings = list(earlier[: WORDINGS_PER_PAGE + 1])
    if newest >= post.edition:
        title = post.thread.title if services.is_first(post) else ""
        words = {"title": title, "body": post.body, "html": post.html}
        at = post.edited_at or post.created_at
        wordings.insert(0, PostRevision(edition=post.edition, written_at=at, **words))
    if not wordings:
        raise Http404
    return wordings[: WORDINGS_PER_PAGE + 1]


def _own_post(request: SignedInRequest, pk: int) -> Post:
    post = get_object_or_404(_posts(request.user), pk=pk)
    if post.author_id != request.user.pk:
        raise PermissionDenied
    return post


def _posts(viewer: Viewer) -> QuerySet[Post]:
    posts = Post.objects.visible_to(viewer).select_related("author", "thread__community")
    return posts.defer("search", "thread__community__rules_html")
