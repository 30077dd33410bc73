"""What those who look after a community did there, for everybody to read."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.models import Community, Viewer
from councillors.models import Capacity
from discussions.models.threads import Thread, readable_threads


class OutcomeNote(models.Model):
    """What came of a thread, pinned above it by an officer, a councillor or an ambassador."""

    thread = models.OneToOneField(Thread, models.CASCADE, related_name="outcome")
    author = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    capacity = models.ForeignKey(
        Capacity, models.PROTECT, null=True, related_name="+", db_index=False
    )
    language = models.CharField(max_length=5, blank=True)
    body = models.TextField(_("what happened"), max_length=2000)
    html = models.TextField(editable=False)
    written_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"outcome of {self.thread_id}"

    @property
    def moment(self) -> str:
        """When it was written, to tell it from a later one."""
        return self.written_at.isoformat()


class ActQuerySet(models.QuerySet["Act"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Pick the acts that name no thread a person may not read, in communities they see."""
        readable = readable_threads(viewer, "thread__")
        # A condition that is empty lets through all; joined by "or" it would be left out.
        return self.filter(Q(thread=None) | readable) if readable else self.all()

    def for_list(self, viewer: Viewer) -> Self:
        """Join what a line of the list says; the other community only where a person sees it."""
        seen = Community.objects.visible_to(viewer).filter(pk=OuterRef("elsewhere"))
        acts = self.select_related("by", "thread")
        return acts.annotate(elsewhere_name=Subquery(seen.values("name")[:1]))


class Act(models.Model):
    """One act in a community by somebody who looks after it; never changed, never deleted.

    What it set is kept as facts, since each reader has a language; the note is what was typed.
    """

    class Kind(models.TextChoices):
        PIN = "pin", _("pinned")
        UNPIN = "unpin", _("unpinned")
        LOCK = "lock", _("locked")
        UNLOCK = "unlock", _("unlocked")
        TAG = "tag", _("tagged")
        MOVE = "move", _("moved")
        ARRIVE = "arrive", _("moved")
        SLOW = "slow", _("changed the pace of")
        APPROVE = "approve", _("approved a first post in")
        OUTCOME = "outcome", _("wrote what happened in")
        DESCRIBE = "describe", _("changed the description")
        RULES = "rules", _("changed the rules")
        LINKS = "links", _("changed the local links")
        CAP = "cap", _("changed how many posts a person may write in a day")
        OPEN = "open", _("opened the community")
        NAME = "name", _("renamed the community")
        HOLD = "hold", _("had first posts read before they appear")
        UNHOLD = "unhold", _("let first posts appear at once")
        PUBLIC = "public", _("opened the community to all readers")
        MEMBERS = "members", _("closed the community to all readers but its members")
        ARCHIVE = "archive", _("archived the community")
        REOPEN = "reopen", _("opened the community again")

    community = models.ForeignKey(Community, models.CASCADE, related_name="acts", db_index=False)
    thread = models.ForeignKey(Thread, models.CASCADE, null=True, related_name="acts")
    kind = models.CharField(max_length=8, choices=Kind)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField(null=True)
    elsewhere = models.ForeignKey(
        Community, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    is_anew = models.BooleanField(default=False, db_default=False)
    # Of locks: whether who did it moderated the community then; nobody noted it of older ones.
    has_authority = models.BooleanField(null=True)
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[ActQuerySet] = ActQuerySet.as_manager()  # type: ignore[assignment]
    elsewhere_name: str | None = None  # set by `for_list`

    class Meta:
        indexes = [models.Index(fields=["community", "-at", "-id"], name="discussions_act_newest")]

    def __str__(self) -> str:
        return f"{self.kind} in {self.community_id}"

    @property
    def words(self) -> str:
        """What it set and what was said of it, in the language of the reader; "" for neither."""
        return ": ".join(part for part in (self._facts, self.note) if part)

    @property
    def _facts(self) -> str:
        if self.kind == self.Kind.SLOW and self.number is not None:
            wait = gettext("one post every %(count)d minutes") % {"count": self.number}
            return wait if self.number else gettext("no wait")
        if self.kind == self.Kind.CAP and self.number is not None:
            cap = gettext("%(count)d a day") % {"count": self.number}
            return cap if self.number else gettext("no limit")
        if self.kind == self.Kind.MOVE and self.elsewhere_name:
            return gettext("to %(community)s") % {"community": self.elsewhere_name}
        if self.kind == self.Kind.ARRIVE and self.elsewhere_name:
            return gettext("from %(community)s") % {"community": self.elsewhere_name}
        return gettext("in other words than before") if self.is_anew else ""
