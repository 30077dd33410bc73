"""People and the audit trail at the staff desk, and what every room's desk builds on."""

import re
from collections.abc import Collection, Sequence
from typing import Any

import allauth.account.admin  # noqa: F401 (registers what is taken off below)
import django.contrib.auth.admin  # noqa: F401 (registers what is taken off below)
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import DateField, DateTimeField, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.folding import fold
from accounts.models import AuditEntry, Namesake, User

MAX_BITS = 8  # words of one search
INDEXED = re.compile(r"\w{3}")  # parts of words are found by three letters in a row
FEW_LETTERS = _(
    "Type three letters in a row to search within words; by fewer, only names that begin with "
    "them are found."
)
Lookup = tuple[str, str, list[str]]  # a field, how it is compared, and with what
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?")
FIELDS_OF_PERSON = (
    "public_name",
    "email",
    "language",
    "date_joined",
    "last_login",
    "is_active",
    "closed_at",
    "suspended_until",
    "posts_held_until",
    "is_staff",
    "groups",
)


def signed_in(request: HttpRequest) -> User:
    """Return the person who works at the desk; the admin lets in nobody without an account."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


# Addresses are their owners' to change, and what a group may do is set by a migration.
admin.site.unregister([EmailAddress, Group])


class DeskPaginator(Paginator):
    """Counts no further than anybody leafs; a list of more rows is narrowed down instead."""

    most = 1_000

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        return (
            rows.order_by().values("pk")[: self.most].count()
            if isinstance(rows, QuerySet)
            else len(rows)
        )


class DeskList(ChangeList):
    """A list in its own order, unless its columns may be sorted by; addresses do not get around."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        if not self.sortable_by:
            self.params.pop(ORDER_VAR, None)
        return super().get_ordering(request, queryset)


class DeskAdmin(admin.ModelAdmin):
    """Lists named for what they hold, without counts of all rows; the audit trail as history."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = DeskPaginator
    when_empty: Any = ""  # what an empty list says
    folded_search_fields: Sequence[str] = ()  # names of people, which are compared folded
    lookups: Collection[str] = ()  # what links to a list may narrow it down by, besides its filters

    def lookup_allowed(self, lookup: str, value: str, request: Any = None) -> bool:
        """Say whether an address may ask for rows by a lookup: only as the filters shown do.

        Django lets any field of the rows themselves be asked for, so that somebody who may see a
        list could learn letter by letter what no page shows.
        """
        if lookup in self.lookups:
            return True
        filters = self.get_list_filter(request) if request else self.list_filter
        return any(lookup in self._lookups_of(each) for each in filters)

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        return self.opts.pk is not None and to_field == self.opts.pk.name

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """Return the row of a page; a field without a name, which Django looks up, is none."""
        return super().get_object(request, object_id, from_field or None)

    def _lookups_of(self, each: Any) -> set[str]:
        """Return what an address may say for one of the filters."""
        if isinstance(each, type) and issubclass(each, admin.SimpleListFilter):
            return {each.parameter_name or ""}
        name = each if isinstance(each, str) else each[0]
        field = self.opts.get_field(name)
        if field.is_relation and field.related_model:
            key = field.related_model._meta.pk.name
            return {f"{name}__{key}__exact", f"{name}__isnull"}
        if isinstance(field, DateField):
            return {f"{name}__gte", f"{name}__lt", f"{name}__isnull"}
        return {f"{name}__exact", f"{name}__isnull"}

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {"title": capfirst(self.opts.verbose_name_plural), **(extra_context or {})}
        return super().changelist_view(request, context)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[DeskList]:
        return DeskList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search each field by itself and no further than anybody leafs, so that indexes help."""
        bits = search_term.split()[:MAX_BITS]
        if not bits:
            return queryset, False
        folded = [bit for bit in map(fold, bits) if bit]
        fields: list[Lookup] = []
        if any(map(INDEXED.search, bits)) or self.get_sortable_by(request):
            fields += [(name, "icontains", bits) for name in self.search_fields]
            fields += [(name, "contains", folded) for name in self.folded_search_fields if folded]
        else:
            whole = [name for name in self.search_fields if name.startswith("=")]
            fields += [(name, "iexact", bits) for name in whole]
            begin = [fold(" ".join(bits))]
            fields += [(name, "startswith", begin) for name in self.folded_search_fields]
            messages.info(request, FEW_LETTERS)
        # Keys are asked for by themselves: of those that are known, an index is always the way.
        keys = {key for field in fields for key in self._with_all(*field)}
        return queryset.filter(pk__in=keys), False

    def _with_all(self, field: str, lookup: str, bits: list[str]) -> QuerySet[Any]:
        """Return the keys of some rows of which a field, or that of a related row, has all bits."""
        if field.startswith("="):
            field, lookup, bits = field[1:], "iexact", [" ".join(bits)]
        relation, _separator, name = field.rpartition("__")
        model: Any = self.model
        if relation:
            model = self.opts.get_field(relation).related_model
        has_all = Q(*(Q(**{f"{name}__{lookup}": bit}) for bit in bits))
        rows = model._default_manager.filter(has_all)
        rows = rows.order_by("-pk") if lookup == "iexact" else rows.order_by()
        found = rows.values_list("pk", flat=True)[: DeskPaginator.most]
        if not relation:
            return found
        related = self.model._default_manager.filter(**{f"{relation}__in": list(found)})
        return related.order_by().values_list("pk", flat=True)[: DeskPaginator.most]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        obj = self.get_object(request, object_id)
        if obj is None or not self.has_view_permission(request, obj):
            raise PermissionDenied
        subject = {"subject_kind": self.opts.model_name, "subject_id": obj.pk}
        return redirect(f"{reverse('admin:accounts_auditentry_changelist')}?{urlencode(subject)}")


class ReadOnlyAdmin(DeskAdmin):
    """Rows that staff read here and change elsewhere, if at all.

    They are too many to be sorted by any column.
    """

    sortable_by = ()

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class MomentInput(forms.DateTimeInput):
    """A field of a moment; what a browser would not show in one stands in a plain field again."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        shown = context["widget"]["value"]
        if shown and not MOMENT.fullmatch(shown):
            context["widget"]["type"] = "text"
            context["widget"]["attrs"]["step"] = False
        return context


class RecordedAdmin(DeskAdmin):
    """Rows that staff change here; the audit trail keeps who did, not a second log."""

    formfield_overrides = {
        # Labelled fields that work without a script, instead of the admin's own calendar.
        DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
        DateTimeField: {
            "form_class": forms.DateTimeField,
            "widget": MomentInput(
                attrs={"type": "datetime-local", "step": 1}, format="%Y-%m-%dT%H:%M:%S"
            ),
        },
    }

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write only what was changed here: counters and the rest may have moved meanwhile."""
        obj.save(update_fields=form.changed_data if change else None)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]  # the admin ignores what it returns
        services.record_act(obj, by=signed_in(request), act="add")

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]  # the admin ignores what it returns
        services.record_act(obj, by=signed_in(request), act="change")

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:  # type: ignore[override]  # the admin ignores what it returns
        for obj in queryset:
            services.record_act(obj, by=signed_in(request), act="delete")


@admin.register(User)
class UserAdmin(RecordedAdmin):
    """People; staff set suspensions, administrators make staff, nobody sets a password."""

    list_display = ["public_name", "email", "is_staff", "is_active", "suspended_until"]
    list_filter = ["is_staff", "is_active"]
    search_fields = ["email"]
    folded_search_fields = ["folded_name"]
    sortable_by = ()
    ordering = ["-pk"]
    fields = FIELDS_OF_PERSON

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        editable = {"suspended_until", "posts_held_until"}
        if signed_in(request).is_superuser:
            editable |= {"is_staff", "groups"}
        if obj == request.user:  # nobody ends their own suspension, or takes rights
            editable = set()
        return [name for name in FIELDS_OF_PERSON if name not in editable]

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        kwargs["widget"] = forms.CheckboxSelectMultiple
        kwargs["help_text"] = ""  # the admin says it under an id that a list of boxes does not have
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Hand each change to its service."""
        by, changed = signed_in(request), set(form.changed_data)
        if "suspended_until" in changed:
            services.suspend_user(obj, by=by, until=obj.suspended_until)
        if "posts_held_until" in changed:
            services.hold_posts(obj, by=by, until=obj.posts_held_until)
        if changed & {"is_staff", "groups"}:
            services.change_staff_rights(
                obj, by=by, is_staff=obj.is_staff, groups=form.cleaned_data["groups"]
            )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Do nothing: the service has set the groups."""

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]  # the admin ignores what it returns
        """Do nothing: the services have recorded it."""


class SeenFilter(admin.SimpleListFilter):
    """Shows whom nobody has looked at, unless something else is asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        waiting, *others = super().choices(changelist)
        return [{**waiting, "display": _("Not looked at")}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Namesake]) -> QuerySet[Namesake]:
        return queryset if self.value() == "all" else queryset.filter(seen_at=None)


@admin.register(Namesake)
class NamesakeAdmin(ReadOnlyAdmin):
    """Who has the name of a person in office; staff look whether they speak as themselves."""

    list_display = ["user", "since", "seen_at", "seen_by"]
    list_filter = [SeenFilter]
    list_select_related = ["user", "seen_by"]
    folded_search_fields = ["user__folded_name"]
    search_fields = ["user__email"]
    ordering = ["since", "pk"]
    actions = ["see"]
    when_empty = _("Nobody else has the name of a person in office.")

    @admin.action(description=_("Looked at"), permissions=["see"])
    def see(self, request: HttpRequest, queryset: QuerySet[Namesake]) -> None:
        for namesake in queryset.select_related("user"):
            services.see_namesake(namesake, by=signed_in(request))

    def has_see_permission(self, request: HttpRequest) -> bool:
        return signed_in(request).has_perm("accounts.change_namesake")


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what, newest first."""

    list_display = ["at", "by", "act", "subject_kind", "subject_id"]
    list_select_related = ["by"]
    list_per_page = 50
    search_fields = ["=act", "=subject_kind"]
    search_help_text = _("Somebody's name, or the whole word of an act or of a kind of thing")
    folded_search_fields = ["by__folded_name"]
    lookups = ["subject_kind", "subject_id"]
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        return super().get_queryset(request).select_related("by")
