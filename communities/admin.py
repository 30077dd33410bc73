"""Areas, communities, their members and moderators at the staff desk."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import ForeignKeyRawIdWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext_lazy as _

from accounts.admin import ReadOnlyAdmin, RecordedAdmin, signed_in
from accounts.models import User
from accounts.views import refuse_sent
from communities import services
from communities.forms import DeclineForm, OpenForm
from communities.models import Area, Community, LocalLink, Membership, ModeratorScope, Proposal
from communities.permissions import may_decide_proposal


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


class LocalLinkFormSet(forms.BaseInlineFormSet):
    """Local links; a community opens with enough of them, and never loses them again."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [form for form in self.forms if form.cleaned_data.get("url")]
        links = len([form for form in kept if not form.cleaned_data.get("DELETE")])
        if self.instance.pk is None or links < self.initial_form_count():
            services.refuse_few_links(links)


class LocalLinkInline(admin.StackedInline):
    model = LocalLink
    formset = LocalLinkFormSet
    extra = 1

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return self.extra if obj else services.FEWEST_LINKS


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
        "posts_per_day",
        "rules",
        "archived_at",
    ]
    readonly_fields = ["archived_at"]
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


@dataclass(frozen=True)
class Act:
    """What staff do with a proposal: its words, its form, and what it does."""

    label: Any
    consequence: Any
    form: type[forms.Form]


ACTS = {
    "open": Act(
        _("Open it"),
        _("Everybody finds it in the directory, and the proposer is its first member."),
        OpenForm,
    ),
    "decline": Act(
        _("Decline it"), _("Nothing is opened; the proposer reads your answer."), DeclineForm
    ),
}


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    """Communities that residents would like to have: opened here, or answered why not."""

    list_display = ["name", "area", "proposer", "state", "proposed_at"]
    list_filter = ["state"]
    list_select_related = ["area", "proposer"]
    when_empty = _("Nobody has proposed a community yet.")
    search_fields = ["name"]
    folded_search_fields = ["proposer__folded_name"]
    change_form_template = "admin/communities/proposal/change_form.html"
    open_community = staticmethod(services.open_community)
    fields = [
        "name",
        "area",
        "description",
        "reasons",
        "links",
        "proposer",
        "proposed_at",
        "state",
        "answer",
        "community",
        "decided_by",
        "decided_at",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Proposal]:
        waiting_first = Case(When(state=Proposal.State.WAITING, then=Value(0)), default=Value(1))
        proposals = Proposal.objects.select_related("area", "proposer")
        return proposals.defer("area__boundary").order_by(waiting_first, "proposed_at", "pk")

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ()

    def get_urls(self) -> list[URLPattern]:
        act = self.admin_site.admin_view(self.act_view)
        return [
            path("<int:pk>/act/<slug:name>/", act, name="communities_proposal_act"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        acts = ACTS if _is_open_to(request, kwargs["obj"]) else {}
        return super().render_change_form(request, context | {"acts": acts}, *args, **kwargs)

    def act_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Show the form of an act, then do it."""
        proposal = get_object_or_404(self.get_queryset(request), pk=pk)
        act = ACTS.get(name)
        if not self.has_view_permission(request) or act is None:
            raise PermissionDenied
        page = reverse("admin:communities_proposal_change", args=[pk])
        if not _is_open_to(request, proposal):
            return refuse_sent(request, _("This is not possible any more."), page)
        form = act.form(request.POST or None, initial=_proposed(proposal))
        if request.method == "POST" and form.is_valid():
            try:
                self._carry_out(name, proposal, signed_in(request), form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("Done: %(act)s.") % {"act": act.label})
                return redirect(page)
        context = {
            **self.admin_site.each_context(request),
            "title": act.label,
            "act": act,
            "form": form,
            "proposal": proposal,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/communities/proposal/act.html", context)

    def _carry_out(self, name: str, proposal: Proposal, by: User, asked: dict[str, Any]) -> None:
        if name == "decline":
            services.decline_proposal(proposal, by=by, **asked)
        else:
            founding = services.Founding(**asked, area=proposal.area)
            self.open_community(proposal, by=by, founding=founding)


def _is_open_to(request: HttpRequest, proposal: Proposal) -> bool:
    is_waiting = proposal.state == Proposal.State.WAITING
    return is_waiting and may_decide_proposal(request.user, proposal)


def _proposed(proposal: Proposal) -> dict[str, Any]:
    """Fill in the form to open it with what was proposed."""
    return {
        "name": proposal.name,
        "slug": slugify(proposal.name)[:80],
        "description": proposal.description,
        "links": proposal.links,
    }


@admin.register(Membership)
class MembershipAdmin(RecordedAdmin):
    """Who belongs where; staff make ambassadors and silence members, joining is their own act."""

    list_display = ["user", "community", "role", "joined_at", "silenced_until"]
    list_filter = ["role"]
    list_select_related = ["user", "community"]
    search_fields = ["user__email", "community__name"]
    sortable_by = ()
    folded_search_fields = ["user__folded_name"]
    ordering = ["-pk"]
    fields = ["user", "community", "joined_at", "role", "silenced_until"]
    readonly_fields = ["user", "community", "joined_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("user", "community")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Hand a change of role to its service, which sees to those of the same name."""
        if "role" in form.changed_data:
            services.change_role(obj, by=signed_in(request), role=obj.role)
        super().save_model(request, obj, form, change)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Let nobody make themselves an ambassador, or end their own silence."""
        is_own = obj is not None and obj.user == request.user
        return self.fields if is_own else self.readonly_fields

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
    search_fields = ["user__email"]
    folded_search_fields = ["user__folded_name"]
    ordering = ["-pk"]
    raw_id_fields = ["user", "area", "community"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModeratorScope]:
        scopes = super().get_queryset(request).select_related("user", "area", "community")
        return scopes.defer("area__boundary")
