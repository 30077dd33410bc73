"""Pages that gather several rooms: home, place, councillor, search, mine, about."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import Case, Q, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from communities.models import Area, Community, Membership, frame_of
from communities.paging import newest_first
from councillors.models import Councillor, Person
from discussions.models import Post, Thread
from discussions.search import find_posts, highlight
from questions.models import Question
from questions.permissions import may_ask
from townhall.places import find_place

HITS_PER_PAGE = 20
LAST_PAGE_OF_HITS = 25


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("postcode", "").strip()[:20]
    finding = find_place(typed) if typed else None
    if finding and not finding.problem and len(finding.wards) == 1:
        return redirect(finding.wards[0])
    viewer = request.user
    threads = Thread.objects.visible_to(viewer).published().filter(kind=Thread.Kind.DISCUSSION)
    questions = Question.objects.visible_to(viewer).in_public().for_list()
    context = {
        "typed": typed,
        "finding": finding,
        "threads": threads.for_list()[:6],
        "unanswered": questions.unanswered()[:4],
        "answered": questions.answered()[:4],
        "communities": Community.objects.visible_to(viewer).current().order_by("-member_count")[:6],
        "section": "place",
    }
    return render(request, "townhall/home.html", context)


@login_not_required
@require_safe
def place_detail(request: HttpRequest, code: str) -> HttpResponse:
    area = get_object_or_404(Area.objects.with_lineage(), code=code)
    viewer, areas = request.user, [area, *area.lineage]
    around = list(Area.objects.current().sharing_postcodes(area).defer("boundary")[:12])
    sitting = Councillor.objects.sitting().filter(area__in=[*areas, *around]).with_person()
    seats = list(sitting.order_by("area__kind", "person__name")[:24])
    here = Community.objects.visible_to(viewer).current().for_areas([*areas, *around])
    its_own_first = Case(When(area=area, kind=Community.Kind.AREA, then=0), default=1)
    communities = list(here.order_by(its_own_first, "-member_count")[:12])
    threads = Thread.objects.visible_to(viewer).published().with_last_read(viewer)
    questions = Question.objects.visible_to(viewer).in_public().unanswered().for_list()
    children = list(Area.objects.current().for_page().filter(parent=area).order_by("kind", "name"))
    context = {
        "area": area,
        "frame": frame_of([area]) or frame_of(children),
        "around": around,
        "near": Area.objects.near(area).defer("boundary") if area.outline else children,
        "children": children,
        "seats": seats,
        "communities": communities,
        "threads": threads.filter(community__in=communities).for_list()[:8],
        "questions": questions.filter(Q(area=area) | Q(seat__in=seats))[:6],
        "successors": area.successors.all()[:12] if area.is_closed else [],
        "section": "place",
    }
    return render(request, "townhall/place_detail.html", context)


@login_not_required
@require_safe
def councillor_detail(request: HttpRequest, slug: str) -> HttpResponse:
    viewer = request.user
    person = get_object_or_404(Person, slug=slug)
    seats = list(person.seats.with_person().order_by("-end_on", "-start_on"))
    sitting = [seat for seat in seats if seat.is_sitting]
    asked = Question.objects.visible_to(viewer).in_public().for_list()
    to_them = asked.to_seats(Councillor.objects.filter(pk__in=[seat.pk for seat in sitting]))
    posts = Post.objects.visible_to(viewer).published().filter(capacity__seat__in=seats)
    context = {
        "person": person,
        "sitting": sitting,
        "ended": [seat for seat in seats if not seat.is_sitting],
        "waiting": to_them.unanswered()[:10],
        "answered": asked.filter(answered_by__in=seats).answered()[:10],
        "posts": posts.select_related("thread").defer("html", "search").order_by("-pk")[:5],
        "may_ask": bool(sitting) and (not viewer.is_authenticated or may_ask(viewer, sitting[0])),
        "section": "councillors",
    }
    return render(request, "townhall/councillor_detail.html", context)


@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:200]
    number = request.GET.get("page", "1")
    if (
        not number.isascii()
        or not number.isdigit()
        or not 1 <= int(number[:4]) <= LAST_PAGE_OF_HITS
    ):
        raise Http404
    start = (int(number) - 1) * HITS_PER_PAGE
    hits = []
    if words:
        hits = list(
            highlight(find_posts(request.user, words), words)[start : start + HITS_PER_PAGE + 1]
        )
    context = {
        "words": words,
        "hits": hits[:HITS_PER_PAGE],
        "page": int(number),
        "has_more": len(hits) > HITS_PER_PAGE and int(number) < LAST_PAGE_OF_HITS,
        "section": "search",
    }
    return render(request, "townhall/search.html", context)


@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    joined = Membership.objects.filter(user=request.user).select_related("community")
    memberships = list(joined.order_by("community__name"))
    threads = Thread.objects.visible_to(request.user).published()
    threads = threads.filter(community__in=[row.community_id for row in memberships])
    after = request.GET.get("after", "")
    context = {
        "memberships": memberships,
        "page": newest_first(
            threads.for_list().with_last_read(request.user), "last_post_at", after=after, size=20
        ),
        "questions": Question.objects.filter(author=request.user).for_list().order_by("-pk")[:5],
        "is_first_page": not after,
        "section": "place",
    }
    return render(request, "townhall/mine.html", context)


@login_not_required
@require_safe
def about(request: HttpRequest, page: str) -> HttpResponse:
    return render(request, f"townhall/about_{page}.html", {"section": "about"})
