"""The words that threads are about, for correcting what is typed and finding what is alike.

The database keeps them itself as titles and first posts change; see the migrations. Whose words
they are decides who may be told of one: they are read together with `Thread.visible_to`.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from communities.models import Community
from discussions.models.threads import Thread


class Word(models.Model):
    """A word as it is written in some title or opening, without capitals and accents.

    `near` has the word and, of one of letters alone, what is left of it without one letter:
    two words that a slip of one letter tells apart have some of these in common.
    """

    text = models.CharField(max_length=40, unique=True)
    stem = models.CharField(max_length=40)
    near = ArrayField(models.CharField(max_length=40))

    class Meta:
        indexes = [
            GinIndex(fields=["near"], name="discussions_word_near", fastupdate=False),
            models.Index(fields=["stem"], name="discussions_word_stem"),
        ]

    def __str__(self) -> str:
        return self.text


class ThreadWord(models.Model):
    """A word stands in the title of a thread, or in the opening of its first post while shown."""

    word = models.ForeignKey(Word, models.PROTECT, related_name="threads", db_index=False)
    community = models.ForeignKey(Community, models.CASCADE, related_name="+", db_index=False)
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="words", db_index=False)
    in_title = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint("thread", "word", name="discussions_threadword_once")
        ]
        indexes = [
            models.Index(
                fields=["word", "community", "-thread"],
                include=["in_title"],
                name="discussions_threadword_found",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.word_id} in {self.thread_id}"
