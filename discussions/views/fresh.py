"""Pieces of a thread page that a script asks for while somebody reads it."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import wants_fragment
from discussions import reading, services
from discussions.models import POSTS_PER_PAGE, Post, Thread
from discussions.permissions import may_post
from discussions.views.finding import first_or_404, is_reading, post_number_in


@login_not_required
@require_safe
def thread_fresh(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell how many posts came after a number, or with `show` draw the first page of them."""
    viewer = request.user
    thread = first_or_404(reading.thread_to_answer(viewer, pk=pk))
    after = post_number_in(request.GET.get("after", ""))
    if after is None:
        raise Http404
    newer: list[Post] = []
    if thread.last_number > after:
        newer = reading.numbers_after(viewer, thread=pk, after=after)
    if not newer:
        return HttpResponse(status=204)
    if "show" not in request.GET:
        return render(request, "discussions/_fresh.html", {"count": len(newer)})
    last = newer[:POSTS_PER_PAGE][-1].number or after
    found = reading.posts_for_page(viewer, thread=pk, first=after + 1, last=last)
    context = {
        "thread": thread,
        "posts": [post for post in found if post.number],
        "may_post": may_post(viewer, thread),
        "may_thank": viewer.is_authenticated,
    }
    if viewer.is_authenticated and is_reading(request):
        services.mark_read(thread, by=viewer, number=last)
    return render(request, "discussions/_posts.html", context)


@login_not_required
@require_safe
@never_cache
def post_words(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the words of a post alone, to open them where another post answers them."""
    if not wants_fragment(request):
        return redirect("discussions:post-detail", pk)
    threads = Thread.objects.visible_to(request.user)
    numbered = Post.objects.filter(thread__in=threads, number__isnull=False)
    post = get_object_or_404(numbered.with_author().defer("search"), pk=pk)
    is_readable = Post.objects.visible_to(request.user).filter(pk=pk).exists()
    return render(request, "discussions/_words.html", {"post": post, "is_readable": is_readable})
