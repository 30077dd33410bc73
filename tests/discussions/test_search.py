import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from discussions.models import Post, Thread, ThreadTag
from discussions.narrowing import Narrowing
from discussions.search import find_posts
from discussions.services import set_status
from discussions.spelling import readings_of
from tests.factories import (
    make_community,
    make_decision,
    make_membership,
    make_post,
    make_thread,
    make_user,
)

pytestmark = pytest.mark.django_db


def correct(words, viewer=None):
    return readings_of(viewer or AnonymousUser(), words)


def index_anew():
    """As docs/operate.md says, for all posts at once."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE discussions_post post SET search = discussions_search_of(post)")


def found(words, viewer=None):
    return [post.pk for post in find_posts(viewer or AnonymousUser(), words)]


@pytest.mark.parametrize(
    "words", ["crossing", "crossings", "cafe", '"parked vans"', "vans -library", "CROSSING vans"]
)
def test_find_posts_by(words):
    thread = make_thread(title="A safe crossing", body="By the café, between parked vans.")
    make_thread(title="Library", body="vans of the library, parked")

    assert found(words) == [thread.posts.get().pk]


def test_post_that_shows_no_words_is_found_by_its_title_all_the_same():
    post = make_thread(title="Quixotry", tags=["river"]).posts.get()
    Post.objects.update(body="---", html="<hr />\n")

    assert found("quixotry") == found("river -heron") == [post.pk]


def test_find_posts_ranks_titles_before_tags_before_text():
    in_title = make_thread(title="Allotments", body="Who would share?")
    tagged = make_thread(title="Plots", body="Who would share?", tags=["allotment"])
    in_text = make_thread(title="Something else", body="A word about allotments.")

    hits = [thread.posts.get().pk for thread in (in_title, tagged, in_text)]
    assert found("allotment") == hits


def test_find_posts_ranks_a_name_as_it_is_written_first():
    written = make_thread(title="Banks Road", body="Who lives there?")
    another = make_thread(title="Bank Road", body="Who lives there?")
    make_thread(title="Shops", body="They bank on it.")

    assert found("banks")[0] == written.posts.get().pk
    assert found("bank")[0] == another.posts.get().pk


@pytest.mark.parametrize("name", ["Over", "The Down", "Once"])
def test_find_posts_finds_names_that_are_words_of_little_meaning(name):
    thread = make_thread(title=f"{name}: a new bench", body="Where shall it stand?")
    make_thread(title="A heron", body=f"{name} and over again, once more, down the weir.")

    assert found(name) == [thread.posts.get().pk]


def test_find_posts_follows_a_tag_that_is_added_renamed_and_taken_off():
    thread = make_thread()
    (post,) = thread.posts.all()

    thread.tags.add("heron")
    assert found("herons") == [post.pk]
    thread.tags.get().__class__.objects.filter(name="heron").update(name="kestrel")
    assert (found("heron"), found("kestrel")) == ([], [post.pk])
    ThreadTag.objects.filter(content_object=thread).delete()
    assert found("kestrel") == []


def test_find_posts_follows_a_title_and_a_text_that_are_changed():
    thread = make_thread(title="A heron", body="By the weir.")
    (post,) = thread.posts.all()

    Thread.objects.filter(pk=thread.pk).update(title="A kestrel")
    Post.objects.filter(pk=post.pk).update(body="By the mill.")

    assert found("kestrel mill") == [post.pk]
    assert found("heron") == found("weir") == []
    assert correct("kestrle") == ["kestrel"]
    assert correct("heorn") == []


def test_find_posts_keeps_a_page_to_what_was_there():
    old = make_thread(body="The heron is back.").posts.get()
    (hit,) = find_posts(AnonymousUser(), "heron")
    make_thread(title="Heron", body="Again.")

    upto = find_posts(AnonymousUser(), "heron", upto=hit.newest)

    assert [post.pk for post in upto] == [old.pk]
    assert len(found("heron")) == 2


def test_find_posts_narrows_to_nobody():
    make_thread(body="The heron is back.")

    assert find_posts(AnonymousUser(), "heron", narrowing=Narrowing(people=())) == []


def test_find_posts_finds_a_reply_at_once():
    reply = make_post(make_thread(), body="The heron is back.")

    assert found("heron") == [reply.pk]


def test_find_posts_finds_the_title_of_a_thread_that_was_held(cast):
    community = make_community(hold_first_posts=True)
    thread = make_thread(community, title="Allotments")
    post = thread.posts.get()
    assert (post.status, found("allotments")) == ("pending", [])

    set_status(post, "published", by=cast.moderator)

    assert found("allotments") == [post.pk]


def test_posts_indexed_anew_have_what_new_ones_have():
    thread = make_thread(title="Allotments", body="Who would share?")
    make_post(thread, body="The heron is back.")
    written = list(thread.posts.order_by("pk").values_list("search", flat=True))

    index_anew()

    assert list(thread.posts.order_by("pk").values_list("search", flat=True)) == written


def test_find_posts_takes_what_nobody_meant_for_a_stretch_as_words():
    make_thread(body="Bus 14 at 0.")

    assert len(found("14")) == 1
    assert found('"14 0"') == []


def test_find_posts_leaves_out_what_the_reader_may_not_see():
    community = make_community(visibility="members")
    member = make_user()
    make_membership(member, community)
    closed = make_thread(community, body="The heron is back.").posts.get()
    hidden = make_post(make_thread(), body="A heron again.")
    make_decision(hidden, verb="hide", rule="other", reason="Test.")
    set_status(hidden, "hidden", by=member)

    assert found("heron") == []
    assert found("heron", member) == [closed.pk]


@pytest.mark.parametrize("status", ["hidden", "withdrawn"])
def test_find_posts_finds_nothing_that_is_gone_for_its_author_or_staff_either(cast, status):
    thread = make_thread(cast.community, author=cast.resident, title="Heron", body="It is back.")
    gone = make_post(make_thread(cast.community), author=cast.resident, body="A heron again.")
    for post in (thread.posts.get(), gone):
        make_decision(post, verb="hide", rule="other", reason="Test.")
        set_status(post, status, by=cast.moderator)

    for viewer in (cast.resident, cast.moderator, cast.admin):
        assert found("heron", viewer) == []


def test_find_posts_finds_nothing_that_is_held_for_its_author_or_staff_either(cast):
    thread = make_thread(cast.community)
    cast.community.hold_first_posts = True
    cast.community.save()
    held = make_post(thread, author=cast.resident, body="A heron again.")
    assert held.status == "pending"

    for viewer in (cast.resident, cast.moderator, cast.admin):
        assert found("heron", viewer) == []


@pytest.mark.parametrize("words", ["'", '"', "&|!()", ":*", "-", "\\", "the", "a" * 5000, "😀"])
def test_find_posts_survives(words):
    make_thread()

    assert found(words) == []


@pytest.mark.parametrize(
    ("body", "headline"),
    [
        ("The heron is back at the weir.", "The \x02heron\x03 is back at the weir."),
        ("# The\n\n*heron* [is](https://a.example/?b=1&c=2) back", "The \x02heron\x03 is back"),
        ("A heron & 5 < 6 'birds'", "A \x02heron\x03 & 5 < 6 'birds'"),
    ],
)
def test_highlight_marks_the_hit_in_plain_words(body, headline):
    make_thread(body=body)

    (post,) = find_posts(AnonymousUser(), "heron")

    assert post.headline == headline


def headline_of(body):
    make_thread(body=body)
    (post,) = find_posts(AnonymousUser(), "heron")
    return post.headline


def words(count, beginning="word"):
    return " ".join(f"{beginning}{number}" for number in range(count))


def test_excerpt_from_within_sentences_says_that_they_go_on():
    headline = headline_of(f"{words(60)} heron {words(60, 'more')}")

    assert (headline[0], headline[-1]) == ("…", "…")
    assert "\x02heron\x03" in headline


def test_excerpt_at_the_beginning_of_a_text_has_nothing_there():
    headline = headline_of(f"Heron {words(60)}")

    assert (headline[0], headline[-1]) == ("\x02", "…")


def test_excerpt_at_the_end_of_a_text_has_nothing_there():
    headline = headline_of(f"{words(60)} heron")

    assert headline.startswith("…word")
    assert headline.endswith("\x02heron\x03")


@pytest.mark.parametrize("sign", [".", "!", "?", "…"])
def test_excerpt_of_a_whole_sentence_has_its_own_ends(sign):
    headline = headline_of(f"{words(40)}{sign} Heron {words(19)}{sign} More {words(40)}")

    assert headline == f"\x02Heron\x03 {words(19)}{sign}"


def test_text_of_two_paragraphs_and_signs_is_found_in_its_excerpt():
    whole = headline_of(f"A & B < C.\n\n- *two*\n- heron\n\n> [so](https://a.example) {words(9)}")

    assert whole == f"A & B < C. two \x02heron\x03 so {words(9)}"


def test_excerpt_of_a_text_that_is_found_by_its_title_says_that_it_goes_on():
    make_thread(title="Heron", body=words(60))

    (post,) = find_posts(AnonymousUser(), "heron")

    assert post.headline == f"{words(20)}…"


def test_find_posts_takes_a_bound_that_no_post_can_have():
    thread = make_thread(body="The heron is back.")

    hits = find_posts(AnonymousUser(), "heron", upto=2**70)

    assert [post.thread_id for post in hits] == [thread.pk]
