"""The register of bodies, people, seats and capacities; every change goes through the services."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.admin import RecordedAdmin
from accounts.models import User
from councillors import services
from councillors.forms import CapacityForm
from councillors.models import Body, Capacity, Councillor, Person


class RegisterAdmin(RecordedAdmin):
    """Entries of the register are added, changed and ended, never deleted."""

    list_per_page = 50

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ServedAdmin(RegisterAdmin):
    """Entries whose services record who did what."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]  # the admin ignores what it returns
        """Do nothing: the service has recorded it."""

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]  # the admin ignores what it returns
        """Do nothing: the service has recorded it."""


@admin.register(Body)
class BodyAdmin(RegisterAdmin):
    list_display = ("name", "nation", "area", "ended_on")
    list_filter = ("nation",)
    search_fields = ("name", "code")
    prepopulated_fields = {"slug": ("name",)}
    raw_id_fields = ("area",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Body]:
        return super().get_queryset(request).select_related("area").defer("area__boundary")


@admin.register(Person)
class PersonAdmin(RegisterAdmin):
    list_display = ("name", "email", "user")
    list_select_related = ("user",)
    search_fields = ("name", "email", "popolo_id")
    prepopulated_fields = {"slug": ("name",)}
    raw_id_fields = ("user",)


@admin.register(Councillor)
class CouncillorAdmin(ServedAdmin):
    list_display = ("holder", "role", "body", "place", "party", "start_on", "end_on")
    list_filter = ("body",)
    search_fields = ("person__name", "area__name", "area_name", "party")
    raw_id_fields = ("person", "area")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Councillor]:
        return Councillor.objects.with_person()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # Who speaks in this seat was granted and confirmed for this person and this body.
        fixed = obj is not None and obj.capacities.exists()
        return ("person", "body") if fixed else ()

    @admin.display(description=Councillor._meta.get_field("person").verbose_name)
    def holder(self, seat: Councillor) -> str:
        return str(seat.person or self.get_empty_value_display())

    @admin.display(description=Councillor._meta.get_field("area").verbose_name)
    def place(self, seat: Councillor) -> str:
        return str(seat.area or seat.area_name)

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        services.save_seat(cast(Councillor, obj), by=_staff(request))


@admin.register(Capacity)
class CapacityAdmin(ServedAdmin):
    list_display = ("user", "kind", "title", "body", "start_on", "end_on", "confirmed_by")
    list_select_related = ("user", "body", "confirmed_by")
    list_filter = ("kind", "body")
    search_fields = ("title", "body__name")
    folded_search_fields = ("user__folded_name",)
    raw_id_fields = ("user", "seat")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fields = CapacityForm.Meta.fields
        return fields if obj is None else ("kind", *fields, "granted_by")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # What was said in a capacity stays said in it: only an officer's last day may change.
        if obj is None:
            return ()
        changeable = {"end_on"} if obj.seat_id is None else set()
        return tuple(name for name in self.get_fields(request, obj) if name not in changeable)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        if obj is None:
            kwargs["form"] = type("CapacityForm", (CapacityForm,), {"by": request.user})
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        if change:
            if "end_on" in form.changed_data:
                end_on = form.cleaned_data["end_on"]
                services.end_capacity(cast(Capacity, obj), by=_staff(request), end_on=end_on)
            return
        granted = services.grant_capacity(
            form.grant, by=_staff(request), confirmed_by=form.cleaned_data["confirmed_by"]
        )
        obj.pk = granted.pk
        cast(Capacity, obj).body = granted.body


def _staff(request: HttpRequest) -> User:
    return cast(User, request.user)
