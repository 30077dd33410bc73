"""What was asked, who has it, and by when it is to be answered."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.addresses import address_of
from accounts.models import User
from communities.models import Area, Community, Viewer, moderates_everywhere
from councillors.models import Body, Councillor
from discussions.models import Thread, readable_threads

LISTED = [
    "title",
    "state",
    "opened_on",
    "due_on",
    "answered_at",
    "asker_count",
    "thread",
    "body",
    "seat",
    "area",
    "seat__person",
    "thread__title",
    "body__nation",
    "seat__role",
    "seat__person__name",
    "seat__person__slug",
    "area__name",
    "area__name_cy",
]


UNREAD_FIRST = Case(When(state="submitted", then=Value(0)), default=Value(1))


class QuestionQuerySet(models.QuerySet["Question"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Pick questions whose thread one may read, one's own, and all for moderators."""
        if moderates_everywhere(viewer):
            return self
        readable = readable_threads(viewer, "thread__")
        return self.filter(readable | Q(author=viewer) if viewer.is_authenticated else readable)

    def in_public(self) -> Self:
        return self.filter(thread__status=Thread.Status.PUBLISHED)

    def unanswered(self) -> Self:
        """Pick open and referred questions, soonest due first."""
        waiting = [Question.State.OPEN, Question.State.REFERRED]
        return self.filter(state__in=waiting).order_by("due_on", "pk")

    def answered(self) -> Self:
        return self.filter(state=Question.State.ANSWERED).order_by("-answered_at", "-pk")

    def to_seats(self, seats: models.QuerySet[Councillor]) -> Self:
        """Pick questions to any of some seats, or to the wards that those seats are for."""
        return self.filter(Q(seat__in=seats.values("pk")) | Q(area__in=seats.values("area")))

    def for_list(self) -> Self:
        """Fetch what a row of a list shows and no more."""
        return self.select_related("thread", "seat__person", "area", "body").only(*LISTED)

    def for_page(self) -> Self:
        """Join everybody and everything that the page of a question names."""
        return self.select_related(
            "thread",
            "thread__community",
            "area",
            "body",
            "seat",
            "seat__person",
            "author",
            "answered_by",
            "answered_by__person",
        ).defer("area__boundary", "text")


class Question(models.Model):
    """A question to a councillor or to all councillors of a ward, with a date for its answer."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("sent in, not yet read")
        PRIVATE = "private", _("dealt with in private")
        OPEN = "open", _("waiting for an answer")
        ANSWERED = "answered", _("answered")
        REFERRED = "referred", _("passed on")
        CLOSED = "closed", _("closed without an answer")
        MERGED = "merged", _("joined with another question")

    title = models.CharField(_("question"), max_length=150)
    text = models.TextField(_("reasons"))
    author = models.ForeignKey(
        User, models.PROTECT, related_name="questions", verbose_name=_("asked by")
    )
    seat = models.ForeignKey(
        Councillor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("to the councillor"),
    )
    area = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("to all councillors of"),
    )
    body = models.ForeignKey(Body, models.PROTECT, related_name="questions", verbose_name=_("body"))
    community = models.ForeignKey(
        Community,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("asked from"),
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.SUBMITTED)
    thread = models.OneToOneField(
        Thread, models.PROTECT, null=True, blank=True, related_name="question"
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    opened_on = models.DateField(_("opened"), null=True, blank=True)
    due_on = models.DateField(_("answer due"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("seen"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        Councillor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="answers",
        verbose_name=_("answered by"),
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name=_("joined with"),
    )
    closing_reason = models.CharField(_("why it was closed"), max_length=300, blank=True)
    asker_count = models.PositiveIntegerField(default=0, editable=False)
    submit_key = models.UUIDField(null=True, blank=True, editable=False)

    objects: ClassVar[QuestionQuerySet] = QuestionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        permissions = [("open_question", _("Can read and open questions that were sent in"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(seat__isnull=True, area__isnull=False)
                | Q(seat__isnull=False, area__isnull=True),
                name="questions_question_asks_seat_or_ward",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "private"]) | Q(thread__isnull=True),
                name="questions_question_unread_has_no_thread",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["open", "answered", "referred"])
                | Q(thread__isnull=False, opened_on__isnull=False, due_on__isnull=False),
                name="questions_question_open_has_thread_and_date",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered")
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="questions_question_answered_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into=None)),
                name="questions_question_merged_into_another",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("pk")),
                name="questions_question_not_merged_into_itself",
            ),
            models.UniqueConstraint(
                "author", "submit_key", name="questions_question_submitted_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                name="questions_waiting",
                condition=Q(state__in=["open", "referred"]),
            ),
            models.Index(
                fields=["-answered_at", "-id"],
                name="questions_answered",
                condition=Q(state="answered"),
            ),
            models.Index(fields=["opened_on"], name="questions_opened"),
            models.Index(UNREAD_FIRST, "asked_at", "id", name="questions_to_read"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        if self.thread is None:
            return address_of("questions:question-receipt", self.pk)
        return address_of("questions:question-detail", self.thread.pk, self.thread.slug)

    @property
    def is_waiting(self) -> bool:
        return self.state in {self.State.OPEN, self.State.REFERRED}

    @property
    def is_overdue(self) -> bool:
        return self.is_waiting and self.due_on is not None and self.due_on < timezone.localdate()


class Asker(models.Model):
    """Somebody who wants to know too; the one who asked is the first."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="askers")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("question", "user", name="questions_asker_once")]

    def __str__(self) -> str:
        return f"{self.user_id} asks {self.question_id}"


class Holder(models.Model):
    """Who has a question from one moment to another: a seat, a whole ward, or another body."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="holders")
    seat = models.ForeignKey(Councillor, models.PROTECT, null=True, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True)
    body = models.ForeignKey(Body, models.PROTECT, null=True, blank=True)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "question", name="questions_holder_one_open", condition=Q(until=None)
            ),
            models.CheckConstraint(
                condition=Q(seat__isnull=False, area=None, body=None)
                | Q(seat=None, area__isnull=False, body=None)
                | Q(seat=None, area=None, body__isnull=False),
                name="questions_holder_is_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.seat_id or self.area_id or self.body_id}"
