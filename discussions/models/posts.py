"""Posts: who may read them, how pages fetch them, and how they begin."""

import re
from html import unescape
from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.addresses import address_of
from accounts.models import User
from communities.markup import shortened
from communities.models import Viewer, moderates_everywhere
from councillors.models import Capacity
from discussions.models.marks import Ignore, Thanks
from discussions.models.threads import Thread, page_with, readable_threads

# What Markdown adds to plain words: stars, quotes, list and heading marks, addresses of links.
MARKS = re.compile(r"\*+|`+|~~|^\s*(?:[#>]+|-)\s+|!?\[([^\]\n]{0,200})\]\([^)\n]{0,500}\)", re.M)
# Words for the pictures of a post, in the HTML that is stored; people's own words hold no figure.
WORDS_OF_PICTURES = re.compile(r'<figure class="picture">[^\n]*? alt="([^"]*)"')
LONGEST_EXCERPTED = 1_000  # characters; marks and addresses fall away
SHOWN = ["thread", "number", "author", "capacity", "reply_to", "language", "html"]
SHOWN += ["status", "hold_reason", "created_at", "thanks_count", "edition"]


def readable_posts(viewer: Viewer, path: str = "") -> Q:
    """Say which posts show their text to a reader, among those in threads they may see.

    `path` leads from what is filtered to its post, such as "post__".
    """
    published = Q(**{f"{path}status": Post.Status.PUBLISHED})
    if not viewer.is_authenticated:
        return published
    if moderates_everywhere(viewer):
        return Q(**{f"{path}pk__isnull": False})
    return published | Q(**{f"{path}author": viewer})


def excerpt_of(body: str, letters: int = 140) -> str:
    """Return the beginning of a Markdown text in plain words, cut between two of them."""
    text = " ".join(MARKS.sub(r"\1", body[:LONGEST_EXCERPTED]).split())
    return shortened(text, letters)


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Pick the posts whose text a person may read."""
        return self.filter(readable_posts(viewer), readable_threads(viewer, "thread__"))

    def each_visible_to(self, viewer: Viewer) -> Self:
        """Pick the same, asking row by row: for a few posts of which no planner knows how few."""
        threads = Thread.objects.visible_to(viewer).filter(pk=models.OuterRef("thread"))
        readable = self.filter(readable_posts(viewer))
        return readable.alias(seen=models.Subquery(threads.values("pk"))).filter(seen__isnull=False)

    def for_page(self, viewer: Viewer, first: int, last: int) -> Self:
        """Pick the posts of some numbers, stubs included, and after them one's own held ones.

        Fetches what a page draws and no more. Annotates `shows_text` (whether the reader may see
        the words or only a stub), `is_thanked` (by the reader), `is_ignored` (its author is, who
        is not staff), and of the post that is answered
        `answered_number`, `answered_name`, `answered_status` and `answered_text`, the beginning
        of its words.
        """
        shown = Q(number__gte=first, number__lte=last)
        is_thanked: models.Value | models.Exists = models.Value(False)
        is_ignored: models.Value | models.Exists = models.Value(False)
        if viewer.is_authenticated:
            shown |= Q(number=None, status=Post.Status.PENDING, author=viewer)
            is_thanked = models.Exists(
                Thanks.objects.filter(user=viewer, post=models.OuterRef("pk"))
            )
            is_ignored = models.Exists(
                Ignore.objects.filter(
                    user=viewer, ignored=models.OuterRef("author"), ignored__is_staff=False
                )
            )
        answered_is_shown = Q(reply_to__status=Post.Status.PUBLISHED)
        if viewer.is_authenticated:
            # In office nobody is ignored.
            ignored = Ignore.objects.filter(
                user=viewer, ignored=models.OuterRef("reply_to__author")
            )
            ignored = ignored.filter(ignored__is_staff=False)
            answered_is_shown &= ~models.Exists(ignored) | Q(reply_to__capacity__isnull=False)
        return (
            self.filter(shown)
            .annotate(
                shows_text=models.ExpressionWrapper(
                    readable_posts(viewer), output_field=models.BooleanField()
                ),
                is_thanked=is_thanked,
                is_ignored=is_ignored,
                answered_number=F("reply_to__number"),
                answered_name=F("reply_to__author__public_name"),
                answered_status=F("reply_to__status"),
                answered_text=models.Case(
                    models.When(answered_is_shown, then=Left("reply_to__body", LONGEST_EXCERPTED)),
                    default=models.Value(""),
                ),
            )
            .select_related("author", "capacity__body")
            .only(*SHOWN, "author__public_name", "capacity__title", "capacity__body__name")
            .order_by(F("number").asc(nulls_last=True), "pk")
        )

    def with_author(self) -> Self:
        return self.select_related("author", "capacity", "capacity__body")

    def published(self) -> Self:
        return self.filter(status=Post.Status.PUBLISHED)

    def held(self) -> Self:
        return self.filter(status=Post.Status.PENDING)


class Post(models.Model):
    """One message in a thread; its number is given when it is first published and stays."""

    class Status(models.TextChoices):
        PUBLISHED = "published", _("published")
        PENDING = "pending", _("waiting to be read")
        HIDDEN = "hidden", _("hidden by staff")
        WITHDRAWN = "withdrawn", _("withdrawn by its author")
        MOVED = "moved", _("moved to another thread")

    class HoldReason(models.TextChoices):
        NEWCOMER = "newcomer", _("staff or ambassadors read first posts before they appear")
        ACCOUNT = "account", _("staff read posts from this account before they appear")
        REJECTED = (
            "rejected",
            _("rejected by the moderators of the place it was imported from"),
        )
        UNDECIDED = "undecided", _("not yet read where it was imported from")

    thread = models.ForeignKey(
        Thread, models.PROTECT, related_name="posts", db_index=False, verbose_name=_("thread")
    )
    number = models.PositiveIntegerField(_("number"), null=True, blank=True)
    author = models.ForeignKey(
        User, models.PROTECT, related_name="posts", db_index=False, verbose_name=_("author")
    )
    capacity = models.ForeignKey(
        Capacity,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("capacity"),
    )
    reply_to = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="replies",
        verbose_name=_("answers"),
    )
    language = models.CharField(_("language"), max_length=5, blank=True)
    body = models.TextField(_("text"))
    html = models.TextField(editable=False)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.PENDING)
    hold_reason = models.CharField(_("held because"), max_length=10, choices=HoldReason, blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    edition = models.PositiveSmallIntegerField(default=1, db_default=1, editable=False)
    edited_at = models.DateTimeField(null=True, editable=False)
    thanks_count = models.PositiveIntegerField(default=0, editable=False)
    submit_key = models.UUIDField(null=True, blank=True, editable=False)
    import_key = models.CharField(max_length=100, null=True, blank=True, editable=False)  # noqa: DJ001 (unique where there is one)
    search = SearchVectorField(null=True, editable=False)

    objects: ClassVar[PostQuerySet] = PostQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.UniqueConstraint("thread", "number", name="discussions_post_number_once"),
            models.UniqueConstraint("author", "submit_key", name="discussions_post_submitted_once"),
            models.UniqueConstraint("import_key", name="discussions_post_import_key_once"),
            models.CheckConstraint(
                condition=~Q(status="published")
                | Q(number__isnull=False, published_at__isnull=False),
                name="discussions_post_published_has_number",
            ),
            models.CheckConstraint(
                condition=Q(number=None) | Q(number__gte=1),
                name="discussions_post_number_from_one",
            ),
            models.CheckConstraint(
                condition=Q(reply_to=None) | ~Q(reply_to=F("pk")),
                name="discussions_post_not_reply_to_itself",
            ),
        ]
        indexes = [
            GinIndex("search", name="discussions_post_search"),
            models.Index(fields=["author", "-published_at"], name="discussions_post_of_author"),
            models.Index(fields=["thread", "published_at"], name="discussions_post_new_since"),
            models.Index(
                fields=["created_at"],
                name="discussions_post_held",
                condition=Q(status="pending"),
            ),
            models.Index(
                fields=["status", "-id"],
                name="discussions_post_of_status",
                condition=~Q(status="published"),
            ),
            models.Index(
                fields=["hold_reason", "-id"],
                name="discussions_post_of_hold",
                condition=~Q(hold_reason=""),
            ),
            models.Index(
                fields=["capacity", "-id"],
                name="discussions_post_in_office",
                condition=Q(capacity__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id} #{self.number or 'held'}"

    def get_absolute_url(self) -> str:
        return address_of("discussions:post-detail", self.pk)

    @property
    def page(self) -> int:
        return page_with(self.number or 1)

    @property
    def words_of_pictures(self) -> list[str]:
        return [unescape(words) for words in WORDS_OF_PICTURES.findall(self.html)]

    @property
    def excerpt(self) -> str:
        return excerpt_of(self.body)

    @property
    def answered_excerpt(self) -> str:
        """The beginning of the post that is answered, where `for_page` fetched it."""
        return excerpt_of(getattr(self, "answered_text", ""), letters=90)
