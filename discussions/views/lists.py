"""A community's forum, the threads of a tag, and what a person wrote."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import recent_name_changes
from communities.models import Community, Membership, Viewer
from communities.paging import Page, newest_first, page_of, read_token
from communities.permissions import may_join, membership_of
from councillors.models import Capacity
from discussions import listing, reading
from discussions.figures import activity_in
from discussions.models import POSTS_PER_PAGE, Ignore, Post, PostQuerySet, Thread
from discussions.permissions import may_ignore, may_write, offers_desk
from discussions.views.finding import first_or_404

SHOWN = ("", "discussions", "questions", "unanswered")
REST = "r"  # before a token of what somebody has read already


@login_not_required
@require_safe
def community_detail(request: HttpRequest, slug: str) -> HttpResponse:
    viewer = request.user
    community = first_or_404(reading.community_named(viewer, slug=slug, day=timezone.localdate()))
    membership = membership_of(viewer, community)
    chosen = _chosen(request)
    after = request.GET.get("after", "")
    order = membership.thread_order if membership else Membership.Order.LATEST
    return render(
        request,
        "discussions/community_detail.html",
        {
            "community": community,
            "page": _page_of_threads(viewer, community, membership, chosen, after),
            "pinned": _pinned(viewer, community, membership) if not after and not chosen else [],
            "is_first_page": not after,
            "query": urlencode(
                {key: getattr(value, "slug", value) for key, value in chosen.items()}
            ),
            "chosen": chosen,
            "order": order,
            "activity": activity_in(community.pk),
            "membership": membership,
            "has_new_rules": community.has_new_rules_for(membership),
            "may_join": may_join(viewer, community) and not community.is_for_questions,
            "may_start": may_write(viewer, community, membership),
            "offers_desk": offers_desk(viewer, community, membership),
            "ambassadors": reading.ambassadors_read_with(community),
            "seats": reading.seats_read_with(community),
            "officers": reading.officers_read_with(community),
            "noindex": bool(community.archived_at or not community.thread_count or chosen),
            "section": "communities",
        },
    )


def _chosen(request: HttpRequest) -> dict[str, Any]:
    """Read which threads somebody wants to see; raise 404 for what nobody can choose."""
    show, tag = request.GET.get("show", ""), request.GET.get("tag", "")
    if show not in SHOWN:
        raise Http404
    chosen: dict[str, Any] = {"show": show} if show else {}
    if tag:
        chosen["tag"] = get_object_or_404(listing.tags_visible_to(request.user), slug=tag)
    return chosen


def _since(membership: Membership | None) -> dict[str, datetime]:
    """Return from when on a member's unread posts are counted; nothing for others."""
    return {"since": timezone.now() - listing.UNREAD_FOR} if membership else {}


def _pinned(viewer: Viewer, community: Community, membership: Membership | None) -> list[Thread]:
    return listing.pinned_in(viewer, community=community.pk, **_since(membership))


def _page_of_threads(
    viewer: Viewer,
    community: Community,
    membership: Membership | None,
    chosen: dict[str, Any],
    after: str,
) -> Page:
    since, start = _since(membership), read_token(after)
    if chosen:
        tag = chosen["tag"].pk if "tag" in chosen else None
        found = listing.threads_chosen(
            viewer,
            community=community.pk,
            show=chosen.get("show", ""),
            tag=tag,
            since=since.get("since"),
            **start,
        )
    elif membership and membership.thread_order == Membership.Order.UNREAD:
        return _unread_first(viewer, community, since, after)
    else:
        found = listing.threads_in(viewer, community=community.pk, **since, **start)
    return page_of(found, "last_post_at", listing.THREADS_PER_PAGE)


def _unread_first(
    viewer: Viewer, community: Community, since: dict[str, datetime], after: str
) -> Page:
    """Page through what somebody has not read, and when that is done through all the rest."""
    size, unread = listing.THREADS_PER_PAGE, []
    is_rest = after.startswith(REST)
    start = read_token(after.removeprefix(REST))
    if not is_rest:
        unread = listing.unread_in(viewer, community=community.pk, **since, **start)
        if len(unread) > size:
            return page_of(unread, "last_post_at", size)
    rest = listing.others_in(viewer, community=community.pk, **since, **(start if is_rest else {}))
    page = page_of([*unread, *rest], "last_post_at", size)
    ends_in_rest = page.next and len(unread) < size
    return Page(page.rows, f"{REST}{page.next}") if ends_in_rest else page


@login_not_required
@require_safe
def community_tags(request: HttpRequest, slug: str) -> HttpResponse:
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=slug)
    context = {
        "community": community,
        "tags": listing.tags_counted_in(request.user, community=community.pk),
        "section": "communities",
    }
    return render(request, "discussions/community_tags.html", context)


@login_not_required
@require_safe
def tag_detail(request: HttpRequest, slug: str) -> HttpResponse:
    tag = get_object_or_404(listing.tags_visible_to(request.user), slug=slug)
    threads = Thread.objects.visible_to(request.user).published().tagged(slug).for_list()
    after = request.GET.get("after", "")
    page = newest_first(
        threads.with_last_read(request.user),
        "last_post_at",
        after=after,
        size=listing.THREADS_PER_PAGE,
    )
    return render(
        request,
        "discussions/tag_detail.html",
        {
            "tag": tag,
            "page": page,
            "is_first_page": not after,
            "has_feed": any(thread.community.is_public for thread in page.rows),
            "section": "communities",
            "noindex": not page.rows,
        },
    )


@login_not_required
@require_safe
def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = request.user
    person = get_object_or_404(User.objects.with_public_page(), pk=pk)
    offices = reading.offices_of(viewer, user=person.pk)
    spoken_as = request.GET.get("as", "")
    posts = _spoken_as(Post.objects.visible_to(viewer).published(), offices, spoken_as)
    posts = posts.filter(author=person).select_related("thread__community", "capacity__body")
    after = request.GET.get("after", "")
    page = newest_first(
        posts.defer("html", "search"), "published_at", after=after, size=POSTS_PER_PAGE
    )
    ignored = Ignore.objects.filter(user=viewer.pk, ignored=person)
    return render(
        request,
        "discussions/person_detail.html",
        {
            "person": person,
            "name_changes": recent_name_changes(person, days=settings.RENAME_SHOWN_DAYS),
            "offices": offices,
            "spoken_as": spoken_as,
            "page": page,
            "is_first_page": not after,
            "query": urlencode({"as": spoken_as}) if spoken_as else "",
            "may_ignore": may_ignore(viewer, person),
            "is_ignored": viewer.is_authenticated and ignored.exists(),
            "section": "communities",
            "noindex": not page.rows or person.closed_at is not None or bool(spoken_as),
        },
    )


def _spoken_as(posts: PostQuerySet, offices: list[Capacity], spoken_as: str) -> PostQuerySet:
    """Pick what somebody said in one office, or in none; raise 404 for an office of others."""
    if not spoken_as:
        return posts
    if spoken_as == "resident":
        return posts.filter(capacity=None)
    for office in offices:
        if str(office.pk) == spoken_as:
            return posts.filter(capacity=office)
    raise Http404
