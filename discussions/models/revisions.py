"""How a post read before: every wording that its author has replaced."""

from django.db import models

from accounts.models import User


class PostRevision(models.Model):
    """A wording of a post that another one has replaced; the present one stands in the post."""

    post = models.ForeignKey(
        "discussions.Post", models.CASCADE, related_name="revisions", db_index=False
    )
    edition = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=150, blank=True, db_default="")  # of a first post
    body = models.TextField()
    html = models.TextField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("post", "edition", name="discussions_postrevision_once"),
            models.CheckConstraint(
                condition=models.Q(edition__gte=1), name="discussions_postrevision_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post_id}, edition {self.edition}"
