"""Similar threads, and names, offered to whoever writes."""

import re
from uuid import uuid4

import pytest

from discussions.models import Draft, Thread
from discussions.services import draft_for
from tests.factories import make_thread, make_user
from tests.pages.visits import form_of


@pytest.fixture
def thread(cast):
    return make_thread(cast.community, author=cast.neighbour, title="A bench at the weir")


@pytest.fixture
def member(cast, client_of):
    return client_of(cast.resident)


def start_in(cast):
    return f"/communities/{cast.community.slug}/new/"


def value_of(response, name="body"):
    return response.context["form"][name].value()


def test_similar_threads_are_offered_once_before_a_new_one(member, cast, thread):
    given = {"title": "Bench at the weir", "body": "We need a bench.", "submit_key": str(uuid4())}

    offered = member.post(start_in(cast), given)
    page = offered.content.decode()

    assert "Is it one of these?" in page
    assert "None of these: start the thread" in page
    assert [value_of(offered, name) for name in given] == list(given.values())
    assert Thread.objects.count() == 1
    _action, fields = form_of(page, given)
    member.post(start_in(cast), fields)
    assert Thread.objects.count() == 2


def test_unlike_threads_are_not_in_the_way(member, cast, thread):
    member.post(start_in(cast), {"title": "Zebra", "body": "Zebra."})

    assert Thread.objects.filter(title="Zebra").exists()


def test_one_goes_to_a_similar_thread_with_the_words_kept(member, cast, thread):
    given = {"title": "Bench at the weir", "body": "We need a bench.", "seen_similar": "yes"}

    page = member.post(start_in(cast), given | {"go": str(thread.pk)}, follow=True)

    assert page.redirect_chain == [(thread.get_absolute_url(), 302)]
    assert draft_for(cast.community, by=cast.resident).title == "Bench at the weir"
    use = re.search(r'href="([^"]+\?words=new)"', page.content.decode())[1]
    reply = member.get(use)
    assert value_of(reply) == "We need a bench."
    member.post(use, {"body": "We need a bench."})
    assert not Draft.objects.exists()
    assert thread.posts.get(number=2).body == "We need a bench."


def test_locked_similar_thread_offers_no_reply(member, cast, thread):
    Thread.objects.update(is_locked=True)

    page = member.post(start_in(cast), {"title": "B", "body": "B", "go": thread.pk}, follow=True)

    assert "Your words are kept as a draft." in page.content.decode()
    assert "?words=new" not in page.content.decode()


def test_words_too_long_to_keep_stay_in_the_form_instead_of_going(member, cast, thread):
    given = {"title": "B", "body": "x" * 20_001, "go": thread.pk, "seen_similar": "yes"}

    page = member.post(start_in(cast), given)

    assert page.status_code == 200
    assert value_of(page) == given["body"]
    assert Thread.objects.count() == 1


@pytest.mark.parametrize("number", ["", "0", "x", "²", "-1", "9" * 40])
def test_going_to_no_thread_is_a_polite_refusal(member, cast, number):
    response = member.post(start_in(cast), {"title": "B", "body": "B", "go": number})

    assert response.status_code == 404


def test_thread_that_one_may_not_see_is_neither_offered_nor_gone_to(member, cast, thread):
    Thread.objects.update(status="hidden")

    page = member.post(start_in(cast), {"title": "Bench at the weir", "body": "B"})
    gone = member.post(start_in(cast), {"title": "B", "body": "B", "go": thread.pk})

    assert page.status_code == 302
    assert gone.status_code == 404


def test_similar_threads_are_a_piece_for_a_script(member, cast, thread):
    address = f"/communities/{cast.community.slug}/similar/"

    found = member.get(address, {"title": "A bench"})
    none = member.get(address, {"title": "Zebra"})

    assert "A bench at the weir" in found.content.decode()
    assert "<html" not in found.content.decode()
    assert (none.status_code, none.content) == (204, b"")


@pytest.mark.parametrize("text", ["x" * 5_000, "%_\\", "' OR 1=1", "\ud800"])
def test_anything_may_be_looked_for(member, cast, thread, text):
    community = f"/communities/{cast.community.slug}"
    query = text.encode("utf-8", "surrogatepass")
    for address in (f"{community}/people/", f"/discussions/{thread.pk}/people/"):
        assert member.get(address, {"q": query}).status_code == 200
    assert member.get(f"{community}/similar/", {"title": query}).status_code in {200, 204}


def test_names_are_suggested_to_whoever_may_write_there(member, cast, thread):
    make_user(public_name="Neighbour elsewhere")

    found = member.get(f"/discussions/{thread.pk}/people/", {"q": "neigh"}).json()

    assert found == {"names": ["Neighbour"]}
    assert member.get(f"/communities/{cast.community.slug}/people/", {"q": "neigh"}).json() == found


def test_names_are_not_told_where_one_may_not_look(cast, client_of, thread):
    cast.community.visibility = "members"
    cast.community.save()

    client = client_of(cast.outsider)

    assert client.get(f"/discussions/{thread.pk}/people/", {"q": "n"}).status_code == 404
    assert client.get(f"/communities/{cast.community.slug}/people/").status_code == 404


def test_new_thread_sent_twice_is_one_and_not_similar_to_itself(member, cast):
    given = {"title": "Otters", "body": "Seen two.", "submit_key": str(uuid4())}

    answers = [member.post(start_in(cast), given) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Thread.objects.count() == 1
