"""Where the crawl begins: every route, every list of the staff desk, and what people type."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db import connection
from django.urls import NoReverseMatch, reverse

from bench.cast import COMMON_WORDS, COUNCILLOR, FEW_WORDS, MEMBER, RARE_WORDS
from communities.models import Area
from discussions.models import Post, Thread
from moderation.models import Decision, Report
from questions.models import Question
from tests.test_access import MATRIX

COMMUNITY = "ward-0"
LONGEST = 1  # the thread of thousands of posts
WORDS_OF_TITLES = """
SELECT text FROM discussions_word JOIN discussions_threadword ON word_id = discussions_word.id
GROUP BY text ORDER BY count(*) DESC LIMIT 40
"""
LETTERS = 200  # what a search takes
NARROWINGS: list[dict[str, str]] = [
    {},
    {"until": "2020-01-01"},
    {"until": "2025-06-01"},
    {"since": "2020-01-01", "until": "2099-12-31"},
    {"since": "2024-02-03", "until": "2024-02-05"},
    {"community": COMMUNITY, "kind": "question"},
    {"tag": "tag-1", "since": "2025-01-01"},
    {"person": "Member"},
    {"person": "Member 1", "kind": "answered"},
    {"page": "5"},
]


def common_words() -> list[str]:
    """Return the words that most titles have, the commonest first."""
    with connection.cursor() as cursor:
        cursor.execute(WORDS_OF_TITLES)
        return [text for (text,) in cursor.fetchall()]


def typed() -> list[str]:
    """Return what people, fingers and machines type into a search."""
    words = common_words()
    common = " ".join(words)[:LETTERS]
    return [
        COMMON_WORDS,
        RARE_WORDS,
        FEW_WORDS,
        words[0],
        common,
        common.replace(" ", " or ")[:LETTERS],
        " or ".join(word[:3] for word in words)[:LETTERS],
        f'"{words[0]} {words[1]}"',
        f"-{words[0]}",
        f"{words[0]} -{words[1]}",
        "--a",
        "-a or -b",
        '-"a b"',
        f"{COMMON_WORDS} or --a",
        "a" * LETTERS,
        "% _ * ?",
        "member",
        words[0][:-1] + "zq",
        " ".join(word + "q" for word in words)[:LETTERS],
    ]


def things() -> dict[str, Any]:
    """Return what each route is asked with, by the names that the table of routes has for them."""
    thread, question = Thread.objects.get(pk=LONGEST), Question.objects.latest("pk")
    return {
        "ward": Area.objects.filter(kind="ward").order_by("pk")[0].code,
        "community": COMMUNITY,
        "rules": "rules",
        "thread": thread.pk,
        "thread-slug": thread.slug,
        "post": Post.objects.get(thread=thread, number=thread.last_number).pk,
        "picture": "00000000-0000-0000-0000-000000000000",
        "tag": "tag-1",
        "person": MEMBER,
        "councillor": f"councillor-{COUNCILLOR - 100}",
        "sent": question.pk,
        "question": question.thread_id,
        "question-slug": question.thread.slug if question.thread else "",
        "decision": Decision.objects.latest("pk").pk,
        "token": "made-up",
        "uid": "1",
        "name": "made-up.eml",
        "part": "threads",
        "zero": 0,
    }


def seeds(viewer: str) -> Iterator[str]:
    """Yield where to begin for somebody; what these pages lead to is followed from there."""
    found = things()
    for name, (arguments, _expected) in MATRIX.items():
        yield reverse(name, args=[found[key] for key in arguments])
    thread = reverse("discussions:thread-detail", args=[LONGEST, found["thread-slug"]])
    yield from (f"{thread}?page={page}" for page in (2, 125, 249, 250))
    yield f"{thread}fresh/".replace(f"{found['thread-slug']}/", "") + "?after=1&show=1"
    yield from (f"/mine/?show={show}" for show in ("unread", "followed", "bookmarked", "drafts"))
    yield "/mine/?show=mine"
    for area in Area.objects.exclude(kind="ward").order_by("pk")[:2]:
        yield area.get_absolute_url()
    yield from ("/?postcode=BN1", "/?postcode=BN1+0AA", "/?postcode=%25", "/places/?q=ward")
    yield from (f"/sitemaps/{name}-0.xml" for name in ("places", "communities", "councillors"))
    if viewer != "visitor":
        yield from _suggestions()
    if viewer in {"visitor", "collector"}:
        yield from _searches()
    if viewer in {"moderator", "admin"}:
        yield from _desk()


def _suggestions() -> Iterator[str]:
    for place in (f"/communities/{COMMUNITY}", f"/discussions/{LONGEST}"):
        for letters in ("m", "mem", "member 1", "member 99999", "zq", "%", "_"):
            yield f"{place}/people/?{urlencode({'q': letters})}"
    for words in typed():
        yield f"/communities/{COMMUNITY}/similar/?{urlencode({'title': words[:150]})}"


def _searches() -> Iterator[str]:
    for words in typed():
        for narrowing in NARROWINGS:
            yield f"/search/?{urlencode({'q': words, **narrowing})}"
        yield f"/communities/?{urlencode({'q': words})}"
        yield f"/councillors/?{urlencode({'q': words})}"
        yield f"/?{urlencode({'postcode': words})}"


def _desk() -> Iterator[str]:
    """Yield each list with what can be typed above it, and the forms of its first and last row."""
    yield reverse("admin:index")
    yield reverse("admin:state")
    for name in ("held", "next"):
        yield reverse(f"admin:moderation_report_{name}")
    yield reverse("admin:moderation_report_held") + "?all=1"
    report = Report.objects.order_by("pk")[0]
    yield reverse("admin:moderation_report_decide", args=[report.post_id])
    for model, room in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        rows = model._default_manager.order_by("pk")
        yield reverse(f"{name}_changelist")
        if room.search_fields:
            for words in ("member", "member 1", "ward 0", "@", "a b c d e f", *typed()):
                yield f"{reverse(f'{name}_changelist')}?{urlencode({'q': words})}"
        for row in (rows.first(), rows.last()):
            if row:
                yield reverse(f"{name}_change", args=[row.pk])
                yield reverse(f"{name}_history", args=[row.pk])
        try:
            yield reverse(f"{name}_add")
        except NoReverseMatch:  # nothing of the kind is added here
            continue
