"""Atom feeds of what everybody may read."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from taggit.models import Tag

from accounts.addresses import address_of
from communities.markup import storable
from communities.models import Community
from discussions.listing import tags_visible_to
from discussions.models import Post, Thread
from discussions.reading import newest_posts_in, newest_posts_of, newest_posts_tagged


def _readable(texts: dict[str, Any]) -> dict[str, Any]:
    """Leave out the signs that no XML may have, which older rows hold."""
    return {name: storable(text) if isinstance(text, str) else text for name, text in texts.items()}


class MarkedFeed(Atom1Feed):
    """Says of each entry in which language it was written."""

    def __init__(self, **texts: Any) -> None:
        super().__init__(**_readable(texts))

    def add_item(self, **texts: Any) -> None:  # type: ignore[override]  # Django names each
        super().add_item(**_readable(texts))

    def item_attributes(self, item: dict[str, Any]) -> dict[str, Any]:
        attributes: dict[str, Any] = super().item_attributes(item)
        return {**attributes, "xml:lang": item["spoken"]} if item["spoken"] else attributes


class PostsFeed(Feed):
    """Posts that everybody may read, newest first.

    The address of a post is its name for ever: it stays whatever becomes of the title.
    """

    feed_type = MarkedFeed

    def item_title(self, post: Post) -> str:
        if post.number == 1:
            return post.thread.title
        return _("Reply in: %(title)s") % {"title": post.thread.title}

    def item_description(self, post: Post) -> str:
        # A feed reader knows nothing of the page that an address begins at.
        return post.html.replace('="/', f'="{settings.SITE_URL}/')

    def item_author_name(self, post: Post) -> str:
        return post.author.public_name

    def item_pubdate(self, post: Post) -> datetime | None:
        return post.published_at

    def item_updateddate(self, post: Post) -> datetime | None:
        return post.edited_at or post.published_at

    def item_extra_kwargs(self, post: Post) -> dict[str, Any]:
        return {"spoken": post.language}


class CommunityFeed(PostsFeed):
    """The newest public posts of a community."""

    def get_object(self, request: HttpRequest, slug: str) -> Community:
        return get_object_or_404(Community.objects.visible_to(AnonymousUser()), slug=slug)

    def title(self, community: Community) -> str:
        return community.name

    def subtitle(self, community: Community) -> str:
        return community.description

    def link(self, community: Community) -> str:
        return community.get_absolute_url()

    def items(self, community: Community) -> list[Post]:
        return newest_posts_in(AnonymousUser(), community=community.pk)


class TagFeed(PostsFeed):
    """The newest public posts in threads with a tag."""

    def get_object(self, request: HttpRequest, slug: str) -> Tag:
        return get_object_or_404(tags_visible_to(AnonymousUser()), slug=slug)

    def title(self, tag: Tag) -> str:
        return _("Tag: %(name)s") % {"name": tag.name}

    def link(self, tag: Tag) -> str:
        return address_of("discussions:tag-detail", tag.slug)

    def items(self, tag: Tag) -> list[Post]:
        return newest_posts_tagged(AnonymousUser(), tag=tag.pk)


class ThreadFeed(PostsFeed):
    """The newest posts of a thread that everybody may read."""

    def get_object(self, request: HttpRequest, pk: int) -> Thread:
        return get_object_or_404(Thread.objects.visible_to(AnonymousUser()), pk=pk)

    def title(self, thread: Thread) -> str:
        return thread.title

    def link(self, thread: Thread) -> str:
        return thread.get_absolute_url()

    def items(self, thread: Thread) -> list[Post]:
        return newest_posts_of(AnonymousUser(), thread=thread.pk)
