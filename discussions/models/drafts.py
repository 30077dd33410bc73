"""What people have begun to write, kept until it is sent."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from communities.models import Community
from councillors.models import Capacity


class Draft(models.Model):
    """Words that a person has not sent yet: a new thread, a reply, or another wording of a post."""

    user = models.ForeignKey(User, models.CASCADE, related_name="drafts", db_index=False)
    community = models.ForeignKey(
        Community, models.CASCADE, null=True, related_name="+", db_index=False
    )
    thread = models.ForeignKey("discussions.Thread", models.CASCADE, null=True, related_name="+")
    post = models.ForeignKey("discussions.Post", models.CASCADE, null=True, related_name="+")
    title = models.CharField(max_length=150, blank=True)
    body = models.TextField(blank=True)
    tags = ArrayField(models.CharField(max_length=100), default=list, db_default=[])
    new_tags = models.CharField(max_length=120, blank=True, db_default="")
    capacity = models.ForeignKey(
        Capacity, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    answers = models.PositiveIntegerField(null=True)  # the number of a post in the thread
    edition = models.PositiveSmallIntegerField(null=True)  # of the post that is reworded
    pictures = ArrayField(models.UUIDField(), null=True)  # null: those that the post has
    picture_words = ArrayField(models.CharField(max_length=300), default=list, db_default=[])
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(community__isnull=False, thread=None, post=None)
                | Q(community=None, thread__isnull=False, post=None)
                | Q(community=None, thread=None, post__isnull=False),
                name="discussions_draft_for_one_place",
            ),
            models.UniqueConstraint("user", "community", name="discussions_draft_of_thread_once"),
            models.UniqueConstraint("user", "thread", name="discussions_draft_of_reply_once"),
            models.UniqueConstraint("user", "post", name="discussions_draft_of_edit_once"),
        ]
        indexes = [
            models.Index(fields=["user", "-updated_at", "-id"], name="discussions_draft_newest"),
            models.Index(fields=["updated_at"], name="discussions_draft_oldest"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}, begun {self.updated_at:%Y-%m-%d}"
