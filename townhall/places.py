"""Finding a place from what somebody types into the postcode field."""

import re
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.functions import Length
from django.utils import timezone

from communities.models import FULL_POSTCODE, Area, Postcode, normalize_postcode

BEGINNING = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9]?")
INWARD_LENGTH = 3
MOST_CHOICES = 30


@dataclass(frozen=True)
class Finding:
    """What a postcode led to: one ward, several to choose from, or the problem.

    `problem` is one of "", "beginning" (only the first half was typed), "unknown", "malformed".
    """

    wards: list[Area]
    problem: str = ""


def find_place(typed: str) -> Finding:
    """Look up wards by postcode, in any spacing or case; never guess between several."""
    code = normalize_postcode(typed)
    if FULL_POSTCODE.fullmatch(code):
        wards = _wards_of([code])
        return Finding(wards, "" if wards else "unknown")
    if BEGINNING.fullmatch(code):
        wards = _wards_of(_postcodes_beginning(code))
        return Finding(wards, "beginning" if wards else "unknown")
    return Finding([], "malformed")


def _wards_of(postcodes: list[str] | QuerySet[Postcode]) -> list[Area]:
    wards = Area.objects.wards_of(postcodes, timezone.localdate()).for_page()
    return list(wards.select_related("parent").order_by("name")[:MOST_CHOICES])


def _postcodes_beginning(code: str) -> QuerySet[Postcode]:
    """Pick by outward code ("M33"), else by the code up to the next digit ("M33 7")."""
    begun = Postcode.objects.filter(code__startswith=code).annotate(length=Length("code"))
    outward = begun.filter(length=len(code) + INWARD_LENGTH)
    return outward if outward.exists() else begun.filter(length=len(code) + INWARD_LENGTH - 1)
