"""What people leave beside the words: thanks, what they follow, keep, have read or leave out."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class Thanks(models.Model):
    """One person thanked the author of a post; there is no opposite and no score."""

    post = models.ForeignKey(
        "discussions.Post", models.CASCADE, related_name="thanks", db_index=False
    )
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("post", "user", name="discussions_thanks_once")]

    def __str__(self) -> str:
        return f"{self.user_id} thanks for {self.post_id}"


class Follow(models.Model):
    """A person follows a thread (alerts) or mutes it (neither alerts nor digests)."""

    class Mode(models.TextChoices):
        FOLLOW = "follow", _("follow")
        MUTE = "mute", _("mute")

    user = models.ForeignKey(User, models.CASCADE, related_name="follows", db_index=False)
    thread = models.ForeignKey(
        "discussions.Thread", models.CASCADE, related_name="follows", db_index=False
    )
    mode = models.CharField(max_length=6, choices=Mode)

    class Meta:
        constraints = [models.UniqueConstraint("user", "thread", name="discussions_follow_once")]
        indexes = [
            models.Index(
                fields=["user", "thread"],
                name="discussions_follow_muted",
                condition=models.Q(mode="mute"),
            ),
            models.Index(fields=["thread", "user"], name="discussions_follow_by_thread"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.mode} {self.thread_id}"


class Visit(models.Model):
    """Up to which number a person has read a thread."""

    user = models.ForeignKey(User, models.CASCADE, related_name="visits", db_index=False)
    thread = models.ForeignKey(
        "discussions.Thread", models.CASCADE, related_name="visits", db_index=False
    )
    last_number = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("user", "thread", name="discussions_visit_once")]

    def __str__(self) -> str:
        return f"{self.user_id} read {self.thread_id} to {self.last_number}"


class Bookmark(models.Model):
    """A post that a person keeps for later, with a note for themselves."""

    user = models.ForeignKey(User, models.CASCADE, related_name="bookmarks", db_index=False)
    post = models.ForeignKey("discussions.Post", models.CASCADE, related_name="+", db_index=False)
    note = models.CharField(_("note"), max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("user", "post", name="discussions_bookmark_once")]
        indexes = [models.Index(fields=["user", "-at", "-id"], name="discussions_bookmark_newest")]

    def __str__(self) -> str:
        return f"{self.user_id} keeps {self.post_id}"


class Ignore(models.Model):
    """A person does not want to read another one; only their own view changes."""

    user = models.ForeignKey(User, models.CASCADE, related_name="ignores", db_index=False)
    ignored = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "ignored", name="discussions_ignore_once"),
            models.CheckConstraint(
                condition=~models.Q(user=models.F("ignored")),
                name="discussions_ignore_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} ignores {self.ignored_id}"


class Mention(models.Model):
    """A post names a member by their @name; they are told once it is published."""

    post = models.ForeignKey(
        "discussions.Post", models.CASCADE, related_name="mentions", db_index=False
    )
    user = models.ForeignKey(User, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("post", "user", name="discussions_mention_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.post_id}"
