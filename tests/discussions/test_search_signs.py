import pytest
from django.contrib.auth.models import AnonymousUser

from discussions.search import MARK_END, MARK_START, find_posts
from discussions.similar import similar_threads
from discussions.terms import MAX_ALTERNATIVES, MAX_TERMS, is_too_long, websearch_of
from tests.factories import make_community, make_thread

pytestmark = pytest.mark.django_db

# What people put between two words, and what word processors and phones make of it.
SIGNS = [*"/-–—.,:;_+&@#*=~|\\()[]{}<>'’\"“”…•·!?%^`$£€«»×"]
SIGNS += ["\u2011", "\u2010", "://", "//", "...", " / ", "\u00a0", "\n", ").", "/(", "_/", ".-"]
ADDRESS = "https://northmoor.example/planning/2026-114/plan_a.pdf?view=full&page=2#notes"


def found(words):
    return [post.pk for post in find_posts(AnonymousUser(), words)]


@pytest.mark.parametrize("sign", SIGNS)
def test_words_joined_by_a_sign_are_found_one_by_one(sign):
    body = make_thread(title="By the weir", body=f"a kestrel{sign}heron there").posts.get()
    titled = make_thread(title=f"Otter{sign}badger", body="By the mill.").posts.get()

    assert found("heron") == found("kestrel") == found("kestrel heron") == [body.pk]
    assert found("otter") == found("badger") == found("otter badger") == [titled.pk]


@pytest.mark.parametrize("sign", SIGNS)
def test_words_looked_for_with_a_sign_between_are_found_as_written_apart(sign):
    apart = make_thread(body="a kestrel heron there").posts.get()
    joined = make_thread(body=f"a kestrel{sign}heron there").posts.get()

    assert sorted(found(f"kestrel{sign}heron")) == [apart.pk, joined.pk]


@pytest.mark.parametrize("sign", SIGNS)
def test_threads_alike_are_found_whatever_stands_between_the_words(sign):
    community = make_community()
    thread = make_thread(community, title=f"Potholes{sign}drains", body="By the mill.")

    for title in ("Drains", "Potholes", f"Drains{sign}potholes"):
        similar = similar_threads(AnonymousUser(), community=community.pk, title=title)
        assert similar == [thread]


@pytest.mark.parametrize(
    "body",
    [
        f"kestrel {ADDRESS} heron",
        f"kestrel({ADDRESS})heron",
        f"kestrel:{ADDRESS}\nheron",
        f"kestrel {ADDRESS}, heron",
        f"kestrel [the plan]({ADDRESS}) heron",
        f"kestrel <{ADDRESS}> heron",
    ],
)
@pytest.mark.parametrize("words", ["heron", "kestrel", ADDRESS, "planning 114", "northmoor pdf"])
def test_address_is_found_and_so_is_what_stands_beside_it(body, words):
    post = make_thread(title="By the weir", body=body).posts.get()
    make_thread(title="Another", body="https://northmoor.example/planning/2026-115")

    assert found(words) == [post.pk]


@pytest.mark.parametrize(
    "words",
    [
        "northmoor.example/lido",
        "http://northmoor.example/lido",
        "https://www.northmoor.example/lido",
        "www.northmoor.example/lido/",
        "HTTPS://NORTHMOOR.EXAMPLE/LIDO",
    ],
)
def test_address_is_found_however_it_begins(words):
    post = make_thread(body="See https://northmoor.example/lido.").posts.get()

    assert found(words) == [post.pk]


def test_mail_address_is_found_whole_and_in_part():
    post = make_thread(body="Write to clerk.lido@northmoor.example").posts.get()

    assert found("clerk.lido@northmoor.example") == found("lido") == [post.pk]


@pytest.mark.parametrize("sign", ["\u00ad", "\u200b", "\u2060", "\ufeff", "\u200d"])
def test_signs_that_nobody_sees_part_no_words(sign):
    post = make_thread(body=f"a kes{sign}trel there").posts.get()

    assert found("kestrel") == found(f"kest{sign}rel") == [post.pk]


def test_letters_and_their_accents_are_one_however_they_are_stored():
    post = make_thread(body="the cafe\u0301s of Llansteffa\u0302n").posts.get()

    assert found("caf\u00e9") == found("cafe\u0301") == found("llansteffan") == [post.pk]


def test_hit_beside_a_sign_is_marked_in_the_excerpt():
    make_thread(body="The road/pavement (by the drop-in/café) is closed.")

    (hit,) = find_posts(AnonymousUser(), "pavement")

    assert hit.headline == (
        f"The road/{MARK_START}pavement{MARK_END} (by the drop-in/café) is closed."
    )


def test_hit_in_markup_is_marked_in_the_excerpt():
    make_thread(body="[the *plan*](https://a.example/?b=1&c=2) & its 'map'/<key>")

    (hit,) = find_posts(AnonymousUser(), "key")

    assert hit.headline == f"the plan & its 'map'/<{MARK_START}key{MARK_END}>"


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("heron", "heron"),
        ("drop-in/café", "drop in café"),
        ('"parked vans"', '"parked vans"'),
        ("“parked vans”", '"parked vans"'),
        ('"parked vans', '"parked vans"'),
        ("vans -library", "vans -library"),
        ("vans -drop-in", 'vans -"drop in"'),
        ("vans --library", "vans -library"),
        ('vans -"the library"', 'vans -"the library"'),
        ("vans or cars", "vans or cars"),
        ("vans OR cars", "vans or cars"),
        ("vans and/or cars", "vans and cars"),
        ("o'r pentref", "o r pentref"),
        ("or vans or or", "vans"),
        ("-library", ""),
        ("--a", ""),
        ("vans or -library", "vans"),
        ("- -- \" ' /", ""),
        ('""', ""),
        ("https://www.northmoor.example/a", "northmoor example a"),
        ("a\x00b", "a b"),
    ],
)
def test_what_is_typed_is_read_as(typed, query):
    assert websearch_of(typed) == query


def test_of_many_words_only_the_first_are_looked_for():
    words = [f"word{number}" for number in range(40)]

    assert websearch_of(" ".join(words)) == " ".join(words[:MAX_TERMS])
    assert websearch_of(" or ".join(words)) == " or ".join(words[:MAX_ALTERNATIVES])
    assert is_too_long(" ".join(words[: MAX_TERMS + 1]))
    assert is_too_long(" or ".join(words[: MAX_ALTERNATIVES + 1]))
    assert not is_too_long(" ".join(words[:MAX_TERMS]) + " or one more")


@pytest.mark.parametrize("words", ["-heron", "--heron", "-heron or -otter", '-"a heron"'])
def test_what_says_only_what_to_leave_out_finds_nothing(client, words):
    make_thread(body="a kestrel")

    page = client.get("/search/", {"q": words}).content.decode()

    assert found(words) == []
    assert "Write at least one word to look for" in page


def test_page_says_that_not_all_words_were_looked_for(client):
    make_thread(body=" ".join(f"word{number}" for number in range(40)))

    long = client.get("/search/", {"q": " ".join(f"word{n}" for n in range(MAX_TERMS + 1))})
    short = client.get("/search/", {"q": "word1 word2"})

    assert "only the first 12 words" in long.content.decode()
    assert long.content.decode().count("<mark>word") == MAX_TERMS
    assert "only the first" not in short.content.decode()
