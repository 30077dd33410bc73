"""Who speaks for us: public bodies, people, their seats, and the capacities they speak in."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.addresses import address_of
from accounts.models import User
from accounts.pictures import Pictured
from communities.models import Area


class Body(models.Model):
    """A council or another public body; its nation decides its bank holidays."""

    class Nation(models.TextChoices):
        ENGLAND = "ENG", _("England")
        WALES = "WLS", _("Wales")
        SCOTLAND = "SCT", _("Scotland")
        NORTHERN_IRELAND = "NIR", _("Northern Ireland")
        ELSEWHERE = "", _("elsewhere")

    name = models.CharField(_("name"), max_length=160)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    code = models.CharField(
        _("code"),
        max_length=80,
        null=True,
        blank=True,
        unique=True,
        help_text=_("The body's own code in the list or file that it came from."),
    )
    nation = models.CharField(_("nation"), max_length=3, choices=Nation, blank=True, default="ENG")
    area = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bodies",
        verbose_name=_("area"),
    )
    referral_email = models.EmailField(_("address for referrals"), blank=True)
    ended_on = models.DateField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Person(Pictured, models.Model):
    """Somebody who holds or held a seat; the account is linked once there is one."""

    name = models.CharField(_("name"), max_length=160)
    slug = models.SlugField(_("address"), max_length=120, unique=True)
    popolo_id = models.CharField(_("Popolo id"), max_length=200, null=True, blank=True, unique=True)
    biography = models.TextField(_("about"), max_length=2000, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    profile_url = models.URLField(_("page at the council"), max_length=300, blank=True)
    photo_url = models.URLField(_("address of a photo"), max_length=300, blank=True)
    user = models.OneToOneField(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="person",
        verbose_name=_("account"),
    )

    class Meta:
        verbose_name = _("person in office")
        verbose_name_plural = _("people in office")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address_of("councillor-detail", self.slug)


class CouncillorQuerySet(models.QuerySet["Councillor"]):
    def held_on(self, day: date) -> Self:
        return self.filter(
            Q(start_on=None) | Q(start_on__lte=day), Q(end_on=None) | Q(end_on__gte=day)
        )

    def sitting(self) -> Self:
        return self.held_on(timezone.localdate()).exclude(person=None)

    def vacant(self) -> Self:
        return self.held_on(timezone.localdate()).filter(person=None)

    def with_person(self) -> Self:
        return self.select_related("person", "body", "area").defer("area__boundary")


class Councillor(models.Model):
    """A seat on a body, held by a person (or vacant) for an area, from one day to another."""

    person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="seats",
        verbose_name=_("person"),
        help_text=_("Empty while the seat is vacant."),
    )
    body = models.ForeignKey(Body, models.PROTECT, related_name="seats", verbose_name=_("body"))
    area = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="seats",
        verbose_name=_("area"),
    )
    area_name = models.CharField(
        _("area in words"),
        max_length=160,
        blank=True,
        help_text=_("For areas that are not on our map."),
    )
    role = models.CharField(_("role"), max_length=80, default="Councillor")
    party = models.CharField(_("party"), max_length=120, blank=True)
    start_on = models.DateField(_("from"), null=True, blank=True)
    end_on = models.DateField(_("until"), null=True, blank=True)
    popolo_id = models.CharField(_("Popolo id"), max_length=200, blank=True)

    objects: ClassVar[CouncillorQuerySet] = CouncillorQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints = [
            models.CheckConstraint(
                condition=Q(start_on=None) | Q(end_on=None) | Q(end_on__gte=F("start_on")),
                name="councillors_councillor_ends_after_start",
            )
        ]
        indexes = [
            models.Index(fields=["area"], name="councillors_seat_area"),
            models.Index(fields=["body"], name="councillors_seat_body"),
        ]

    def __str__(self) -> str:
        holder = self.person or _("Vacant seat")
        return f"{holder}, {self.role}, {self.body}"

    @property
    def is_sitting(self) -> bool:
        today = timezone.localdate()
        started = self.start_on is None or self.start_on <= today
        return started and (self.end_on is None or self.end_on >= today)


class CapacityQuerySet(models.QuerySet["Capacity"]):
    def held_on(self, day: date) -> Self:
        return self.filter(Q(end_on=None) | Q(end_on__gte=day), start_on__lte=day)

    def for_user(self, user: User) -> Self:
        """Pick the capacities that a person may speak in today."""
        return self.filter(user=user).held_on(timezone.localdate()).select_related("body", "seat")


class Capacity(models.Model):
    """A public role in which a person speaks; granted by one person, confirmed by another."""

    class Kind(models.TextChoices):
        OFFICER = "officer", _("officer")
        COUNCILLOR = "councillor", _("councillor")

    user = models.ForeignKey(
        User, models.PROTECT, related_name="capacities", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    body = models.ForeignKey(Body, models.PROTECT, verbose_name=_("body"))
    title = models.CharField(_("title"), max_length=80)
    seat = models.ForeignKey(
        Councillor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="capacities",
        verbose_name=_("seat"),
    )
    start_on = models.DateField(_("from"))
    end_on = models.DateField(_("until"), null=True, blank=True)
    granted_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("granted by")
    )
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("confirmed by")
    )

    objects: ClassVar[CapacityQuerySet] = CapacityQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("capacity")
        verbose_name_plural = _("capacities")
        constraints = [
            models.CheckConstraint(
                condition=~Q(granted_by=F("confirmed_by")),
                name="councillors_capacity_needs_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(kind="councillor") | Q(seat__isnull=False),
                name="councillors_capacity_of_councillor_has_seat",
            ),
            models.CheckConstraint(
                condition=Q(end_on=None) | Q(end_on__gte=F("start_on")),
                name="councillors_capacity_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.body}"
