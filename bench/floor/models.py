"""The table of threads as this page sees it."""

from django.db import models


class Thread(models.Model):
    """A thread that the site made."""

    community_id = models.IntegerField()
    title = models.CharField(max_length=150)
    status = models.CharField(max_length=9)
    post_count = models.IntegerField()
    last_post_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "discussions_thread"

    def __str__(self) -> str:
        return self.title
