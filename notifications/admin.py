from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin import DeskAdmin
from accounts.models import User
from notifications import services
from notifications.models import Mail, Suppression


@admin.register(Mail)
class MailAdmin(DeskAdmin):
    """Where mail stands; what it says, sign-in links too, is for its reader alone."""

    list_display = ["to", "queue", "state", "attempts", "next_attempt_at", "sent_at", "note"]
    list_filter = ["state", "queue"]
    search_fields = ["=to", "=message_id"]
    sortable_by = ()
    search_help_text = _("A whole address, or a Message-ID")
    fields = [
        "message_id", "to", "queue", "state", "attempts", "next_attempt_at", "note",
        "created_at", "sent_at",
    ]  # fmt: skip
    ordering = ["-pk"]
    list_per_page = 50
    actions = ["send_again"]
    when_empty = _("No mail has been written yet.")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_send_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notifications.change_mail")

    @admin.action(description=_("Send again what failed"), permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Mail]) -> None:
        count = services.send_again(queryset, by=cast(User, request.user))
        text = ngettext("%(n)d mail is ready again.", "%(n)d mails are ready again.", count)
        self.message_user(request, text % {"n": count}, messages.SUCCESS)


@admin.register(Suppression)
class SuppressionAdmin(DeskAdmin):
    list_display = ["email", "reason", "created_at"]
    search_fields = ["email"]
    when_empty = _("No address is kept from mail. One that a mail server refuses comes here.")
    fields = ["email", "reason"]
    ordering = ["-pk"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Suppression, form: Any, change: bool) -> None:
        obj.pk = services.suppress(obj.email, reason=obj.reason, by=cast(User, request.user)).pk

    def delete_model(self, request: HttpRequest, obj: Suppression) -> None:
        services.lift_suppression(obj, by=cast(User, request.user))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Suppression]) -> None:
        for suppression in queryset:
            services.lift_suppression(suppression, by=cast(User, request.user))
