"""The directory of everybody who speaks for us."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Case, CharField, F, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from councillors.forms import DirectoryForm
from councillors.models import Body, Councillor

SEATS_PER_PAGE = 100


@login_not_required
@require_safe
def councillor_list(request: HttpRequest) -> HttpResponse:
    seats = _seats_of_today()
    bodies = list(Body.objects.filter(pk__in=seats.order_by().values("body")))
    form = DirectoryForm(request.GET or None, bodies=bodies)
    words, body = "", None
    if form.is_valid():
        words, body = form.cleaned_data["q"], form.cleaned_data.get("body")
    pages = Paginator(_matching(seats, words, body), SEATS_PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    chosen = {"q": words} if words else {}
    if body:
        chosen["body"] = body.slug
    return render(
        request,
        "councillors/councillor_list.html",
        {
            "form": form,
            "seats": page.object_list,
            "is_filtered": bool(words or body),
            "page": page.number,
            "pages": pages.num_pages,
            "page_url_prefix": f"?{urlencode(chosen | {'page': ''})}",
            "section": "councillors",
        },
    )


def _seats_of_today() -> QuerySet[Councillor]:
    """Every seat that exists today, held or vacant, by body, place and name."""
    today = timezone.localdate()
    place = Case(
        When(area__isnull=False, then=F("area__name")),
        default=F("area_name"),
        output_field=CharField(),
    )
    seats = Councillor.objects.held_on(today).with_person().annotate(place=place)
    seats = seats.filter(Q(body__ended_on=None) | Q(body__ended_on__gte=today))
    return seats.order_by(
        "body__name", "body_id", "place", "area_id", F("person__name").asc(nulls_last=True), "pk"
    )


def _matching(seats: QuerySet[Councillor], words: str, body: Body | None) -> QuerySet[Councillor]:
    if body is not None:
        seats = seats.filter(body=body)
    for word in words.split()[:8]:
        seats = seats.filter(
            Q(person__name__icontains=word)
            | Q(area__name__icontains=word)
            | Q(area__name_cy__icontains=word)
            | Q(area_name__icontains=word)
            | Q(party__icontains=word)
        )
    return seats
