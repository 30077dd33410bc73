from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Announcement, User
from communities.models import Community
from discussions.models import Post, Thread
from tests.factories import make_community

pytestmark = pytest.mark.django_db

HEADER = "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body"
EARLY = "1518500000000,x,3,57,1,0,1,More benches."
LATE = '1518500600,x,2,58,1,0,1,"Trees, please."'
REJECTED = "1518500300000,x,1,57,0,0,-1,Agree."
UNDECIDED = "1518500900000,x,4,59,0,0,0,Buses."
SUMMARY = (
    'topic,Better streets\nurl,https://pol.is/x\nconversation-description,"What should\nchange?"'
)


@pytest.fixture
def community() -> Community:
    return make_community(slug="town")


def write(folder: Path, *comments: str, summary: str = SUMMARY) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "comments.csv"
    path.write_text("\n".join([HEADER, *comments]))
    if summary:
        (folder / "summary.csv").write_text(summary)
    return path


def run(*paths: Path) -> str:
    out = StringIO()
    call_command("import_threads", *paths, "--format=polis", "--community=town", stdout=out)
    return out.getvalue()


def test_import_makes_one_thread_of_a_conversation(tmp_path: Path, community: Community) -> None:
    said = run(write(tmp_path / "streets", LATE, EARLY))

    assert "threads: 1 added, 0 changed, 0 left, 0 refused" in said
    assert "posts: 3 added, 0 changed, 0 left, 0 refused" in said
    thread = Thread.objects.get()
    opened = datetime(2018, 2, 13, 5, 33, 20, tzinfo=UTC)
    assert (thread.title, thread.import_key) == ("Better streets", "polis:streets")
    assert thread.created_at == thread.published_at == opened
    posts = Post.objects.order_by("number").values_list("number", "author__public_name", "body")
    assert list(posts) == [
        (1, "Organiser of the conversation", "What should\nchange?"),
        (2, "Participant 57", "More benches."),
        (3, "Participant 58", "Trees, please."),
    ]
    assert set(Post.objects.values_list("language", flat=True)) == {"en"}


def test_import_reads_seconds_and_milliseconds(tmp_path: Path, community: Community) -> None:
    run(write(tmp_path / "streets", LATE, EARLY))

    moments = Post.objects.filter(number__gt=1).order_by("number")
    assert [post.published_at for post in moments] == [
        datetime(2018, 2, 13, 5, 33, 20, tzinfo=UTC),
        datetime(2018, 2, 13, 5, 43, 20, tzinfo=UTC),
    ]


def test_import_holds_what_was_not_approved(tmp_path: Path, community: Community) -> None:
    said = run(write(tmp_path / "streets", EARLY, REJECTED, UNDECIDED))

    assert (
        "of these, 2 comments were not approved there; the staff desk does not count them" in said
    )
    held = Post.objects.held().order_by("created_at")
    assert [(post.body, post.hold_reason) for post in held] == [
        ("Agree.", "rejected"),
        ("Buses.", "undecided"),
    ]
    assert [(post.number, post.published_at) for post in held] == [(None, None), (None, None)]
    thread = Thread.objects.get()
    assert (thread.post_count, thread.last_number) == (2, 2)
    assert thread.last_post_at == datetime(2018, 2, 13, 5, 33, 20, tzinfo=UTC)


def test_import_keeps_authors_of_each_conversation_apart(
    tmp_path: Path, community: Community
) -> None:
    run(write(tmp_path / "one", EARLY), write(tmp_path / "two", EARLY))

    keys = User.objects.values_list("import_key", flat=True)
    assert set(keys) == {
        "polis:one:organiser",
        "polis:one:57",
        "polis:two:organiser",
        "polis:two:57",
    }
    community.refresh_from_db()
    assert community.thread_count == 2
    assert not Announcement.objects.exists()


def test_import_again_changes_nothing(tmp_path: Path, community: Community) -> None:
    path = write(tmp_path / "streets", EARLY, LATE, REJECTED)
    run(path)
    before = [*Thread.objects.values(), *Post.objects.values(), *Community.objects.values()]

    said = run(path)

    assert "threads: 0 added, 0 changed, 1 left" in said
    assert "posts: 0 added, 0 changed, 4 left" in said
    after = [*Thread.objects.values(), *Post.objects.values(), *Community.objects.values()]
    assert after == before


@pytest.mark.parametrize(
    ("summary", "title", "opening"),
    [
        ("", "streets", "streets"),
        ("topic,Better streets\nconversation-description,", "Better streets", "Better streets"),
    ],
)
def test_import_opens_with_the_topic_where_there_is_no_description(
    tmp_path: Path, community: Community, summary: str, title: str, opening: str
) -> None:
    run(write(tmp_path / "streets", EARLY, summary=summary))

    assert Thread.objects.get().title == title
    assert Post.objects.get(number=1).body == opening


def test_import_shortens_the_key_of_a_long_folder(tmp_path: Path, community: Community) -> None:
    run(
        write(tmp_path / ("a" * 70 + "1"), EARLY),
        write(tmp_path / ("a" * 70 + "2"), EARLY),
    )

    assert Thread.objects.count() == 2


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (
            EARLY.replace(",1,More", ",2,More"),
            "row 3 (comment 3): moderated is '2', not 1, -1 or 0",
        ),
        (EARLY.replace("More benches.", " "), "it has no text"),
        (EARLY.replace("1518500000000", "today"), "its timestamp 'today' is not a moment"),
        (EARLY.replace("1518500000000", "9" * 40), "is not a moment"),
        (EARLY.replace("1518500000000", "nan"), "is not a moment"),
        (EARLY.replace(",57,", ",me,"), "author-id 'me' is not a number"),
        (LATE, "its comment-id is not its own"),
    ],
)
def test_import_refuses_the_file_for_one_bad_row(
    tmp_path: Path, community: Community, row: str, why: str
) -> None:
    with pytest.raises(CommandError) as refusal:
        run(write(tmp_path / "streets", LATE, row))

    assert why in str(refusal.value)
    assert not Thread.objects.exists()


def test_import_keeps_the_files_before_a_refused_one(tmp_path: Path, community: Community) -> None:
    good = write(tmp_path / "good", EARLY)
    bad = write(tmp_path / "bad", EARLY, EARLY)

    with pytest.raises(CommandError, match=r"bad/comments\.csv: refused"):
        run(good, bad)

    assert [thread.import_key for thread in Thread.objects.all()] == ["polis:good"]


def test_import_refuses_a_file_without_comments(tmp_path: Path, community: Community) -> None:
    with pytest.raises(CommandError, match="there are no comments in it"):
        run(write(tmp_path / "streets"))
