"""The reading queue: what was sent in, and what staff decide about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from accounts.admin import ReadOnlyAdmin
from accounts.models import User
from accounts.views import refuse_sent
from questions import services
from questions.forms import CloseForm, DecisionForm, MergeForm, ReferForm
from questions.models import UNREAD_FIRST, Question
from questions.permissions import may_decide_question, may_open


@dataclass(frozen=True)
class Act:
    """One thing staff do with a question: its words, its form, its service, and when."""

    label: Any
    consequence: Any
    service: Callable[..., Question]
    states: set[Question.State]
    form: type[DecisionForm] = DecisionForm


ACTS = {
    "open": Act(
        _("Open it"),
        _("Everybody can read it from now on, and whoever was asked has ten working days."),
        services.open_question,
        services.UNREAD,
    ),
    "keep-private": Act(
        _("Keep it in private"),
        _("It never appears on the site. Deal with it directly with whoever asked."),
        services.keep_private,
        {Question.State.SUBMITTED},
    ),
    "merge": Act(
        _("Join it with another"),
        _("Whoever asked this is counted with the other question, and told of its answer."),
        services.merge_question,
        {Question.State.SUBMITTED} | services.WAITING,
        MergeForm,
    ),
    "refer": Act(
        _("Pass it on"),
        _("Another body has it from now on. The site says so."),
        services.refer_question,
        services.WAITING,
        ReferForm,
    ),
    "close": Act(
        _("Close it without an answer"),
        _("Nobody answers it any more."),
        services.close_question,
        services.UNREAD | services.WAITING,
        CloseForm,
    ),
}


@admin.register(Question)
class QuestionAdmin(ReadOnlyAdmin):
    """Questions are read here and decided about; nobody edits what somebody asked."""

    list_display = ("title", "author", "addressee", "body", "state", "asked_at", "due_on", "wanted")
    list_filter = ("state", "body")
    when_empty = _("Nobody has asked anything yet. Questions come here to be read first.")
    search_fields = ("title",)
    folded_search_fields = ("author__folded_name",)
    list_per_page = 50
    fields = (
        "title",
        "text",
        "author",
        "addressee",
        "body",
        "community",
        "state",
        "asked_at",
        "opened_on",
        "due_on",
        "acknowledged_at",
        "answered_at",
        "answered_by",
        "merged_into",
        "closing_reason",
        "wanted",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        return Question.objects.for_page().order_by(UNREAD_FIRST, "asked_at", "pk")

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_open(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Question | None = None) -> bool:
        return may_open(request.user)

    @admin.display(description=_("to"))
    def addressee(self, question: Question) -> str:
        if question.seat is not None:
            return str(question.seat.person or question.seat.role)
        return str(_("the councillors of %(ward)s")) % {"ward": question.area}

    @admin.display(description=_("want to know"))
    def wanted(self, question: Question) -> int:
        return question.asker_count

    def get_urls(self) -> list[URLPattern]:
        act = self.admin_site.admin_view(self.act_view)
        return [
            path("<int:pk>/act/<slug:name>/", act, name="questions_question_act"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        question = kwargs["obj"]
        is_others = may_decide_question(request.user, question)
        offered = {
            name: act for name, act in ACTS.items() if is_others and question.state in act.states
        }
        return super().render_change_form(request, context | {"acts": offered}, *args, **kwargs)

    def act_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Ask for confirmation, then decide."""
        if not may_open(request.user):
            raise PermissionDenied
        question = get_object_or_404(self.get_queryset(request), pk=pk)
        page = reverse("admin:questions_question_change", args=[pk])
        act = ACTS.get(name)
        if not may_decide_question(request.user, question):
            refusal = _(
                "You asked this question, or it was put to you: somebody else decides about it."
            )
            return refuse_sent(request, refusal, page)
        if act is None or question.state not in act.states:
            return refuse_sent(request, _("This is not possible any more."), page)
        form = act.form(request.POST or None, question=question)
        if request.method == "POST" and form.is_valid():
            try:
                act.service(question, by=cast(User, request.user), **form.cleaned_data)
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
            "question": question,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/questions/question/act.html", context)
