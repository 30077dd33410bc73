"""One post: where it stands, and thanks for it."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from discussions import services
from discussions.models import Post, Thread
from discussions.permissions import may_thank


@login_not_required
@require_safe
def post_detail(request: HttpRequest, pk: int) -> HttpResponse:
    visible = Post.objects.filter(thread__in=Thread.objects.visible_to(request.user))
    post = get_object_or_404(visible.select_related("thread"), pk=pk)
    if post.number is None and not Post.objects.visible_to(request.user).filter(pk=pk).exists():
        raise Http404
    thread = post.thread
    name = "questions:question-detail" if thread.is_question else "discussions:thread-detail"
    address = reverse(name, args=[thread.pk, thread.slug])
    if post.number is None:
        return redirect(f"{address}?page={thread.page_count}#held-{post.pk}")
    query = f"?page={post.page}" if post.page > 1 else ""
    return redirect(f"{address}{query}#post-{post.number}")


@require_http_methods(["GET", "POST"])
def post_thank(request: SignedInRequest, pk: int) -> HttpResponse:
    post = get_object_or_404(Post.objects.visible_to(request.user), pk=pk)
    if request.method == "GET":  # somebody comes back from the sign-in page
        return redirect(post)
    if not may_thank(request.user, post):
        raise PermissionDenied
    services.thank(post, by=request.user)
    return redirect(post)
