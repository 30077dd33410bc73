"""Who may change the register of seats and capacities."""

from accounts.models import User
from communities.models import Viewer


def may_grant_capacity(viewer: Viewer) -> bool:
    """Staff with the right to add capacities grant them; anybody else does not."""
    return viewer.is_active and viewer.is_staff and viewer.has_perm("councillors.add_capacity")


def may_confirm_capacity(viewer: Viewer, *, granted_by: User, receiver: User) -> bool:
    """A second member of staff confirms: not who granted it, and not who receives it."""
    return isinstance(viewer, User) and viewer.has_desk and viewer not in (granted_by, receiver)


def may_change_seat(viewer: Viewer) -> bool:
    """Staff with the right to change seats set their dates."""
    return viewer.is_active and viewer.is_staff and viewer.has_perm("councillors.change_councillor")
