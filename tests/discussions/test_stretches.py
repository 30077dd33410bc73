"""What many posts say: search ranks the newest of them, and the newest whose title says it."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from discussions import search
from discussions.asking import Asked, Marks
from discussions.models import Post
from discussions.narrowing import Narrowing
from discussions.search import find_posts
from discussions.services import set_status
from discussions.stretches import FEW, MOST_STRETCHES, SIZES, Density, density_of, last_before
from tests.factories import make_community, make_decision, make_thread

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()


@pytest.fixture
def two_ranked(monkeypatch):
    monkeypatch.setattr(search, "MOST_RANKED", 2)
    search._page_of_hits.cache_clear()
    yield
    search._page_of_hits.cache_clear()


@pytest.fixture
def as_many(monkeypatch):
    """Let all that is asked for count as what many posts say."""
    monkeypatch.setattr(Density, "is_low", property(lambda density: density.found == 0))


def numbered(pk, thread=None, **fields):
    """Make a thread whose first post has a pk, as if the town had written so many."""
    post = (thread or make_thread(**{"body": "The heron is back.", **fields})).posts.get()
    Post.objects.filter(pk=post.pk).update(id=pk)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE discussions_post post SET search = discussions_search_of(post)")
    return pk


def found(words, **narrowing):
    return [hit.pk for hit in find_posts(VISITOR, words, narrowing=Narrowing(**narrowing))]


def test_find_posts_looks_through_every_stretch_newest_first():
    pks = [50_000, 20_000_000, 35_000_000, 38_500_000, 39_600_000, 39_900_000, 40_000_001]
    for pk in pks:
        numbered(pk)
    assert not density_of(VISITOR, "heron").is_low

    assert found("heron") == pks[::-1]


def test_find_posts_ranks_the_newest_of_what_many_say(as_many, two_ranked):
    pks = [numbered(pk) for pk in (50_000, 20_000_000, 40_000_000, 40_000_001)]

    assert found("heron") == pks[:1:-1]


def test_find_posts_ranks_an_old_title_that_says_what_many_do(as_many, two_ranked):
    old = numbered(50_000, title="A heron", body="By the weir.")
    newest = [numbered(pk) for pk in (20_000_000, 40_000_000, 40_000_001)][:0:-1]

    assert found("heron") == [old, *newest]
    assert found("herons -weir") == newest
    assert found('"heron is back"') == newest
    assert found("heron weir") == [old]


def test_find_posts_ranks_an_old_title_that_a_phrase_stands_in(as_many, two_ranked):
    old = numbered(50_000, title="Where the grey heron nests", body="By the weir.")
    numbered(60_000, title="Grey skies, and a heron", body="By the mill.")
    newest = [numbered(pk, body="A grey heron.") for pk in (20_000_000, 40_000_000, 40_000_001)]

    assert found('"grey heron"') == [old, *newest[:0:-1]]


def test_find_posts_ranks_an_old_title_without_words_that_are_left_out(as_many, two_ranked):
    old = numbered(50_000, title="A heron", body="By the weir.")
    milling = numbered(60_000, title="A heron and a wheel", body="By the mill: a mill wheel.")
    newest = [numbered(pk) for pk in (20_000_000, 40_000_000, 40_000_001)]

    assert found("heron -mill") == [old, *newest[:0:-1]]
    assert found('heron -"mill wheel"') == [old, *newest[:0:-1]]
    assert found('heron -"wheel heron"') == [milling, old, *newest[:0:-1]]


def test_find_posts_ranks_an_old_tag_that_says_what_many_do(as_many, two_ranked):
    old = numbered(50_000, tags=["kestrel"], body="By the weir.")
    newest = [numbered(pk, body="A kestrel.") for pk in (20_000_000, 40_000_000, 40_000_001)]

    assert found("kestrels") == [old, *newest[:0:-1]]


def test_find_posts_takes_a_letter_that_is_written_with_a_quote_without_its_accent(as_many):
    post = numbered(40_000_000, body="ŉbird")

    assert found("ŉbird") == [post]


def test_find_posts_ranks_no_title_that_is_nobodys_to_see(as_many, two_ranked, cast):
    closed = make_community(visibility="members")
    numbered(40_000, make_thread(closed, title="A heron", body="By the weir."))
    hidden = make_thread(title="Herons", body="By the weir.").posts.get()
    make_decision(hidden, verb="hide", rule="other", reason="Test.")
    set_status(hidden, "hidden", by=cast.moderator)
    numbered(40_000_001)

    assert found("heron") == [40_000_001]


def test_find_posts_narrows_what_many_say(as_many, two_ranked):
    here, there = make_community(), make_community()
    old = numbered(50_000, make_thread(here, title="A heron", body="By the weir."))
    new = numbered(40_000_000, make_thread(here, body="The heron is back."))
    for pk in (40_000_001, 40_000_002, 40_000_003):
        numbered(pk, make_thread(there, title="A heron", body="The heron is back."))

    assert found("heron", communities=(here.pk,)) == [old, new]


def test_find_posts_looks_at_all_of_what_few_say(two_ranked):
    pks = [numbered(pk) for pk in (50_000, 60_000, 20_000_000, 40_000_000)]
    numbered(60_000_000, body="Nothing.")

    assert density_of(VISITOR, "heron").is_low
    assert found("heron") == pks[::-1]


@pytest.mark.parametrize("words", ["the", '""', "and or", ""])
def test_find_posts_narrows_words_that_say_nothing_to_nothing(words):
    here = make_community()
    make_thread(here, body="The heron is back.")

    assert found(words) == found(words, communities=(here.pk,)) == []


def test_pages_of_what_many_say_keep_their_hits(as_many, two_ranked):
    old, newer = numbered(50_000), numbered(40_000_000)
    numbered(60_000_000)

    hits = find_posts(VISITOR, "heron", upto=40_000_000)

    assert [hit.pk for hit in hits] == [newer, old]


def test_density_counts_what_the_newest_posts_say():
    for pk in (50_000, 40_000_000, 40_000_001):
        numbered(pk)

    assert density_of(VISITOR, "heron") == Density(40_000_001, 2, words=1)
    assert density_of(VISITOR, "heron", upto=39_000_000) == Density(50_000, 1, words=1)
    assert density_of(VISITOR, "kestrel or the otter") == Density(40_000_001, 0, words=3)


@pytest.mark.parametrize("communities", [False, True])
@pytest.mark.parametrize("bits", SIZES)
def test_posts_are_marked_with_their_stretches(bits, communities):
    here, there = make_community(), make_community()
    new = numbered(40_000_000, make_thread(here, body="The heron is back."))
    density = density_of(VISITOR, "heron")
    matches = (MOST_STRETCHES << bits) * density.found // density.looked_at - 1

    stretches = density.stretches_with(matches, (here.pk, there.pk) if communities else ())

    names = {mark.rpartition(" ")[0] for mark in re.findall("'(.+?)'", stretches)}
    in_communities = {f"community {place.pk}" for place in (here, there)}
    assert names == (in_communities if communities and bits == 14 else {str(bits)})
    assert Post.objects.get(search=Asked("heron") & Marks(stretches)).pk == new


@pytest.mark.parametrize("newest", [1, 4_095, 10_000, 1_000_000, 10**9, 2**62])
@pytest.mark.parametrize("found", [1, 10, FEW])
@pytest.mark.parametrize("matches", [1, 150, 5_000])
def test_stretches_with_hold_as_many_posts_as_that_takes(newest, found, matches):
    density = Density(newest, found, words=1)

    stretches = re.findall(r"'(\d+) (\d+)'", density.stretches_with(matches))

    (bits,) = {int(bits) for bits, _stretch in stretches}
    firsts = [int(stretch) << bits for _bits, stretch in stretches]
    assert firsts == list(range(firsts[0], newest + 1, 1 << bits))
    needed = min(newest, matches * density.looked_at // found)
    assert firsts[0] <= newest - needed
    assert len(stretches) <= MOST_STRETCHES + 1 or bits == 24


def written(year, pk):
    numbered(pk)
    Post.objects.filter(pk=pk).update(published_at=datetime(year, 1, 1, tzinfo=UTC))
    return pk


@pytest.mark.parametrize(
    ("year", "last"),
    [(2020, 0), (2021, 50_000), (2022, 60_000), (2023, 60_000), (2024, 40_000_000)],
)
def test_last_before_a_moment_is_found_where_pks_grow_with_time(year, last):
    for written_in, pk in ((2020, 50_000), (2021, 60_000), (2023, 40_000_000)):
        written(written_in, pk)

    assert last_before(datetime(year, 1, 1, tzinfo=UTC)) == last


def test_last_before_a_moment_is_none_where_nothing_was_written():
    assert last_before(datetime(2024, 1, 1, tzinfo=UTC)) == 0


def test_search_of_a_time_that_is_over_looks_back_from_its_end():
    for pk in (50_000, 50_001):
        written(2020, pk)
    written(2024, 40_000_000)
    over = Narrowing(before=datetime(2021, 1, 1, tzinfo=UTC))

    assert search._last_before(over, None) == 50_001
    assert search._last_before(over, 50_000) == 50_000
    assert search._last_before(Narrowing(before=datetime(2019, 1, 1, tzinfo=UTC)), None) == 0
    assert search._last_before(Narrowing(before=datetime(2099, 1, 1, tzinfo=UTC)), None) is None
    assert search._last_before(Narrowing(), None) is None


def test_find_posts_of_a_time_that_is_over_finds_what_was_imported_since(as_many, two_ranked):
    imported = written(2019, 40_000_000)
    written(2024, 30_000_000)
    old = written(2020, 50_000)

    assert found("heron", before=datetime(2021, 1, 1, tzinfo=UTC)) == [imported, old]
    assert found("heron", before=datetime(2020, 1, 1, tzinfo=UTC)) == [imported]


def test_pages_of_a_time_that_is_over_keep_their_hits(as_many, two_ranked):
    old, newer = written(2020, 50_000), written(2021, 60_000)
    narrowing = Narrowing(before=datetime(2022, 1, 1, tzinfo=UTC))

    assert [hit.pk for hit in find_posts(VISITOR, "heron", narrowing=narrowing, upto=50_000)] == [
        old
    ]
    assert [hit.pk for hit in find_posts(VISITOR, "heron", narrowing=narrowing)] == [newer, old]


def test_months_before_the_first_post_are_looked_up_by_their_marks():
    imported = written(2015, 40_000_000)
    written(2024, 50_000)
    before = datetime(2020, 1, 1, tzinfo=UTC)

    assert found("heron", before=before) == [imported]
    assert "month 2015-" in Narrowing(before=before, only_imports=True).values()["marks"]
    assert "marks" not in Narrowing(before=before).values()


def test_of_what_nearly_all_say_only_the_newest_are_read(as_many, monkeypatch):
    monkeypatch.setattr(search, "MAX_MATCHES", 1)
    monkeypatch.setattr(search, "FURTHEST", 1)
    monkeypatch.setattr(search, "MATCHES_SOUGHT", {"near": 1, "far": 1})
    numbered(50_000)
    newest = numbered(40_000_000)

    assert found("heron") == [newest]
