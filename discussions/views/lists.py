"""A community's forum, the threads of a tag, and what a person wrote."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from taggit.models import Tag

from accounts.models import User
from communities.paging import newest_first, page_of, read_token
from communities.permissions import may_join, membership_of
from discussions import reading
from discussions.models import POSTS_PER_PAGE, Post, Thread
from discussions.permissions import (
    may_write,
    offers_desk,
)
from discussions.views.finding import first_or_404, listening


@login_not_required
@require_safe
def community_detail(request: HttpRequest, slug: str) -> HttpResponse:
    viewer = request.user
    community = first_or_404(reading.community_named(viewer, slug=slug, day=timezone.localdate()))
    after = request.GET.get("after", "")
    found = reading.threads_in(viewer, community=community.pk, **read_token(after))
    membership = membership_of(viewer, community)
    return render(
        request,
        "discussions/community_detail.html",
        {
            "community": community,
            "pinned": [] if after else reading.pinned_in(viewer, community=community.pk),
            "page": page_of(found, "last_post_at", reading.THREADS_PER_PAGE),
            "is_first_page": not after,
            "membership": membership,
            "may_join": may_join(viewer, community),
            "may_start": may_write(viewer, community, membership),
            "offers_desk": offers_desk(viewer, community, membership),
            "officers": reading.officers_read_with(community),
            "noindex": community.archived_at is not None or not community.thread_count,
            "section": "communities",
            **listening(viewer, community, reading.ambassadors_read_with(community)),
        },
    )


@login_not_required
@require_safe
def tag_detail(request: HttpRequest, slug: str) -> HttpResponse:
    tag = get_object_or_404(Tag, slug=slug)
    threads = Thread.objects.visible_to(request.user).published().tagged(slug).for_list()
    after = request.GET.get("after", "")
    page = newest_first(
        threads.with_last_read(request.user),
        "last_post_at",
        after=after,
        size=reading.THREADS_PER_PAGE,
    )
    return render(
        request,
        "discussions/tag_detail.html",
        {
            "tag": tag,
            "page": page,
            "is_first_page": not after,
            "section": "communities",
            "noindex": not page.rows,
        },
    )


@login_not_required
@require_safe
def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    posts = Post.objects.visible_to(request.user).published().filter(author=person)
    posts = posts.select_related("thread", "thread__community", "capacity", "capacity__body")
    after = request.GET.get("after", "")
    page = newest_first(
        posts.defer("html", "search"), "published_at", after=after, size=POSTS_PER_PAGE
    )
    return render(
        request,
        "discussions/person_detail.html",
        {
            "person": person,
            "page": page,
            "is_first_page": not after,
            "section": "communities",
            "noindex": not page.rows or person.closed_at is not None,
        },
    )
