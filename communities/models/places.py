"""Pieces of the map over time, and their postcodes."""

import re
from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Self
from urllib.parse import quote

from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.addresses import address_of

MOST_NEAR = 12  # of the places around one on its map
# Outward code, then the inward one (BS 7666)
FULL_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}|GIR0AA")
MAX_POSTCODE = 12  # letters that are looked at


def normalize_postcode(typed: str) -> str:
    """Return what somebody typed in capitals, without spaces and signs, as postcodes are kept."""
    return "".join(filter(str.isalnum, typed.upper()))[:MAX_POSTCODE]


def _open_on(day: date) -> Q:
    """Return what holds of areas, and of the places of postcodes, on a day."""
    return Q(Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gte=day))


class AreaQuerySet(models.QuerySet["Area"]):
    def open_on(self, day: date) -> Self:
        return self.filter(_open_on(day))

    def wards_of(self, postcodes: Iterable[str] | QuerySet["Postcode"], day: date) -> Self:
        """Pick the open wards that postcodes lie in on a day; they are given as they are kept."""
        places = PostcodeArea.objects.filter(_open_on(day), postcode__in=postcodes)
        return self.open_on(day).filter(kind=Area.Kind.WARD, pk__in=places.values("area"))

    def current(self) -> Self:
        return self.open_on(timezone.localdate())

    def for_page(self) -> Self:
        """Leave the boundary in the database: pages draw the outline."""
        return self.defer("boundary")

    def with_lineage(self) -> Self:
        """Join the areas that each lies in, up to three levels."""
        above = ["parent", "parent__parent", "parent__parent__parent"]
        return self.select_related(*above).defer(
            "boundary", *(f"{area}__{heavy}" for area in above for heavy in ("boundary", "outline"))
        )

    def sharing_postcodes(self, area: int, kind: str, day: date) -> Self:
        """Pick areas of other kinds that hold a postcode of an area: divisions, parishes.

        Of an area that is closed by that day these are the postcodes that it had.
        """
        had = Q(area__valid_to__lt=day)
        inside = PostcodeArea.objects.filter(_open_on(day) | had, area=area).values("postcode")
        shared = PostcodeArea.objects.filter(_open_on(day), postcode__in=inside).exclude(area=area)
        return self.exclude(kind=kind).filter(pk__in=shared.values("area"))

    def near(self, area: "Area") -> Self:
        """Pick siblings whose outline touches the frame around an area."""
        if area.box_left is None:
            return self.none()
        siblings = self.filter(kind=area.kind, parent=area.parent_id)
        return siblings.exclude(pk=area.pk).filter(
            box_left__lte=area.box_right,
            box_right__gte=area.box_left,
            box_top__lte=area.box_bottom,
            box_bottom__gte=area.box_top,
        )[:MOST_NEAR]


class Area(models.Model):
    """A piece of the map with an official code; a new map closes it and opens successors."""

    class Kind(models.TextChoices):
        COUNTY = "county", _("county")
        DISTRICT = "district", _("district")
        UNITARY = "unitary", _("unitary authority")
        WARD = "ward", _("ward")
        DIVISION = "division", _("county division")
        PARISH = "parish", _("parish")
        PARISH_WARD = "parish_ward", _("parish ward")
        LOCALITY = "locality", _("locality")

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_cy = models.CharField(_("Welsh name"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("lies in"),
    )
    boundary = models.JSONField(
        _("boundary"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("GeoJSON geometry in degrees of longitude and latitude (WGS 84)."),
    )
    outline = models.CharField(_("outline"), max_length=2048, blank=True, editable=False)
    box_left = models.IntegerField(null=True, blank=True, editable=False)
    box_top = models.IntegerField(null=True, blank=True, editable=False)
    box_right = models.IntegerField(null=True, blank=True, editable=False)
    box_bottom = models.IntegerField(null=True, blank=True, editable=False)
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("until"), null=True, blank=True)
    successors = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="predecessors",
        verbose_name=_("succeeded by"),
    )

    objects: ClassVar[AreaQuerySet] = AreaQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="communities_area_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("pk")),
                name="communities_area_not_in_itself",
            ),
            models.CheckConstraint(
                condition=Q(outline="")
                | Q(
                    box_left__isnull=False,
                    box_top__isnull=False,
                    box_right__isnull=False,
                    box_bottom__isnull=False,
                ),
                name="communities_area_outline_has_box",
            ),
        ]
        indexes = [models.Index(fields=["parent", "kind"], name="communities_area_in_parent")]

    def __str__(self) -> str:
        return self.local_name

    def get_absolute_url(self) -> str:
        return address_of("place-detail", quote(self.code))

    @property
    def local_name(self) -> str:
        return (self.name_cy if get_language() == "cy" else "") or self.name

    @property
    def lineage(self) -> list["Area"]:
        """What the area lies in, nearest first; joined by `with_lineage`."""
        above: list[Area] = []
        area = self.parent
        while area is not None and len(above) < 3:
            above.append(area)
            area = area.parent
        return above

    @property
    def is_closed(self) -> bool:
        return self.valid_to is not None and self.valid_to < timezone.localdate()


def frame_of(areas: Iterable[Area]) -> str:
    """Return the SVG view box around the outlines of some areas, with a margin; "" without any."""
    drawn = [area for area in areas if area.outline]
    if not drawn:
        return ""
    left, top = min(a.box_left or 0 for a in drawn), min(a.box_top or 0 for a in drawn)
    width = max(a.box_right or 0 for a in drawn) - left
    height = max(a.box_bottom or 0 for a in drawn) - top
    margin = max(width, height) // 12 + 1
    return f"{left - margin} {top - margin} {width + 2 * margin} {height + 2 * margin}"


class Postcode(models.Model):
    """A postcode, kept in capitals without its space, and where its middle lies."""

    code = models.CharField(max_length=8, primary_key=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    areas = models.ManyToManyField(Area, through="PostcodeArea", related_name="postcodes")

    class Meta:
        verbose_name = _("postcode")
        verbose_name_plural = _("postcodes")

    def __str__(self) -> str:
        return f"{self.code[:-3]} {self.code[-3:]}"


class PostcodeArea(models.Model):
    """A postcode lies in an area from one day to another; two open wards are a straddle."""

    postcode = models.ForeignKey(Postcode, models.CASCADE, related_name="places", db_index=False)
    area = models.ForeignKey(Area, models.CASCADE, related_name="postcode_places")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("postcode", "area", name="communities_postcodearea_once")
        ]

    def __str__(self) -> str:
        return f"{self.postcode_id} {self.area_id}"
