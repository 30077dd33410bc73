"""Who asked for what is held about them, at the staff desk."""

from django.contrib import admin

from accounts.admin import ReadOnlyAdmin
from records.models import AccessRequest


@admin.register(AccessRequest)
class AccessRequestAdmin(ReadOnlyAdmin):
    """Requests for one's own data, newest first."""

    list_display = ["user", "asked_at"]
    list_select_related = ["user"]
    list_per_page = 50
    ordering = ["-pk"]
