import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from communities.models import ModeratorScope
from discussions.models import Post
from discussions.services import edit_post
from moderation import services
from moderation.models import Appeal, Decision, Report
from tests.factories import make_community, make_post, make_report, make_thread, make_user
from tests.pages.visits import form_of

STAFF = ["moderator", "admin"]
OTHERS = ["visitor", "resident", "neighbour", "outsider", "councillor", "ambassador"]
LISTS = {
    "reports": "admin:moderation_report_changelist",
    "held": "admin:moderation_report_held",
    "decisions": "admin:moderation_decision_changelist",
    "appeals": "admin:moderation_appeal_changelist",
}


@pytest.fixture
def thread(cast):
    return make_thread(cast.community, author=cast.neighbour, title="Birds by the weir")


@pytest.fixture
def post(cast, thread):
    return make_post(thread, author=cast.resident, body="A heron.")


def hide(post, by):
    return services.decide(post, by=by, verb="hide", rule="abuse", reason="Rude.")


def make_held_post(thread, **fields):
    post = make_post(thread, **fields)
    Post.objects.filter(pk=post.pk).update(
        status="pending", number=None, published_at=None, hold_reason="newcomer"
    )
    post.refresh_from_db()
    return post


def decide_address(post, query=""):
    return reverse("admin:moderation_report_decide", args=[post.pk]) + query


def fill(cast, thread, rows):
    """Put rows on every list of the desk; return the last reported post and the last appeal."""
    third = make_user(is_staff=True, is_superuser=True)
    for number in range(rows):
        post = make_post(thread, author=cast.resident, body=f"Heron {number}.")
        make_report(post, reporter=cast.neighbour, text="Look.")
        make_report(post, rule="spam")
        hidden = make_post(thread, author=cast.resident, body=f"Gull {number}.")
        appeal = services.appeal(hide(hidden, third), by=cast.resident, text=f"No, {number}.")
        make_held_post(thread, author=cast.neighbour, body=f"Coot {number}.")
    return post, appeal


def count_queries(client, address):
    with CaptureQueriesContext(connection) as context:
        assert client.get(address).status_code == 200
    return len(context)


def rows_of(client, name, query=""):
    response = client.get(reverse(LISTS[name]) + query)
    return list(response.context["cl"].result_list)


def sent(form, **fields):
    seen = {"last_seen": "0", "edition": "1"}
    return {"verb": "hide", "rule": "abuse", "reason": "Rude.", **seen, **fields, **form}


@pytest.mark.parametrize("page", sorted(LISTS))
@pytest.mark.parametrize("name", STAFF)
def test_list_costs_the_same_for_one_row_and_three(cast, client_of, thread, page, name):
    client, address = client_of(getattr(cast, name)), reverse(LISTS[page])
    fill(cast, thread, 1)
    one = count_queries(client, address)
    fill(cast, thread, 2)

    three = count_queries(client, address)

    html = client.get(address).content.decode()
    words = {"reports": "Heron 1", "held": "Coot 1", "decisions": "Rude.", "appeals": "No, 1."}
    assert three == one
    assert words[page] in html


@pytest.mark.parametrize("name", STAFF)
def test_decide_page_costs_the_same_for_any_number_of_reports(cast, client_of, thread, name):
    client = client_of(getattr(cast, name))
    post, _ = fill(cast, thread, 1)
    few = count_queries(client, decide_address(post))
    for _ in range(3):
        make_report(post, reporter=make_user())
        make_post(thread)

    assert count_queries(client, decide_address(post)) == few


@pytest.mark.parametrize("page", sorted(LISTS))
@pytest.mark.parametrize("name", OTHERS)
def test_list_is_closed_to_others(cast, client_of, page, name):
    response = client_of(getattr(cast, name)).get(reverse(LISTS[page]))

    assert response.status_code == 302
    assert "login" in response.url


@pytest.mark.parametrize("page", [*sorted(LISTS), "decide"])
def test_staff_without_rights_are_refused(client_of, post, page):
    address = decide_address(post) if page == "decide" else reverse(LISTS[page])

    response = client_of(make_user(is_staff=True)).get(address)

    assert response.status_code == 403


@pytest.mark.parametrize("model", ["report", "decision", "appeal"])
@pytest.mark.parametrize("name", STAFF)
def test_nothing_is_added_or_deleted_by_hand(cast, client_of, thread, model, name):
    _, appeal = fill(cast, thread, 1)
    row = {"report": Report.objects.first(), "decision": appeal.decision, "appeal": appeal}[model]
    client = client_of(getattr(cast, name))

    answers = [
        client.post(reverse(f"admin:moderation_{model}_add")).status_code,
        client.post(
            reverse(f"admin:moderation_{model}_delete", args=[row.pk]), {"post": "yes"}
        ).status_code,
    ]

    assert answers == [403, 403]


@pytest.mark.parametrize("name", STAFF)
def test_decision_page_shows_and_changes_nothing(cast, client_of, post, name):
    decision = hide(post, cast.moderator)
    address = reverse("admin:moderation_decision_change", args=[decision.pk])
    client = client_of(getattr(cast, name))

    shown, changed = client.get(address), client.post(address, {"reason": "Other."})

    assert (shown.status_code, changed.status_code) == (200, 403)
    assert "Rude." in shown.content.decode()


def test_reports_come_gravest_first_then_oldest_one_line_a_post(cast, client_of, thread):
    posts = [make_post(thread, body=f"Heron {number}.") for number in range(3)]
    make_report(posts[0], rule="spam")
    make_report(posts[1], rule="abuse")
    make_report(posts[2], rule="abuse")
    gravest = make_report(posts[0], rule="unlawful")

    rows = rows_of(client_of(cast.moderator), "reports")

    assert [row.post for row in rows] == posts
    assert (rows[0].pk, [row.same_post for row in rows]) == (gravest.pk, [2, 1, 1])


def test_decided_reports_leave_the_queue(cast, client_of, thread, post):
    make_report(post)
    hide(post, cast.moderator)
    waiting = make_report(make_post(thread))
    client = client_of(cast.moderator)

    queries = ["", "?state=decided", "?state=all"]
    counts = [len(rows_of(client, "reports", query)) for query in queries]

    assert counts == [1, 1, 2]
    assert rows_of(client, "reports") == [waiting]


def test_report_leads_to_deciding_about_its_post(cast, client_of, post):
    report = make_report(post)

    response = client_of(cast.moderator).get(
        reverse("admin:moderation_report_change", args=[report.pk])
    )

    assert response.url == decide_address(post)


def test_desk_keeps_to_the_scope(cast, client_of, post):
    elsewhere = make_post(make_thread(make_community()))
    make_report(post)
    make_report(elsewhere)
    scoped = make_user(is_staff=True)
    group = Group.objects.get(name="Moderators")
    scoped.user_permissions.set(group.permissions.exclude(codename="moderate_community"))
    ModeratorScope.objects.create(user=scoped, community=cast.community)
    client = client_of(scoped)

    answers = [client.get(decide_address(place)).status_code for place in (post, elsewhere)]

    assert [row.post for row in rows_of(client, "reports")] == [post]
    assert answers == [200, 404]


def test_decide_page_shows_the_post_among_its_neighbours(cast, client_of, thread):
    around = [make_post(thread, body=f"Gull {number}.") for number in range(6)]
    make_report(around[3], text="Look here.")

    html = client_of(cast.moderator).get(decide_address(around[3])).content.decode()

    shown = [number for number in range(6) if f"Gull {number}." in html]
    assert shown == [1, 2, 3, 4, 5]
    assert "Look here." in html


def test_decide_page_hides_and_stays(cast, client_of, post):
    make_report(post)
    address = decide_address(post)

    response = client_of(cast.moderator).post(address, sent({}), follow=True)

    post.refresh_from_db()
    assert response.redirect_chain == [(address, 302)]
    assert "Your decision is recorded: hidden." in response.content.decode()
    assert (post.status, Decision.objects.get().by) == ("hidden", cast.moderator)


def test_decide_and_next_goes_to_the_gravest_that_waits(cast, client_of, thread, post):
    later, graver = make_post(thread), make_post(thread)
    make_report(post, rule="unlawful")
    make_report(later, rule="spam")
    make_report(graver, rule="personal")

    response = client_of(cast.moderator).post(decide_address(post), sent({"_next": ""}))

    assert response.url == decide_address(graver)


def test_decide_and_next_skips_what_one_wrote_or_reported(cast, client_of, thread, post):
    make_report(post)
    make_report(make_post(thread, author=cast.moderator), rule="unlawful")
    make_report(make_post(thread), reporter=cast.moderator, rule="unlawful")

    response = client_of(cast.moderator).post(decide_address(post), sent({"_next": ""}))

    assert response.url == reverse("admin:index")


def test_decide_and_next_stays_with_held_posts(cast, client_of, thread, post):
    make_report(post)
    held = [make_held_post(thread) for _ in range(2)]
    address = decide_address(held[0], "?queue=held")

    response = client_of(cast.moderator).post(
        address, sent({"verb": "publish", "reason": "Welcome.", "_next": ""})
    )

    held[0].refresh_from_db()
    assert held[0].status == "published"
    assert response.url == decide_address(held[1], "?queue=held")


@pytest.mark.parametrize("wrong", [{"rule": ""}, {"reason": ""}, {"verb": "restore"}, {"verb": ""}])
def test_decide_page_asks_again_for_what_is_missing(cast, client_of, post, wrong):
    make_report(post)

    response = client_of(cast.moderator).post(decide_address(post), sent(wrong))

    assert response.status_code == 200
    assert "There is a problem" in response.content.decode()
    assert not Decision.objects.exists()


def test_decide_page_that_is_outdated_says_who_decided_what(cast, client_of, post):
    make_report(post)
    services.decide(post, by=cast.admin, verb="leave", rule="", reason="Fine.")

    response = client_of(cast.moderator).post(decide_address(post), sent({}), follow=True)

    assert "Alex Stone has decided about this post already" in response.content.decode()
    assert Decision.objects.count() == 1


def test_decision_waits_for_words_that_were_changed_to_be_read(cast, client_of, thread):
    post = make_post(thread, author=cast.neighbour, body="A heron.")
    client = client_of(cast.moderator)
    edit_post(post, by=cast.neighbour, body="An egret.", edition=1)

    response = client.post(decide_address(post), sent({}, reason="Tell <us>."))

    html = response.content.decode()
    assert "These words were changed since you read them." in html
    assert "An egret." in html
    assert "Tell &lt;us&gt;." in html
    assert not post.decisions.exists()
    _address, fields = form_of(html, {"reason": ""})
    client.post(decide_address(post), fields)
    assert post.decisions.get().reason == "Tell <us>."


def test_decide_page_of_ones_own_post_has_no_form(cast, client_of, thread):
    own = make_post(thread, author=cast.moderator, body="My own heron.")
    make_report(own)
    client = client_of(cast.moderator)

    html = client.get(decide_address(own)).content.decode()
    response = client.post(decide_address(own), sent({}), follow=True)

    assert "My own heron." in html
    assert 'name="verb"' not in html
    assert "You cannot decide about this post." in response.content.decode()


def test_held_posts_come_oldest_first_without_imported_ones(cast, client_of, thread):
    held = [make_held_post(thread, body=f"Coot {number}.") for number in range(2)]
    imported = make_held_post(thread, body="Coot from elsewhere.")
    Post.objects.filter(pk=imported.pk).update(hold_reason="undecided")
    client, address = client_of(cast.moderator), reverse(LISTS["held"])

    usual = client.get(address).context["page"].object_list
    everything = client.get(f"{address}?all=1").context["page"].object_list

    assert list(usual) == held
    assert list(everything) == [*held, imported]


@pytest.mark.parametrize("page", ["0", "-1", "99", "nonsense"])
def test_held_posts_on_a_page_that_is_none(cast, client_of, thread, page):
    make_held_post(thread)

    response = client_of(cast.moderator).get(reverse(LISTS["held"]), {"p": page})

    assert response.status_code == 200


def test_appeal_page_decides(cast, client_of, post):
    appeal = services.appeal(hide(post, cast.moderator), by=cast.resident, text="A quotation.")
    address = reverse("admin:moderation_appeal_change", args=[appeal.pk])
    client = client_of(cast.admin)
    html = client.get(address).content.decode()

    client.post(address, {"outcome": "overturned", "reason": "True."})

    post.refresh_from_db()
    assert [words in html for words in ("A quotation.", "Rude.", "A heron.")] == [True] * 3
    assert (Appeal.objects.get().decided_by, post.status) == (cast.admin, "published")


def test_appeal_page_of_the_first_moderator_has_no_form(cast, client_of, post):
    appeal = services.appeal(hide(post, cast.moderator), by=cast.resident, text="A quotation.")
    address = reverse("admin:moderation_appeal_change", args=[appeal.pk])
    client = client_of(cast.moderator)

    html = client.get(address).content.decode()
    response = client.post(address, {"outcome": "upheld", "reason": "No."}, follow=True)

    assert "A quotation." in html
    assert 'name="outcome"' not in html
    assert "Another person must decide this appeal." in response.content.decode()


@pytest.mark.parametrize("model", ["report", "appeal", "decision"])
@pytest.mark.parametrize("pk", ["0", "nonsense", str(10**30)])
def test_page_of_no_row_is_no_error(cast, client_of, model, pk):
    response = client_of(cast.admin).get(reverse(f"admin:moderation_{model}_change", args=[pk]))

    assert response.status_code in {302, 404}
