"""Pages that gather several rooms: home, place, councillor, search."""

from csp.constants import NONE, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.colours import OWN_COLOUR, by_day, by_night
from communities.models import Area, Viewer, frame_of
from councillors.models import Person
from discussions.narrowing import EVERYTHING
from discussions.reading import latest_discussions
from discussions.search import LAST_PAGE_OF_HITS
from discussions.views import first_or_404
from discussions.views.finding import number_in
from questions import reading as questions
from questions.figures import answered_by
from questions.permissions import may_ask
from townhall import reading, theme
from townhall.about.figures import last_months
from townhall.places import find_place
from townhall.searching import (
    LONGEST_WORDS,
    Found,
    NarrowingForm,
    address,
    drawn_empty,
    look_for,
)

# A mark drawn as SVG may style itself; it runs nothing and loads nothing.
FILE_POLICY = {"default-src": [NONE], "style-src": [UNSAFE_INLINE], "sandbox": [True]}
MAX_DRAWN = 40  # outlines of a thousand letters each; the list beside the map names them all


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("postcode", "").strip()[:20]
    finding = find_place(typed) if typed else None
    if finding and not finding.problem and len(finding.wards) == 1:
        return redirect(finding.wards[0])
    viewer = request.user
    context = {
        "typed": typed,
        "finding": finding,
        "threads": latest_discussions(viewer),
        "unanswered": questions.waiting_first(viewer),
        "answered": questions.answered_lately(viewer),
        "communities": reading.largest_communities(viewer),
        "section": "place",
    }
    if viewer.is_authenticated:
        context["mine"] = reading.communities_of_member(viewer, user=viewer.pk)
    return render(request, "townhall/home.html", context)


@login_not_required
@require_safe
def place_list(request: HttpRequest) -> HttpResponse:
    context = {
        "places": reading.places_to_choose_from(timezone.localdate()),
        "section": "place",
    }
    return render(request, "townhall/place_list.html", context)


@login_not_required
@require_safe
@csp(FILE_POLICY)
def places_map(request: HttpRequest) -> HttpResponse:
    places = reading.places_to_choose_from(timezone.localdate())
    colour = settings.COUNCIL_COLOUR or OWN_COLOUR
    context = {
        "places": [place for place in places if place.outline],
        "frame": frame_of(places),
        "light": by_day(colour).colour,
        "dark": by_night(colour).colour,
    }
    return render(request, "townhall/places_map.svg", context, content_type="image/svg+xml")


@login_not_required
@require_safe
def place_detail(request: HttpRequest, code: str) -> HttpResponse:
    viewer, day = request.user, timezone.localdate()
    area = first_or_404(reading.area_with_lineage(viewer, code=code))
    around = reading.areas_around(viewer, area=area.pk, kind=area.kind, day=day)
    areas = [each.pk for each in (area, *area.lineage, *around)]
    seats = reading.seats_of(viewer, areas=areas, day=day)
    communities = reading.communities_of(viewer, areas=areas, area=area.pk)
    children = reading.areas_inside(viewer, area=area.pk, day=day)
    drawn = children if len(children) <= MAX_DRAWN else []
    context = {
        "area": area,
        "frame": frame_of([area]) or frame_of(drawn),
        "around": around,
        "near": _drawn_beside(viewer, area) if area.outline else drawn,
        "children": children,
        "seats": seats,
        "communities": communities,
        "threads": reading.threads_of(viewer, communities=[each.pk for each in communities]),
        "questions": reading.questions_of(viewer, area=area.pk, seats=[seat.pk for seat in seats]),
        "successors": area.successors.all()[:12] if area.is_closed else [],
        "noindex": area.is_closed,
        "section": "place",
    }
    return render(request, "townhall/place_detail.html", context)


def _drawn_beside(viewer: Viewer, area: Area) -> list[Area]:
    frame = reading.frame_of_siblings(area)
    return reading.areas_near(viewer, area=area.pk, day=timezone.localdate(), **frame)


@login_not_required
@require_safe
def councillor_detail(request: HttpRequest, slug: str) -> HttpResponse:
    viewer = request.user
    person = get_object_or_404(Person, slug=slug)
    seats = list(person.seats.with_person().order_by("-end_on", "-start_on"))
    sitting = [seat for seat in seats if seat.is_sitting]
    context = {
        "person": person,
        "sitting": sitting,
        "ended": [seat for seat in seats if not seat.is_sitting],
        "waiting": questions.waiting_for(viewer, person=person.pk, day=timezone.localdate()),
        "answered": questions.answered_by(viewer, person=person.pk),
        "figures": answered_by(person.pk, last_months(timezone.localdate())[0]),
        "posts": reading.said_in_office(viewer, seats=[seat.pk for seat in seats]),
        "may_ask": bool(sitting) and (not viewer.is_authenticated or may_ask(viewer, sitting[0])),
        "section": "councillors",
    }
    return render(request, "townhall/councillor_detail.html", context)


@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_WORDS]
    page = number_in(request.GET.get("page", "1"))
    if not page or page > LAST_PAGE_OF_HITS:
        raise Http404
    limits = {name: request.GET.get(name, "") for name in NarrowingForm.base_fields}
    form = NarrowingForm(request.GET, viewer=request.user) if any(limits.values()) else None
    narrowing = form.narrowing() if form else EVERYTHING
    found = Found([])
    if words and narrowing is not None:
        upto = number_in(request.GET.get("upto", ""))
        found = look_for(request.user, words, narrowing, page=page, upto=upto)
    asked = {"q": words, **limits}
    following = {**asked, "q": " or ".join(found.read_as) or words, "upto": found.upto}
    chips = form.chips() if form else []
    context = {
        "words": words,
        "fields": form.drawn() if form else drawn_empty(get_language()),
        "is_narrowed": form is not None,
        "is_refused": narrowing is None,
        "found": found,
        "hits": found.hits,
        "chips": [(text, address({**asked, name: ""})) for name, text in chips],
        "plain": address({"q": words}),
        "community": form and form.cleaned_data.get("community"),
        "page": page,
        "previous": address({**following, "page": page - 1}) if page > 1 else "",
        "next": address({**following, "page": page + 1}) if found.has_more else "",
        "section": "search",
        "noindex": True,
    }
    return render(request, "townhall/search.html", context)


@login_not_required
@require_safe
@csp(FILE_POLICY)  # type: ignore[arg-type]  # it types views as if none took more than a request
def theme_file(request: HttpRequest, name: str) -> HttpResponse:
    logo = theme.logo()
    if name and f"theme/{name}" == theme.theme_address():
        sheet = theme.stylesheet(settings.COUNCIL_COLOUR)
        response = HttpResponse(sheet, content_type="text/css; charset=utf-8")
    elif logo and f"theme/{name}" == theme.logo_address(logo):
        kind = theme.LOGO_TYPES[logo.suffix.lower()]
        response = HttpResponse(logo.read_bytes(), content_type=kind)
    else:
        raise Http404
    patch_cache_control(response, public=True, max_age=60 * 60 * 24 * 365, immutable=True)
    return response
