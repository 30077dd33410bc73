import pytest
from hypothesis import given
from hypothesis import strategies as st

from discussions.differences import differences
from tests.effort import calls_of

WORDY = st.text(alphabet="ab .\n", max_size=60)
LONGEST = 20_000


def side(pieces, but):
    return "".join(piece.text for piece in pieces if piece.kind != but)


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("At nine.", "At ten.", [("", "At "), ("del", "nine"), ("ins", "ten"), ("", ".")]),
        ("One.", "One.", [("", "One.")]),
        ("", "One.", [("ins", "One.")]),
        ("One.\nTwo.", "One.\nSix.\nTwo.", [("", "One.\n"), ("ins", "Six.\n"), ("", "Two.")]),
    ],
)
def test_differences_of_what_people_change(old, new, pieces):
    assert [tuple(piece) for piece in differences(old, new)] == pieces


@given(WORDY, WORDY)
def test_differences_hold_every_word_of_both(old, new):
    pieces = differences(old, new)

    assert (side(pieces, but="ins"), side(pieces, but="del")) == (old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a " * 10_000, "b " * 10_000),
        ("a b " * 5_000, "b a " * 5_000),
        (" ".join(map(str, range(4_000))), " ".join(map(str, range(4_000, 0, -1)))),
        ("".join(f"{n}\n" for n in range(3_500)), "".join(f"{n}\r" for n in range(3_500))),
        ("".join(f"{n}.x." for n in range(3_000)), "".join(f"{n}.y." for n in range(3_000))),
        ("a\n" * 10_000, "b\na\n" * 5_000),
    ],
)
def test_differences_of_long_texts_are_little_work(old, new):
    old, new = old[:LONGEST], new[:LONGEST]

    pieces = differences(old, new)

    assert calls_of(differences, old, new) < 500_000
    assert (side(pieces, but="ins"), side(pieces, but="del")) == (old, new)


def test_one_word_at_the_beginning_of_a_long_sentence_is_all_that_differs():
    same = " ".join(f"word{number}" for number in range(1_500))

    assert differences(f"Today {same}", f"Yesterday {same}") == [
        ("del", "Today"),
        ("ins", "Yesterday"),
        ("", f" {same}"),
    ]


def test_words_that_changed_side_by_side_are_one_piece():
    kinds = [piece.kind for piece in differences("One.\n\nTwo. Six.\n\n", "One.\n\nTwo. Ten.\n\n")]

    assert kinds == ["", "del", "ins", ""]
