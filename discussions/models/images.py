"""Pictures in posts."""

from typing import ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from communities.models import Viewer
from discussions.models.posts import Post, readable_posts
from discussions.models.threads import readable_threads


class ImageQuerySet(models.QuerySet["Image"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Pick the pictures of posts that a person may read, and their own."""
        in_posts = Q(readable_posts(viewer, "post__"), readable_threads(viewer, "post__thread__"))
        if not viewer.is_authenticated:
            return self.filter(in_posts)
        return self.filter(in_posts | Q(author=viewer))


class Image(models.Model):
    """A picture as the site has drawn it anew, with words for those who do not see it.

    It is its author's alone until it stands in a post.
    """

    key = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    author = models.ForeignKey(User, models.PROTECT, related_name="images")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="images", db_index=False)
    position = models.PositiveSmallIntegerField(default=0)
    alt = models.CharField(max_length=300, blank=True)
    file = models.FileField(upload_to="images/")
    thumbnail = models.FileField(upload_to="images/")
    # The same as WebP, where that is smaller: for browsers that say they read it
    file_webp = models.FileField(upload_to="images/", blank=True, default="", db_default="")
    thumbnail_webp = models.FileField(upload_to="images/", blank=True, default="", db_default="")
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    byte_count = models.PositiveIntegerField()  # of all its files
    missing_since = models.DateTimeField(null=True)  # a file of it was last found to be lost
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[ImageQuerySet] = ImageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(post=None) | ~Q(alt=""), name="discussions_image_in_post_has_words"
            ),
        ]
        indexes = [
            models.Index(fields=["post", "position"], name="discussions_image_in_post"),
            models.Index(
                fields=["created_at"],
                name="discussions_image_in_no_post",
                condition=Q(post=None),
            ),
            models.Index(
                fields=["missing_since"],
                name="discussions_image_missing",
                condition=Q(missing_since__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.alt[:40]}"
