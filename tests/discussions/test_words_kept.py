"""Which words of titles and openings the database keeps, for spelling and for likeness."""

import pytest

from discussions.models import Thread, Word
from discussions.services import set_status
from tests.factories import make_community, make_decision, make_post, make_thread

pytestmark = pytest.mark.django_db


def kept(thread):
    """Return the words that are kept of a title, and those of the opening alone."""
    rows = list(thread.words.values_list("word__text", "in_title"))
    in_title = {text for text, is_title in rows if is_title}
    assert len(in_title) + sum(not is_title for _text, is_title in rows) == len(rows)
    return in_title, {text for text, _is_title in rows} - in_title


def rename(thread, title):
    Thread.objects.filter(pk=thread.pk).update(title=title)


def test_words_are_those_of_the_title_and_the_beginning_of_the_opening():
    opening = f"It waits, I say, by the weir and by reeds2. {'so ' * 200} Kestrel"
    thread = make_thread(title="Otters", body=opening)
    make_post(thread, body="Kingfishers!")

    rename(thread, "The heron of 1 weir")

    assert kept(thread) == ({"the", "heron", "of", "weir"}, {"waits", "say", "reeds2"})


def test_words_of_addresses_are_kept_one_by_one_and_too_long_ones_not():
    long, longest = "q" * 41, "z" * 40
    thread = make_thread(
        title=f"Heron {long} {longest}", body=f"See https://example.org/a-b {long} or mail a@b.org"
    )

    assert kept(thread) == ({"heron", longest}, {"see", "example", "org", "mail"})


def test_word_is_kept_with_its_stem_and_with_what_it_is_without_a_letter():
    make_thread(title="Herons of M25 ox", body="Pub.")

    near = {word.text: (word.stem, sorted(word.near)) for word in Word.objects.all()}

    assert near == {
        "herons": ("heron", ["erons", "heons", "herns", "heron", "herons", "heros", "hrons"]),
        "of": ("", ["of"]),
        "m25": ("m25", ["m25"]),
        "ox": ("ox", ["ox"]),
        "pub": ("pub", ["pb", "pu", "pub", "ub"]),
    }


def test_words_of_an_opening_follow_what_becomes_of_it(cast):
    thread = make_thread(cast.community, title="Heron", body="Weir.", author=cast.resident)
    post = thread.posts.get()

    post.body = "Reeds."
    post.save(update_fields=["body"])
    assert kept(thread) == ({"heron"}, {"reeds"})
    make_decision(post, verb="hide", rule="abuse", reason="Unkind.")
    set_status(post, "hidden", by=cast.moderator)
    assert kept(thread) == ({"heron"}, set())
    set_status(post, "published", by=cast.moderator)
    assert kept(thread) == ({"heron"}, {"reeds"})


def test_words_of_a_held_opening_are_kept_once_it_is_published(cast):
    cast.community.hold_first_posts = True
    cast.community.save()
    thread = make_thread(cast.community, title="Heron", body="Weir.", author=cast.resident)
    assert kept(thread) == (set(), set())

    set_status(thread.posts.get(), "published", by=cast.moderator)

    assert kept(thread) == ({"heron"}, {"weir"})


def test_words_follow_a_title_and_a_community_that_change(cast):
    thread = make_thread(cast.community, title="Heron", body="Weir.")
    other, elsewhere = make_thread(cast.community, title="Mink"), make_community()

    rename(thread, "Kestrel")
    assert kept(thread) == ({"kestrel"}, {"weir"})
    Thread.objects.filter(pk=thread.pk).update(community=elsewhere)

    assert kept(thread) == ({"kestrel"}, {"weir"})
    assert set(thread.words.values_list("community", flat=True)) == {elsewhere.pk}
    assert set(other.words.values_list("community", flat=True)) == {cast.community.pk}
