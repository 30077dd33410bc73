"""Who looks at a page."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import User

Viewer = User | AnonymousUser


def moderates_everywhere(viewer: Viewer) -> bool:
    """Say whether a person is staff with the right to moderate every community."""
    return viewer.is_staff and viewer.has_perm("communities.moderate_community")
