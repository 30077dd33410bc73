"""Areas, communities, their members and moderators at the staff desk."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import ForeignKeyRawIdWidget
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from accounts.admin import RecordedAdmin, signed_in
from communities import services
from communities.models import Area, Community, LocalLink, Membership, ModeratorScope


class AreaIdWidget(ForeignKeyRawIdWidget):
    """Names the chosen area without loading its boundary, which may be megabytes."""

    def label_and_url_for_value(self, value: Any) -> tuple[str, str]:
        if not str(value).isdigit():
            return "", ""
        area = Area.objects.only("name", "name_cy").filter(pk=value).first()
        return (Truncator(str(area)).words(14), "") if area else ("", "")


class AreaFieldsAdmin(RecordedAdmin):
    """Rows that point at areas: chosen by number, never with their boundary."""

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.remote_field.model is Area:
            kwargs["widget"] = AreaIdWidget(db_field.remote_field, self.admin_site)
            kwargs["queryset"] = Area.objects.for_page()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Area)
class AreaAdmin(AreaFieldsAdmin):
    """Places; maps come by import, so here are only names, dates and what lies in what."""

    list_display = ["name", "kind", "code", "parent", "valid_from", "valid_to"]
    list_filter = ["kind"]
    list_select_related = ["parent"]
    search_fields = ["name", "code"]
    fields = ["code", "name", "name_cy", "kind", "parent", "valid_from", "valid_to"]
    raw_id_fields = ["parent"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Area]:
        return super().get_queryset(request).defer("boundary", "parent__boundary")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LocalLinkInline(admin.StackedInline):
    model = LocalLink
    extra = 1


@admin.register(Community)
class CommunityAdmin(AreaFieldsAdmin):
    """Opening a community, its settings, its rules, and its local links."""

    list_display = ["name", "kind", "area", "visibility", "member_count", "archived_at"]
    list_filter = ["kind", "visibility"]
    list_select_related = ["area"]
    search_fields = ["name", "slug"]
    ordering = ["name"]
    fields = [
        "name",
        "slug",
        "kind",
        "area",
        "description",
        "visibility",
        "hold_first_posts",
        "rules",
        "archived_at",
    ]
    prepopulated_fields = {"slug": ["name"]}
    raw_id_fields = ["area"]
    inlines = [LocalLinkInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Community]:
        return super().get_queryset(request).select_related("area").defer("area__boundary")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the settings; a new text of the rules goes through its service."""
        rules = obj.rules
        obj.rules = form.initial.get("rules", "")
        super().save_model(request, obj, form, change)
        if "rules" in form.changed_data:
            services.change_rules(obj, by=signed_in(request), rules=rules)


@admin.register(Membership)
class MembershipAdmin(RecordedAdmin):
    """Who belongs where; staff make ambassadors and silence members, joining is their own act."""

    list_display = ["user", "community", "role", "joined_at", "silenced_until"]
    list_filter = ["role"]
    list_select_related = ["user", "community"]
    search_fields = ["user__public_name", "user__email", "community__name"]
    ordering = ["-pk"]
    fields = ["user", "community", "joined_at", "role", "silenced_until"]
    readonly_fields = ["user", "community", "joined_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("user", "community")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ModeratorScopeForm(forms.ModelForm):
    class Meta:
        model = ModeratorScope
        fields = ["user", "area", "community"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("area")) == bool(cleaned.get("community")):
            raise ValidationError(_("Choose either an area or a community."))
        return cleaned


@admin.register(ModeratorScope)
class ModeratorScopeAdmin(AreaFieldsAdmin):
    """Who moderates which area or community."""

    form = ModeratorScopeForm
    list_display = ["user", "area", "community"]
    list_select_related = ["user", "area", "community"]
    search_fields = ["user__public_name", "user__email"]
    ordering = ["-pk"]
    raw_id_fields = ["user", "area", "community"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModeratorScope]:
        scopes = super().get_queryset(request).select_related("user", "area", "community")
        return scopes.defer("area__boundary")
