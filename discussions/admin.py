"""Threads and posts at the staff desk: to read, to lock, to pin; deciding is moderation's.

What staff change in a community leaves a row that everybody reads, so that desk is here too.
"""

from collections.abc import Callable
from typing import Any

import taggit.admin  # noqa: F401 (registers what is taken off below)
from django.contrib import admin, messages
from django.db.models import F, QuerySet, Value
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from taggit.models import Tag

from accounts.admin import DeskPaginator, ReadOnlyAdmin, RecordedAdmin, signed_in
from communities.admin import CommunityAdmin, ProposalAdmin
from communities.models import Community, Proposal
from communities.permissions import may_moderate
from discussions import services
from discussions.asking import Asked, Marks
from discussions.models import Act, Post, Thread, ThreadTag
from discussions.stretches import FEW, density_of
from discussions.terms import websearch_of

# The library's page shows and merges a table that no thread here is tagged by.
admin.site.unregister(Tag)


@admin.register(Tag)
class TagAdmin(RecordedAdmin):
    """The tags that members pick from."""

    list_display = ["name", "slug"]
    search_fields = ["name"]
    ordering = ["name", "pk"]
    fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    when_empty = _("There is no tag yet. Members pick from what stands here.")

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Count the threads that lose a tag; Django would name each of them."""
        tags = [str(tag) for tag in objs]
        rows = ThreadTag.objects.filter(tag__in=objs).count()
        counts = {
            Tag._meta.verbose_name_plural: len(tags),
            Thread._meta.verbose_name_plural: rows,
        }
        return tags, counts, set(), []


admin.site.unregister(Community)


@admin.register(Community)
class KeptCommunityAdmin(CommunityAdmin):
    """Communities, with acts for whoever reads along; archived and opened again by actions."""

    actions = ["archive", "reopen"]

    @admin.action(description=_("Archive: nobody can add to it"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Community]) -> None:
        self._set_archived(request, queryset, True)

    @admin.action(description=_("Open again"), permissions=["change"])
    def reopen(self, request: HttpRequest, queryset: QuerySet[Community]) -> None:
        self._set_archived(request, queryset, False)

    def _set_archived(
        self, request: HttpRequest, communities: QuerySet[Community], archived: bool
    ) -> None:
        for community in communities:
            services.archive_community(community, archived, by=signed_in(request))
        done = ngettext(
            "%(count)d community changed.", "%(count)d communities changed.", len(communities)
        )
        messages.success(request, done % {"count": len(communities)})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            Community.objects.select_for_update().get(pk=obj.pk)
        super().save_model(request, obj, form, change)
        by, changed = signed_in(request), form.changed_data if change else []
        if not change:
            services.record(obj, Act.Kind.OPEN, by=by)
        if "name" in changed:
            services.record(obj, Act.Kind.NAME, by=by, note=obj.name)
        for name, kind in _kinds_of_settings(obj).items():
            if name in changed:
                services.record(obj, kind, by=by)
        if "posts_per_day" in changed:
            services.record(obj, Act.Kind.CAP, by=by, number=obj.posts_per_day or 0)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if change and formset.has_changed():
            services.record(form.instance, Act.Kind.LINKS, by=signed_in(request))


def _kinds_of_settings(community: Community) -> dict[str, Act.Kind]:
    """Say as which act a change of each setting is read, by what is set now."""
    holds, is_public = community.hold_first_posts, community.is_public
    return {
        "description": Act.Kind.DESCRIBE,
        "rules": Act.Kind.RULES,
        "hold_first_posts": Act.Kind.HOLD if holds else Act.Kind.UNHOLD,
        "visibility": Act.Kind.PUBLIC if is_public else Act.Kind.MEMBERS,
    }


admin.site.unregister(Proposal)


@admin.register(Proposal)
class KeptProposalAdmin(ProposalAdmin):
    """Proposals; a community that is opened says so to whoever reads along."""

    open_community = staticmethod(services.open_community)


@admin.register(Thread)
class ThreadAdmin(ReadOnlyAdmin):
    """Threads; locked and pinned by actions."""

    list_display = [
        "title",
        "community",
        "author",
        "kind",
        "status",
        "is_locked",
        "is_pinned",
        "last_post_at",
    ]
    list_filter = ["kind", "status", "is_locked", "is_pinned"]
    list_select_related = ["community", "author"]
    list_per_page = 50
    search_fields = ["title"]
    folded_search_fields = ["author__folded_name"]
    ordering = ["-last_post_at", "-pk"]
    fields = [
        "title",
        "community",
        "author",
        "kind",
        "status",
        "is_locked",
        "is_pinned",
        "created_at",
        "published_at",
    ]
    actions = ["lock", "unlock", "pin", "unpin"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Thread]:
        return Thread.objects.visible_to(request.user).select_related("community", "author")

    @admin.action(description=_("Lock: nobody can add to it"), permissions=["view"])
    def lock(self, request: HttpRequest, queryset: QuerySet[Thread]) -> None:
        self._set(request, queryset, services.set_locked, True)

    @admin.action(description=_("Unlock"), permissions=["view"])
    def unlock(self, request: HttpRequest, queryset: QuerySet[Thread]) -> None:
        self._set(request, queryset, services.set_locked, False)

    @admin.action(description=_("Pin to the top of its community"), permissions=["view"])
    def pin(self, request: HttpRequest, queryset: QuerySet[Thread]) -> None:
        self._set(request, queryset, services.set_pinned, True)

    @admin.action(description=_("Unpin"), permissions=["view"])
    def unpin(self, request: HttpRequest, queryset: QuerySet[Thread]) -> None:
        self._set(request, queryset, services.set_pinned, False)

    def _set(
        self,
        request: HttpRequest,
        threads: QuerySet[Thread],
        service: Callable[..., None],
        value: bool,
    ) -> None:
        changed = 0
        for thread in threads:
            is_own_lock = thread.author_id == request.user.pk and service == services.set_locked
            if may_moderate(request.user, thread.community) and (value or not is_own_lock):
                service(thread, value, by=signed_in(request))
                changed += 1
        if changed < len(threads):
            messages.warning(
                request,
                _("Threads that you do not moderate, or started yourself, were left as they are."),
            )
        if changed:
            done = ngettext("%(count)d thread changed.", "%(count)d threads changed.", changed)
            messages.success(request, done % {"count": changed})


@admin.register(Post)
class PostAdmin(ReadOnlyAdmin):
    """Posts, newest first; a post's page leads to deciding about it."""

    list_display = ["beginning", "author", "thread", "status", "created_at"]
    list_filter = ["status", "hold_reason"]
    list_select_related = ["author", "thread"]
    list_per_page = 50
    search_fields = ["body"]
    search_help_text = _("Words of the post, as in the public search.")
    ordering = ["-pk"]
    fields = [
        "thread",
        "number",
        "author",
        "capacity",
        "status",
        "hold_reason",
        "body",
        "created_at",
        "published_at",
    ]

    @admin.display(description=_("beginning"))
    def beginning(self, post: Post) -> str:
        return post.excerpt

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        posts = Post.objects.visible_to(request.user).defer("html", "search")
        return posts.select_related("author", "thread", "capacity")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Post], search_term: str
    ) -> tuple[QuerySet[Post], bool]:
        """Search by the index of the public search; of what many posts say, the newest."""
        words = websearch_of(search_term)
        if not words:
            return (queryset.none() if search_term.strip() else queryset), False
        density = density_of(request.user, words)
        found = Post.objects.filter(search=Asked(words))
        if not density.is_low:
            found = found.filter(search=Marks(density.stretches_with(FEW)))
        # By an expression: an index of pks would be read backwards until enough matches turn up.
        newest = found.order_by((F("pk") * Value(-1)).asc())
        return queryset.filter(pk__in=newest.values("pk")[: DeskPaginator.most]), False
