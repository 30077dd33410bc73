import pytest
from django.utils import translation

from accounts.models import Announcement
from communities.markup import LONGEST_TEXT, render
from discussions.models import Mention, Post
from discussions.services import (
    Writing,
    edit_post,
    reply,
    set_locked,
    set_status,
    suggest_people,
)
from discussions.services.mentions import render_naming, unclear_names
from questions.services import open_question
from tests.effort import calls_of
from tests.factories import (
    make_community,
    make_membership,
    make_post,
    make_question,
    make_thread,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return make_community()


@pytest.fixture
def thread(community):
    return make_thread(community)


def member(community, name, **fields):
    person = make_user(public_name=name, **fields)
    make_membership(person, community, digest="never")
    return person


def named_in(post):
    return sorted(mention.user.public_name for mention in Mention.objects.filter(post=post))


def link_to(person):
    return f'<a href="/people/{person.pk}/" rel="nofollow ugc noopener">@{person.public_name}</a>'


def test_post_links_to_the_member_it_names_and_keeps_the_mention(community, thread):
    kay = member(community, "Kay Tan")

    post = make_post(thread, body="Thank you @kay tan, for the bench.")

    assert post.html == (
        f'<p>Thank you <a href="/people/{kay.pk}/" rel="nofollow ugc noopener">@kay tan</a>,'
        " for the bench.</p>\n"
    )
    assert named_in(post) == ["Kay Tan"]


def test_longest_name_is_meant(community, thread):
    for name in ("Kay", "Kay Tan", "Kay Tan-Reed"):
        member(community, name)

    assert named_in(make_post(thread, body="@Kay Tan, hello")) == ["Kay Tan"]
    assert named_in(make_post(thread, body="@Kay Tan-Reed!")) == ["Kay Tan-Reed"]
    assert named_in(make_post(thread, body="@Kay: @Kay Tan’s bench")) == ["Kay", "Kay Tan"]


@pytest.mark.parametrize("name", ["Bev from No. 9", "Siân O'Neill", "J. Okafor", "王秀英", "R2"])
def test_names_of_every_kind_can_be_named(community, thread, name):
    member(community, name)

    assert named_in(make_post(thread, body=f"So says @{name}.")) == [name]


@pytest.mark.parametrize(
    "body",
    [
        "`@Kay`",
        "    @Kay",
        "```\n@Kay\n```",
        "[@Kay](https://example.org)",
        "https://example.org/@Kay",
        "kay@Kay",
        "@Kayleigh",
        "@ Kay",
        "Kay",
    ],
)
def test_code_links_and_other_words_name_nobody(community, thread, body):
    member(community, "Kay")

    post = make_post(thread, body=body)

    assert named_in(post) == []
    assert "/people/" not in post.html


def test_only_people_of_the_place_are_named(community, thread):
    elsewhere, left = make_user(public_name="Elsewhere"), member(community, "Left")
    make_membership(elsewhere, make_community())
    make_post(thread, author=left)
    left.memberships.all().delete()
    member(community, "Closed", closed_at="2026-01-01T00:00Z")
    member(community, "Inactive", is_active=False)
    member(community, "Here")

    post = make_post(thread, body="@Elsewhere @Left @Closed @Inactive @Nobody @Here")

    assert named_in(post) == ["Here"]


def test_nobody_names_themselves(community, thread):
    kay = member(community, "Kay")

    assert named_in(make_post(thread, author=kay, body="@Kay was here")) == []


def test_whoever_asked_a_question_can_be_named_without_a_membership(cast):
    asker = make_user(public_name="Asker")
    question = make_question(seat=cast.seat, author=asker, community=cast.community)
    thread = open_question(question, by=cast.moderator).thread

    post = reply(thread, by=cast.resident, writing=Writing("@Asker, well asked."))

    assert named_in(post) == ["Asker"]


def test_of_two_of_one_name_nobody_is_told_until_the_writer_says_which(community, thread):
    first, second = member(community, "Kay"), member(community, "Kay")
    make_post(thread, author=second)
    place = {"community": community.pk, "thread": thread.pk}
    by = member(community, "Bev")

    assert named_in(make_post(thread, body="@Kay")) == []
    (unclear,) = unclear_names("So says @Kay.", by=by, **place)
    assert (unclear.text, unclear.people) == ("Kay", [first, second])
    for meant, people in ((first.pk, [first]), (second.pk, [second]), (0, []), (by.pk, [])):
        said = {unclear.field: meant}
        assert render_naming("So says @Kay.", by=by, meant=said, **place)[1] == people
        assert unclear_names("So says @Kay.", by=by, meant=said, **place) == []


def test_exact_name_is_clear_beside_one_that_folds_alike(community, thread):
    for name in ("Siân Rees", "Sian Rees", "Anne Reed", "Anne Reed (resident)"):
        member(community, name)

    for name in ("Siân Rees", "Sian Rees", "Anne Reed", "Anne Reed (resident)"):
        assert named_in(make_post(thread, body=f"Ask @{name}, please.")) == [name]
    assert named_in(make_post(thread, body="Ask @SÍAN REES, please.")) == []


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Siân O'Neill", "sian o’neill"),
        ("Sian O’Neill", "Siân O'Neill"),
        ("Łukasz Ørsted", "Lukasz Orsted"),
        ("Jean-Luc", "Jean\u2011Luc"),
        ("Олена", "ОЛЕНА"),
    ],
)
def test_name_is_found_as_another_keyboard_writes_it(community, thread, name, typed):
    person = member(community, name)

    post = make_post(thread, body=f"So says @{typed}!")

    assert named_in(post) == [name]
    assert f'/people/{person.pk}/" rel="nofollow ugc noopener">@{typed}</a>!' in post.html
    found = suggest_people(member(community, "Bev"), typed[:3], community=community.pk)
    assert found == [person]


@pytest.mark.parametrize(
    "body", ["@Anne-Marie", "@Anne‑Marie", "@Anne'Marie", "@Anne’sson", "@Annette", "@Anne–Marie"]
)
def test_name_that_another_begins_with_is_not_told(community, thread, body):
    member(community, "Anne")

    assert named_in(make_post(thread, body=f"Thanks {body}, well done.")) == []


@pytest.mark.parametrize("body", ["@Anne’s bench", "@Anne's", "@Anne - look", "@Anne-", "@Anne."])
def test_name_ends_before_a_possessive_or_a_dash(community, thread, body):
    member(community, "Anne")

    assert named_in(make_post(thread, body=body)) == ["Anne"]


def test_longer_name_of_somebody_elsewhere_is_asked_about(community, thread):
    anne = member(community, "Anne")
    make_user(public_name="Anne Marie")
    by, place = member(community, "Bev"), {"community": community.pk, "thread": thread.pk}

    (unclear,) = unclear_names("Thanks @anne marie!", by=by, **place)

    assert unclear.people == [anne]
    assert named_in(make_post(thread, author=by, body="Thanks @Anne Marie!")) == []
    assert unclear_names("Thanks @Anne!", by=by, **place) == []


def test_writer_is_asked_on_the_page_and_their_words_are_kept(cast, client_of):
    thread = make_thread(cast.community)
    first, second = member(cast.community, "Kay"), member(cast.community, "Kay")
    client, address = client_of(cast.resident), f"/discussions/{thread.pk}/reply/"
    posts = thread.posts.count()

    html = client.post(address, {"body": "Well said, @Kay."}).content.decode()

    assert thread.posts.count() == posts
    assert "Well said, @Kay.</textarea>" in html
    assert "Whom do you mean by “@Kay”?" in html
    field = html.partition('name="meant-')[2].partition('"')[0]
    client.post(address, {"body": "Well said, @Kay.", f"meant-{field}": str(second.pk)})
    post = Post.objects.latest("pk")
    assert [mention.user for mention in Mention.objects.filter(post=post)] == [second]
    edit = f"/posts/{post.pk}/edit/"
    response = client.post(edit, {"body": "Very well said, @Kay.", "edition": 1})
    assert response.status_code == 302
    assert [mention.user for mention in Mention.objects.filter(post=post)] == [second]
    assert first.pk != second.pk


def test_address_of_a_person_is_stored_once_for_all_languages(community, thread, settings):
    kay = member(community, "Kay")
    with translation.override("cy"):
        post = make_post(thread, body="@Kay")

    assert link_to(kay) in post.html


def test_names_cost_one_query_however_many(community, thread, django_assert_num_queries):
    author = member(community, "Author")
    people = [member(community, f"Person number {n}") for n in range(30)]

    with django_assert_num_queries(1):
        _html, named = render_naming(
            " ".join(f"@{person.public_name}" for person in people),
            by=author,
            community=community.pk,
            thread=thread.pk,
        )

    assert len(named) == 20


@pytest.mark.parametrize("unit", ["@", "@a ", "@a", "@a b c d e f g h i j k l m n o ", "[@a](/)"])
def test_hostile_signs_end_soon(community, thread, unit):
    author = member(community, "Author")
    body = (unit * LONGEST_TEXT)[:LONGEST_TEXT]

    def name_them():
        render_naming(body, by=author, community=community.pk, thread=thread.pk)

    assert calls_of(name_them) < 1_000_000


def test_text_without_a_finder_is_rendered_as_before():
    assert render("@Kay") == "<p>@Kay</p>\n"


def test_name_holds_nothing_active(community, thread):
    member(community, "A<b onclick=x>")

    post = make_post(thread, body="@A<b onclick=x>")

    assert "<b" not in post.html
    assert named_in(post) == ["A<b onclick=x>"]


def test_held_post_keeps_mentions_and_announces_nothing_until_published(cast):
    cast.community.hold_first_posts = True
    cast.community.save()
    thread = make_thread(cast.community, author=cast.moderator)
    Announcement.objects.all().delete()

    post = reply(thread, by=cast.resident, writing=Writing("@Neighbour, look."))

    assert (post.status, named_in(post)) == ("pending", ["Neighbour"])
    assert not Announcement.objects.exists()
    set_status(post, Post.Status.PUBLISHED, by=cast.moderator)
    assert Announcement.objects.get().subject_id == post.pk


def test_whom_other_words_name_is_told_once_they_were_read(cast):
    cast.community.hold_first_posts = True
    cast.community.save()
    thread = make_thread(cast.community, author=cast.moderator)
    post = reply(thread, by=cast.resident, writing=Writing("Look."))
    post = set_status(post, Post.Status.PUBLISHED, by=cast.moderator)
    Announcement.objects.all().delete()

    post = edit_post(post, by=cast.resident, body="@Neighbour, look.", edition=post.edition)

    assert (post.status, Announcement.objects.exists()) == ("pending", False)
    set_status(post, Post.Status.PUBLISHED, by=cast.moderator)
    told = Announcement.objects.get()
    assert (told.kind, told.subject_id) == ("mention", Mention.objects.get(post=post).pk)


def test_suggestions_are_members_whose_names_begin_so(community, thread):
    author = member(community, "Kayak")
    for name in ("Kay Tan", "KAYE", "Bev", "Kay%"):
        member(community, name)
    make_user(public_name="Kay Elsewhere")
    make_post(thread, author=member(community, "Kayz"))

    def found(beginning, **place):
        people = suggest_people(author, beginning, community=community.pk, **place)
        return [person.public_name for person in people]

    assert found("kay") == ["Kay Tan", "KAYE", "Kayz", "Kay%"]
    assert found("KAY", thread=thread.pk) == ["Kayz", "Kay Tan", "KAYE", "Kay%"]
    assert found("kay%") == ["Kay%"]
    assert found("zebra") == []


@pytest.mark.parametrize("state", ["open", "locked"])
def test_names_are_suggested_only_to_those_who_may_write_in_the_thread(cast, client_of, state):
    thread = make_thread(cast.community, author=cast.neighbour)
    set_locked(thread, state == "locked", by=cast.moderator)
    address = f"/discussions/{thread.pk}/people/"

    answers = [
        client_of(person).get(address, {"q": "neigh"}) for person in (cast.resident, cast.outsider)
    ]

    if state == "locked":
        assert [answer.status_code for answer in answers] == [403, 403]
    else:
        assert answers[0].json() == {"names": ["Neighbour"]}
        assert answers[1].status_code == 403
