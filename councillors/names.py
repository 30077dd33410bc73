"""Whose names nobody else may take unmarked, of those who speak for us."""

from collections.abc import Iterator

from django.utils import timezone

from accounts.models import User
from accounts.names import ProtectedName
from councillors.models import Body, Capacity, Councillor


def names_in_office(user: User | None) -> Iterator[ProtectedName]:
    """Yield the names of sitting councillors, of whoever has a capacity today, and of bodies."""
    sitting = Councillor.objects.sitting().values_list("person__name", "person__user")
    for name, pk in sitting.distinct():
        yield ProtectedName(name, pk)
    held = Capacity.objects.held_on(timezone.localdate())
    for name, pk in held.values_list("user__public_name", "user").distinct():
        yield ProtectedName(name, pk)
    for name in Body.objects.filter(ended_on=None).values_list("name", flat=True):
        yield ProtectedName(name, is_body=True)
