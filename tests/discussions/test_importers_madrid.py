from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Announcement, User
from communities.models import Community
from discussions.models import Post, Thread
from discussions.search import find_posts
from tests.factories import make_community, make_post

pytestmark = pytest.mark.django_db

PROPOSALS = (
    ",id,url,code,title,userId,date,summary,text,numComments,status,numSupports,isAssociation"
)
COMMENTS = ",id,parentId,proposalId,page,userId,userType,date,time,text,numVotes"
BENCHES = (
    '0,7,/p/7,M-7,Más bancos,30,2016-07-01,Hacen falta bancos.,"Sobre **todo** aquí.",2,open,9,0'
)
TREES = "1,8,/p/8,M-8,Más árboles,31,2016-07-02,Sombra.,,0,open,9,1"
FIRST = "0,101,-1,7,1,40,,2016-07-01,0 days 10:50:19,De acuerdo.,1"
REPLY = "1,102,101,7,1,30,Autor,2016-07-01,0 days 11:00:00,Gracias.,0"
STRAY = "2,103,999,7,1,41,Empleados públicos,2016-12-24,0 days 09:00:00,Tomamos nota.,0"
GROUP = "3,104,-1,8,1,42,Colectivo,2016-07-03,0 days 09:00:00,Bien.,0"


@pytest.fixture
def community() -> Community:
    return make_community(slug="madrid")


def run(
    tmp_path: Path,
    *comments: str,
    proposals: tuple[str, ...] = (BENCHES, TREES),
    slug: str = "madrid",
) -> str:
    paths = [tmp_path / "comments.csv", tmp_path / "proposals.csv"]
    paths[0].write_text("\n".join([COMMENTS, *comments]))
    paths[1].write_text("\n".join([PROPOSALS, *proposals]))
    out = StringIO()
    flags = ["--format=decide-madrid", f"--community={slug}"]
    call_command("import_threads", *paths, *flags, stdout=out)
    return out.getvalue()


def test_import_makes_a_thread_of_a_proposal(tmp_path: Path, community: Community) -> None:
    said = run(tmp_path)

    assert "threads: 2 added, 0 changed, 0 left, 0 refused" in said
    thread = Thread.objects.get(import_key="madrid:proposal:7")
    opened = datetime(2016, 6, 30, 22, tzinfo=UTC)
    assert (thread.title, thread.community, thread.status) == ("Más bancos", community, "published")
    assert thread.created_at == thread.published_at == thread.last_post_at == opened
    post = thread.posts.get()
    assert (post.number, post.status, post.language) == (1, "published", "es")
    assert post.body == "Hacen falta bancos.\n\nSobre **todo** aquí."
    assert post.html == "<p>Hacen falta bancos.</p>\n<p>Sobre <strong>todo</strong> aquí.</p>\n"
    assert post.created_at == post.published_at == opened


def test_import_numbers_comments_in_time_order(tmp_path: Path, community: Community) -> None:
    said = run(tmp_path, STRAY, REPLY, FIRST)

    assert "posts: 5 added, 0 changed, 0 left, 0 refused" in said
    posts = Post.objects.filter(thread__import_key="madrid:proposal:7").order_by("number")
    assert [(post.number, post.body) for post in posts[1:]] == [
        (2, "De acuerdo."),
        (3, "Gracias."),
        (4, "Tomamos nota."),
    ]
    assert posts[1].created_at == datetime(2016, 7, 1, 8, 50, 19, tzinfo=UTC)  # summer time
    assert posts[3].created_at == datetime(2016, 12, 24, 8, tzinfo=UTC)
    assert posts[2].reply_to == posts[1]


def test_import_keeps_a_reply_to_what_is_not_there(tmp_path: Path, community: Community) -> None:
    said = run(tmp_path, STRAY)

    assert "1 replies are kept though what they reply to is not in the file" in said
    post = Post.objects.get(import_key="madrid:comment:103")
    assert (post.status, post.reply_to) == ("published", None)


def test_import_says_so_where_a_comment_has_no_text(tmp_path: Path, community: Community) -> None:
    said = run(tmp_path, FIRST.replace("De acuerdo.", ""), REPLY)

    assert "1 comments have no text in the file and say [sin texto]" in said
    assert Post.objects.get(import_key="madrid:comment:102").reply_to.body == "[sin texto]"


def test_import_names_authors_plainly(tmp_path: Path, community: Community) -> None:
    run(tmp_path, FIRST, REPLY, STRAY, GROUP)

    authors = dict(User.objects.values_list("import_key", "public_name"))
    assert authors == {
        "madrid:30": "Resident 30",
        "madrid:31": "Association 31",
        "madrid:40": "Resident 40",
        "madrid:41": "City staff 41",
        "madrid:42": "Association 42",
    }
    user = User.objects.get(import_key="madrid:40")
    assert (user.email, user.has_usable_password(), user.is_staff) == (None, False, False)
    assert user.date_joined == datetime(2016, 7, 1, 8, 50, 19, tzinfo=UTC)
    assert not Post.objects.exclude(capacity=None).exists()


def test_import_keeps_the_counters(tmp_path: Path, community: Community) -> None:
    Community.objects.filter(pk=community.pk).update(thread_count=5)

    run(tmp_path, FIRST, REPLY, STRAY)

    community.refresh_from_db()
    assert community.thread_count == 7
    thread = Thread.objects.get(import_key="madrid:proposal:7")
    assert (thread.post_count, thread.last_number) == (4, 4)
    assert thread.last_post_at == datetime(2016, 12, 24, 8, tzinfo=UTC)


def test_import_makes_posts_findable_and_tells_nobody(tmp_path: Path, community: Community) -> None:
    run(tmp_path, FIRST)

    reader = User.objects.create_user("reader@example.org", public_name="Reader")
    found = find_posts(reader, "acuerdo")
    assert [post.import_key for post in found] == ["madrid:comment:101"]
    assert not Announcement.objects.exists()


def test_import_again_changes_nothing(tmp_path: Path, community: Community) -> None:
    run(tmp_path, FIRST, REPLY, STRAY)
    before = [*Thread.objects.values(), *Post.objects.values(), *Community.objects.values()]

    said = run(tmp_path, FIRST, REPLY, STRAY)

    assert "people: 0 added, 0 changed, 4 left" in said
    assert "threads: 0 added, 0 changed, 2 left" in said
    assert "posts: 0 added, 0 changed, 5 left" in said
    after = [*Thread.objects.values(), *Post.objects.values(), *Community.objects.values()]
    assert after == before


def test_import_adds_what_is_new_after_what_is_here(tmp_path: Path, community: Community) -> None:
    run(tmp_path, FIRST)
    thread = Thread.objects.get(import_key="madrid:proposal:7")
    Post.objects.filter(import_key="madrid:comment:101").update(body="Edited since.")
    make_post(thread)

    said = run(tmp_path, FIRST, REPLY)

    assert "posts: 1 added, 0 changed, 3 left" in said
    numbers = Post.objects.filter(thread=thread).values_list("import_key", "number")
    assert dict(numbers) == {
        "madrid:proposal:7": 1,
        "madrid:comment:101": 2,
        None: 3,
        "madrid:comment:102": 4,
    }
    post = Post.objects.get(import_key="madrid:comment:102")
    assert post.reply_to.body == "Edited since."
    last_post_at = thread.posts.get(number=3).published_at
    thread.refresh_from_db()
    assert (thread.post_count, thread.last_number) == (4, 4)
    assert thread.last_post_at == last_post_at


def test_import_links_a_reply_to_a_comment_of_an_earlier_file(
    tmp_path: Path, community: Community
) -> None:
    run(tmp_path, FIRST)

    run(tmp_path, REPLY)

    post = Post.objects.get(import_key="madrid:comment:102")
    assert post.reply_to == Post.objects.get(import_key="madrid:comment:101")


def test_import_leaves_a_thread_where_it_is(tmp_path: Path, community: Community) -> None:
    run(tmp_path)
    other = make_community(slug="other")

    said = run(tmp_path, slug="other")

    assert "'Más bancos' is in another community and stays there" in said
    other.refresh_from_db()
    assert other.thread_count == 0


def test_import_shortens_a_long_title(tmp_path: Path, community: Community) -> None:
    run(tmp_path, proposals=(BENCHES.replace("Más bancos", "Más " * 50),))

    title = Thread.objects.get().title
    assert (len(title), title[-2:]) == (150, "M…")


@pytest.mark.parametrize(
    ("comment", "why"),
    [
        (FIRST.replace(",7,", ",9,"), "row 3 (comment 101): there is no proposal '9'"),
        (REPLY, "its id '102' is not its own"),
        (FIRST.replace("2016-07-01", "yesterday"), "'yesterday' is not a date"),
        (FIRST.replace("2016-07-01", ""), "is not a moment"),
        (FIRST.replace("0 days 10:50:19", "noon"), "'noon' is not a moment"),
        (FIRST.replace("10:50:19", "25:00:00"), "hour must be in 0..23"),
        (FIRST.replace("101", ""), "id '' is not a number"),
        (FIRST.replace("-1", "101"), "it replies to itself"),
        (FIRST.replace("40", "me"), "userId 'me' is not a number"),
        (f"{FIRST},", "row 3: it has 12 cells, the header 11"),
    ],
)
def test_import_refuses_the_files_for_one_bad_comment(
    tmp_path: Path, community: Community, comment: str, why: str
) -> None:
    with pytest.raises(CommandError) as refusal:
        run(tmp_path, REPLY, comment)

    assert why in str(refusal.value)
    assert not Thread.objects.exists()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("proposal", "why"),
    [
        (BENCHES, "row 3 (proposal 7): its id '7' is not its own"),
        (TREES.replace("Más árboles", ""), "it has no title or no text"),
        (TREES.replace("Sombra.", ""), "it has no title or no text"),
    ],
)
def test_import_refuses_the_files_for_one_bad_proposal(
    tmp_path: Path, community: Community, proposal: str, why: str
) -> None:
    with pytest.raises(CommandError) as refusal:
        run(tmp_path, proposals=(BENCHES, proposal))

    assert why in str(refusal.value)
    assert not Thread.objects.exists()


def test_import_refuses_an_unknown_community(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No community has the address 'nowhere'"):
        run(tmp_path, slug="nowhere")


def test_import_refuses_comments_without_proposals(tmp_path: Path, community: Community) -> None:
    path = tmp_path / "comments.csv"
    path.write_text("\n".join([COMMENTS, FIRST]))

    with pytest.raises(CommandError, match="there are 0 and 1"):
        call_command("import_threads", path, "--format=decide-madrid", "--community=madrid")
