"""Threads: who may read them, how lists fetch them, and their tags."""

from datetime import datetime
from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Least, Upper
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import TaggedItemBase

from accounts.addresses import address_of
from accounts.models import User
from communities.models import Community, Viewer, moderates_everywhere, readable_communities
from discussions.models.marks import Visit

POSTS_PER_PAGE = 20
LISTED = ("community", "kind", "title", "is_locked", "is_pinned", "post_count", "last_post_at")
UNANSWERED = Q(kind="question", answer=None) | Q(kind="discussion", post_count__lte=1)


def page_with(number: int) -> int:
    """Return on which page of its thread a post stands, by its number."""
    return (number - 1) // POSTS_PER_PAGE + 1


def readable_threads(viewer: Viewer, path: str = "") -> Q:
    """Say which threads a person may read: published ones, and their own, in open communities.

    `path` leads from what is filtered to its thread, such as "thread__".
    """
    readable = readable_communities(viewer, f"{path}community__")
    if moderates_everywhere(viewer):
        return readable
    published = Q(**{f"{path}status": Thread.Status.PUBLISHED})
    if not viewer.is_authenticated:
        return readable & published
    return readable & (published | Q(**{f"{path}author": viewer}))


class ThreadQuerySet(models.QuerySet["Thread"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Pick the threads that a person may read."""
        return self.filter(readable_threads(viewer))

    def published(self) -> Self:
        return self.filter(status=Thread.Status.PUBLISHED)

    def for_list(self) -> Self:
        """Fetch what a row of a list shows and no more; newest activity first."""
        rows = self.select_related("community").order_by("-last_post_at", "-pk")
        return rows.only(
            *LISTED, *(f"community__{name}" for name in ("name", "slug", "visibility"))
        )

    def with_last_read(self, viewer: Viewer) -> Self:
        """Annotate `last_read`, the number up to which a person has read, and `unread`, or None."""
        last_read: models.Value | models.Subquery = models.Value(None, models.IntegerField())
        if viewer.is_authenticated:
            visits = Visit.objects.filter(user=viewer, thread=models.OuterRef("pk"))
            last_read = models.Subquery(visits.values("last_number"))
        return self.annotate(last_read=last_read).annotate(
            # No more than there are: numbers of posts that were hidden or taken back stay.
            unread=models.Case(
                models.When(last_read=None, then=None),
                default=Least(
                    F("last_number") - F("last_read"),
                    F("post_count"),
                    output_field=models.IntegerField(),
                ),
                output_field=models.IntegerField(),
            )
        )

    def with_unread(self, viewer: Viewer, since: datetime) -> Self:
        """Annotate `unread`, how many posts a member has not read; 0 where nothing came lately."""
        visits = Visit.objects.filter(user=viewer.pk or 0, thread=models.OuterRef("pk"))
        last_read = Coalesce(models.Subquery(visits.values("last_number")), 0)
        is_recent = models.When(
            last_post_at__gte=since,
            then=Least(
                F("last_number") - last_read, F("post_count"), output_field=models.IntegerField()
            ),
        )
        return self.annotate(unread=models.Case(is_recent, default=0))

    def unanswered(self) -> Self:
        """Pick questions without an answer, and what nobody has replied to."""
        return self.filter(UNANSWERED)

    def tagged(self, slug: str) -> Self:
        return self.filter(thread_tags__tag__slug=slug)


class Thread(models.Model):  # type: ignore[django-manager-missing]  # taggit is untyped
    """A conversation in a community; it is published with its first post."""

    class Kind(models.TextChoices):
        DISCUSSION = "discussion", _("discussion")
        QUESTION = "question", _("question")

    class Status(models.TextChoices):
        PUBLISHED = "published", _("published")
        PENDING = "pending", _("waiting to be read")
        HIDDEN = "hidden", _("hidden by staff")
        WITHDRAWN = "withdrawn", _("withdrawn by its author")

    community = models.ForeignKey(
        Community, models.PROTECT, related_name="threads", verbose_name=_("community")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.DISCUSSION)
    title = models.CharField(_("title"), max_length=150)
    author = models.ForeignKey(
        User, models.PROTECT, related_name="threads", verbose_name=_("author")
    )
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.PENDING)
    created_at = models.DateTimeField(_("started"), default=timezone.now)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    is_locked = models.BooleanField(_("locked"), default=False)
    is_pinned = models.BooleanField(_("pinned"), default=False)
    slow_minutes = models.PositiveSmallIntegerField(
        _("slow mode"),
        default=0,
        db_default=0,
        help_text=_("Minutes that a person waits between two posts of theirs; 0 is no wait."),
    )
    answer = models.ForeignKey(
        "discussions.Post",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answer"),
    )
    post_count = models.PositiveIntegerField(default=0, editable=False)
    last_number = models.PositiveIntegerField(default=0, editable=False)
    last_post_at = models.DateTimeField(_("last post"), default=timezone.now, editable=False)
    import_key = models.CharField(max_length=100, null=True, blank=True, editable=False)  # noqa: DJ001 (unique where there is one)

    tags = TaggableManager(through="ThreadTag", blank=True)

    objects: ClassVar[ThreadQuerySet] = ThreadQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("thread")
        verbose_name_plural = _("threads")
        constraints = [
            models.UniqueConstraint("import_key", name="discussions_thread_import_key_once"),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(published_at__isnull=False),
                name="discussions_thread_published_has_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["community", "-last_post_at", "-id"],
                name="discussions_thread_in_list",
                condition=Q(status="published"),
            ),
            models.Index(
                fields=["-last_post_at", "-id"],
                name="discussions_thread_latest",
                condition=Q(status="published"),
            ),
            models.Index(fields=["-last_post_at", "-id"], name="discussions_thread_newest"),
            models.Index(
                fields=["-last_post_at", "-id"],
                name="discussions_thread_locked",
                condition=Q(is_locked=True),
            ),
            models.Index(
                fields=["-last_post_at", "-id"],
                name="discussions_thread_of_status",
                condition=~Q(status="published"),
            ),
            GinIndex(
                OpClass(Upper("title"), "gin_trgm_ops"), name="discussions_thread_parts_title"
            ),
            models.Index(
                fields=["community", "kind", "-last_post_at", "-id"],
                name="discussions_thread_of_kind",
                condition=Q(status="published"),
            ),
            models.Index(
                fields=["community", "-last_post_at", "-id"],
                name="discussions_thread_unanswered",
                condition=Q(UNANSWERED, status="published"),
            ),
            models.Index(
                fields=["community"],
                name="discussions_thread_pinned",
                condition=Q(is_pinned=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address_of("discussions:thread-detail", self.pk, self.slug)

    @property
    def slug(self) -> str:
        return slugify(self.title)[:60].strip("-") or "thread"

    @property
    def is_question(self) -> bool:
        return self.kind == self.Kind.QUESTION

    @property
    def page_count(self) -> int:
        return max(1, -(-self.last_number // POSTS_PER_PAGE))


class ThreadTag(TaggedItemBase):
    """A tag on a thread."""

    content_object = models.ForeignKey(
        Thread, models.CASCADE, related_name="thread_tags", db_index=False
    )

    class Meta:
        verbose_name = _("tag of a thread")
        verbose_name_plural = _("tags of threads")
        constraints = [
            models.UniqueConstraint("content_object", "tag", name="discussions_threadtag_once")
        ]

    def __str__(self) -> str:
        return f"{self.tag} · {self.content_object}"
