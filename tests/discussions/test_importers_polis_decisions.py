"""What 0 means in a Polis file, and in which language its comments are."""

import pytest
from django.core.management import CommandError, call_command

from discussions.models import Post
from tests.discussions.test_importers_polis import HEADER, write
from tests.factories import make_community

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _community():
    make_community(slug="town")


def comment(number, *, agrees, disagrees, moderated):
    return f"15185000{number:02}000,x,{number},5{number},{agrees},{disagrees},{moderated},Words."


def take(path, *flags):
    call_command("import_threads", path, "--format=polis", "--community=town", *flags)


def held():
    """Return the numbers of the comments that wait."""
    keys = Post.objects.exclude(hold_reason="").values_list("import_key", flat=True)
    return sorted(int(key.rpartition(":")[2]) for key in keys)


APPROVED = comment(1, agrees=9, disagrees=3, moderated=1)
REJECTED = comment(2, agrees=1, disagrees=0, moderated=-1)
UNSEEN = comment(3, agrees=1, disagrees=0, moderated=0)
VOTED_ON = comment(4, agrees=4, disagrees=7, moderated=0)


def test_comment_that_nobody_else_voted_on_waits_for_a_decision(tmp_path):
    take(write(tmp_path / "streets", APPROVED, REJECTED, UNSEEN))

    assert held() == [2, 3]


def test_comments_that_others_voted_on_were_shown_and_are_published(tmp_path):
    more = comment(5, agrees=2, disagrees=2, moderated=0)

    take(write(tmp_path / "streets", APPROVED, REJECTED, UNSEEN, VOTED_ON, more))

    assert held() == [2]


def test_file_without_any_decision_whose_comments_were_voted_on_is_published(tmp_path):
    take(write(tmp_path / "streets", VOTED_ON))

    assert held() == []


@pytest.mark.parametrize("comments", [[UNSEEN], [APPROVED, UNSEEN, VOTED_ON]])
def test_votes_that_do_not_tell_are_asked_about(tmp_path, comments):
    path = write(tmp_path / "streets", *comments)

    with pytest.raises(CommandError, match="Say with --unmoderated published"):
        take(path)
    assert not Post.objects.exists()


@pytest.mark.parametrize(("said", "waits"), [("held", [3, 4]), ("published", [])])
def test_flag_says_what_no_decision_means(tmp_path, said, waits):
    take(write(tmp_path / "streets", APPROVED, UNSEEN, VOTED_ON), f"--unmoderated={said}")

    assert held() == waits


def test_language_is_that_of_each_comment_else_of_the_summary_else_english(tmp_path):
    path = write(tmp_path / "streets", APPROVED, REJECTED, summary="topic,Strydoedd\nlanguage,cy")
    odd = comment(6, agrees=1, disagrees=1, moderated=1)
    rows = [f"{APPROVED},fr-FR", f"{REJECTED},", f"{odd},?"]
    path.write_text("\n".join([f"{HEADER},lang", *rows]))

    take(path)

    languages = Post.objects.values_list("import_key", "language")
    assert {key.rpartition(":")[2]: language for key, language in languages} == {
        "opening": "cy",
        "1": "fr",
        "2": "cy",
        "6": "cy",
    }
