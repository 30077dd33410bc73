"""Asking, the list of questions, and one question with its clock and its answer."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from accounts.views import sign_in_first
from communities.models import Community, Viewer
from communities.paging import Page, page_of, read_token
from councillors.models import Councillor, Person
from discussions.models import Post, Thread
from discussions.reading import thread_for_page
from discussions.services import Writing, take_up_pictures
from discussions.views import (
    Composer,
    begun_with,
    draft_read_with,
    first_or_404,
    key_in,
    page_number,
    people_to_name,
    posts_context,
    tray_of,
)
from questions import reading, services
from questions.clock import deadline, timing
from questions.forms import AnswerForm, AskForm
from questions.models import Asker, Question
from questions.permissions import (
    capacities_to_answer,
    may_acknowledge,
    may_answer,
    may_ask,
    may_join_question,
    may_see_receipt,
)

TABS = ("waiting", "overdue", "answered", "all")


@login_not_required
@require_safe
def question_list(request: HttpRequest) -> HttpResponse:
    tab = request.GET.get("state", "")
    tab = tab if tab in TABS else TABS[0]
    after = request.GET.get("after", "")
    page = _page_of(request.user, tab, after)
    return render(
        request,
        "questions/question_list.html",
        {
            "tab": tab,
            "rows": page.rows,
            "next": page.next,
            "is_first_page": not after,
            "section": "questions",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def question_ask(request: SignedInRequest, slug: str) -> HttpResponse:
    person = get_object_or_404(Person, slug=slug)
    seats = list(Councillor.objects.sitting().filter(person=person).with_person().order_by("pk"))
    context: dict[str, Any] = {"person": person, "section": "councillors"}
    if not seats:
        return render(request, "questions/question_ask_nobody.html", context, status=404)
    if not any(may_ask(request.user, seat) for seat in seats):
        raise PermissionDenied
    community = _asked_from(request)
    form = AskForm(request.POST or None, seats=seats, colleagues=_colleagues(seats))
    question = _ask(request, form, community) if "send" in request.POST else None
    if question:
        return redirect("questions:question-receipt", question.pk)
    today = timezone.localdate()
    deadlines = [deadline(today, seat.body.nation) for seat in seats]
    context |= {
        "form": form,
        "seats": seats,
        "community": community,
        "today": today,
        "deadline": max(deadlines, key=lambda each: each.due_on),
    }
    if request.method == "POST" and "change" not in request.POST and form.is_valid():
        context |= _check(request, form, seats)
        return render(request, "questions/question_check.html", context)
    return render(request, "questions/question_ask.html", context)


def _ask(request: SignedInRequest, form: AskForm, community: Community | None) -> Question | None:
    """Ask what was typed and looked over; put what is wrong with it on the form."""
    if not form.is_valid():
        return None
    given = form.cleaned_data
    inquiry = services.Inquiry(given["title"], given["text"], given["submit_key"], community)
    try:
        return services.ask_question(inquiry, by=request.user, to=given["to"])
    except ValidationError as error:
        form.add_error(None, error)
    return None


def _check(request: SignedInRequest, form: AskForm, seats: list[Councillor]) -> dict[str, Any]:
    """What somebody reads over before they send it, and what was asked before."""
    bodies = list({seat.body_id for seat in seats})
    words = reading.any_of(form.cleaned_data["title"])
    return {
        "given": form.cleaned_data,
        "to": form.described[form["to"].value()],
        "similar": reading.alike(request.user, words=words, bodies=bodies),
    }


@require_safe
def question_receipt(request: SignedInRequest, pk: int) -> HttpResponse:
    questions = Question.objects.visible_to(request.user).for_page()
    question = get_object_or_404(questions, pk=pk)
    if not may_see_receipt(request.user, question):
        raise PermissionDenied
    return render(
        request,
        "questions/question_receipt.html",
        {
            "question": question,
            "timing": timing(question),
            "deadline": deadline(timezone.localdate(), question.body.nation),
            "merged_into": _merged_into(request, question),
            "section": "questions",
        },
    )


@login_not_required
@require_safe
def question_detail(request: HttpRequest, thread_id: int, slug: str) -> HttpResponse:
    question = _question_or_404(request, thread_id)
    address = question.get_absolute_url()
    if not address.endswith(f"/{slug}/"):
        query = request.GET.urlencode()
        return redirect(f"{address}?{query}" if query else address)
    return _render_question(request, question)


def _on_post(
    view: Callable[[SignedInRequest, Question], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Act only on a POST of somebody signed in.

    A GET shows the question: somebody may come back here from the sign-in page, and a question may
    well have the name of the act as its slug.
    """

    @login_not_required
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def wrapped(request: HttpRequest, thread_id: int) -> HttpResponse:
        if request.method != "POST":
            return question_detail(request, thread_id, request.path.strip("/").rsplit("/", 1)[-1])
        question = _question_or_404(request, thread_id)
        if not request.user.is_authenticated:
            return sign_in_first(request, question.get_absolute_url())
        return view(cast(SignedInRequest, request), question)

    return wrapped


@_on_post
def question_want(request: SignedInRequest, question: Question) -> HttpResponse:
    if "stop" in request.POST:
        if services.stop_wanting(question, by=request.user):
            messages.success(request, _("You are no longer counted."))
        return redirect(question)
    if question.is_waiting and not may_join_question(request.user, question):
        raise PermissionDenied
    try:
        services.want_to_know(question, by=request.user)
    except ValidationError as error:
        messages.info(request, error.messages[0])
    else:
        messages.success(request, _("You are counted. We tell you when there is an answer."))
    return redirect(question)


@_on_post
def question_acknowledge(request: SignedInRequest, question: Question) -> HttpResponse:
    if not may_answer(request.user, question):
        raise PermissionDenied
    services.acknowledge_question(question, by=request.user)
    messages.success(request, _("Thank you. Everybody can see now that you have read it."))
    return redirect(question)


@require_safe
def question_people(request: SignedInRequest, thread_id: int) -> HttpResponse:
    """Suggest whom an answer may name, to whoever may give it: they need not be a member."""
    question = _question_or_404(request, thread_id)
    if not may_answer(request.user, question):
        raise PermissionDenied
    thread = cast(Thread, question.thread)
    return people_to_name(request, community=thread.community_id, thread=thread.pk)


@_on_post
def question_answer(request: SignedInRequest, question: Question) -> HttpResponse:
    if _answered_before(request, question):
        return redirect(question)
    if not may_answer(request.user, question):
        raise PermissionDenied
    capacity = capacities_to_answer(request.user, question).select_related("body").first()
    form = AnswerForm(
        request.POST, author=request.user, capacity=capacity, pictures=tray_of(request)
    )
    composer = Composer(request, form, cast(Thread, question.thread), None)
    if response := composer.respond():
        return response
    if composer.is_ready():
        try:
            writing = Writing(
                form.cleaned_data["body"],
                submit_key=form.cleaned_data["submit_key"],
                pictures=form.cleaned_data["pictures"],
                meant=form.meant,
            )
            post = services.answer_question(question, by=request.user, writing=writing)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            asked = ngettext(
                "Thank you. %(count)d person wanted to know, and is told.",
                "Thank you. %(count)d people wanted to know, and are told.",
                question.asker_count,
            )
            messages.success(request, asked % {"count": question.asker_count})
            return redirect(post)
    return _render_question(request, question, composer)


def _question_or_404(request: HttpRequest, thread_id: int) -> Question:
    questions = Question.objects.visible_to(request.user).for_page()
    return get_object_or_404(questions, thread=thread_id)


def _answered_before(request: SignedInRequest, question: Question) -> bool:
    key = key_in(request.POST.get("submit_key", ""))
    mine = Post.objects.filter(author=request.user, thread=question.thread_id)
    return key is not None and mine.filter(submit_key=key).exists()


def _render_question(
    request: HttpRequest, question: Question, composer: Composer | None = None
) -> HttpResponse:
    viewer = request.user
    thread = first_or_404(thread_for_page(viewer, pk=question.thread_id, day=timezone.localdate()))
    page = page_number(request, thread)
    context = posts_context(request, thread, page)
    answers = may_answer(viewer, question)
    wants = viewer.is_authenticated and Asker.objects.filter(question=question, user=viewer)
    context |= {
        "question": question,
        "may_acknowledge": answers and may_acknowledge(viewer, question),
        "may_join_question": may_join_question(viewer, question),
        "wants": wants and wants.exists(),
        "merged_into": _merged_into(request, question),
        "section": "questions",
        **_clock(question),
    }
    if answers:
        context |= _answering(cast(SignedInRequest, request), thread, composer)
    if page == 1:
        context |= _first_page(request, thread, context["posts"])
    return render(request, "questions/question_detail.html", context)


def _answering(
    request: SignedInRequest, thread: Thread, composer: Composer | None
) -> dict[str, Any]:
    """Gather the form for the answer, with what was begun: in the thread there is one draft."""
    if composer:
        context = composer.context()
        return {"answer_form": context.pop("form"), **context}
    draft = draft_read_with(thread)
    tray = take_up_pictures(draft, by=request.user) if draft else None
    form = AnswerForm(author=request.user, initial=begun_with(draft), pictures=tray)
    return {"answer_form": form, "draft": draft}


def _first_page(request: HttpRequest, thread: Thread, posts: list[Post]) -> dict[str, Any]:
    """Take the question and its answer, which may lie pages later, out of the posts."""
    answer = next((post for post in posts if post.pk == thread.answer_id), None)
    if answer is None and thread.answer is not None and thread.answer.number:
        number = thread.answer.number
        answer = thread.posts.for_page(request.user, number, number).first()
    apart = {1, answer.number if answer else 0}
    return {
        "first": [post for post in posts if post.number == 1],
        "answer": [answer] if answer else [],
        "posts": [post for post in posts if post.number not in apart],
    }


def _clock(question: Question) -> dict[str, Any]:
    """Gather the stations of a question: who saw it, whose it is, and the date with its reasons."""
    holders = question.holders.select_related("seat__person", "body").order_by("since", "pk")
    seats = [question.seat, *(holder.seat for holder in holders)]
    passed_on = [holder for holder in holders if holder.body_id is not None]
    explained = question.opened_on and deadline(question.opened_on, question.body.nation)
    return {
        "seen_by": next((seat.person for seat in seats if seat is not None), None),
        "passed_on": passed_on[-1] if passed_on else None,
        "timing": timing(question),
        "deadline": explained if explained and explained.due_on == question.due_on else None,
    }


def _page_of(viewer: Viewer, tab: str, after: str) -> Page:
    if tab == "answered":
        found = reading.answered(viewer, **read_token(after))
        return page_of(found, "answered_at", reading.QUESTIONS_PER_PAGE)
    if tab == "all":
        found = reading.asked(viewer, **read_token(after))
        return page_of(found, "asked_at", reading.QUESTIONS_PER_PAGE)
    start = _read_day(after)
    if tab == "overdue":
        return _soonest_first(reading.waiting(viewer, today=timezone.localdate(), **start))
    return _soonest_first(reading.waiting(viewer, **start))


def _soonest_first(found: list[Question]) -> Page:
    """Make a page of waiting questions; its token is the date and pk of the last."""
    size = reading.QUESTIONS_PER_PAGE
    last = found[size - 1] if len(found) > size else None
    return Page(found[:size], f"{last.due_on}_{last.pk}" if last else "")


def _read_day(after: str) -> dict[str, Any]:
    """Return where such a token starts; nothing where nobody made it."""
    due_on, _sign, pk = after.partition("_")
    try:
        day, number = date.fromisoformat(due_on), int(pk)
    except ValueError:
        return {}
    return {"due_on": day, "pk": number} if 0 < number < 2**63 else {}


def _asked_from(request: HttpRequest) -> Community | None:
    slug = request.GET.get("community", "")
    public = Community.objects.current().filter(visibility=Community.Visibility.PUBLIC)
    return public.filter(slug=slug).first() if slug else None


def _colleagues(seats: list[Councillor]) -> dict[int, int]:
    """Count who sits today for the ward of each seat, with its holder."""
    wards = [(seat.body_id, seat.area_id) for seat in seats]
    sitting = Councillor.objects.sitting().filter(
        body__in=[body for body, _ward in wards], area__in=[ward for _body, ward in wards if ward]
    )
    counted = sitting.order_by().values_list("body", "area").annotate(Count("pk"))
    counts = {(body, area): count for body, area, count in counted}
    return {seat.pk: counts.get((seat.body_id, seat.area_id), 0) for seat in seats}


def _merged_into(request: HttpRequest, question: Question) -> Question | None:
    if question.merged_into_id is None:
        return None
    visible = Question.objects.visible_to(request.user).select_related("thread")
    return visible.filter(pk=question.merged_into_id).first()
