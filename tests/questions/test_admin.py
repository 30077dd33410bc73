import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from questions import services
from questions.models import Question
from tests.factories import make_body, make_seat, make_user

pytestmark = pytest.mark.django_db

CAST = [
    "visitor",
    "resident",
    "neighbour",
    "outsider",
    "councillor",
    "ambassador",
    "moderator",
    "admin",
]
STAFF = {"moderator", "admin"}
QUEUE = reverse("admin:questions_question_changelist")
ACTS = ["open", "keep-private", "merge", "refer", "close"]


def page(question):
    return reverse("admin:questions_question_change", args=[question.pk])


def act(name, question):
    return reverse("admin:questions_question_act", args=[question.pk, name])


def text(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("name", CAST)
def test_queue_and_pages_are_for_staff_with_the_right(cast, client_of, submitted, name):
    question, client = submitted(), client_of(getattr(cast, name))

    for address in (QUEUE, page(question), *(act(verb, question) for verb in ("open", "close"))):
        assert client.get(address).status_code == (200 if name in STAFF else 302)


def test_queue_is_not_for_staff_without_the_right(cast, client_of, submitted):
    question = submitted()
    clerk = make_user(is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_question"))
    client = client_of(clerk)

    for address in (QUEUE, page(question), act("open", question)):
        assert client.get(address).status_code == 403
    assert client.post(act("open", question), {"confirmed": "yes"}).status_code == 403
    question.refresh_from_db()
    assert question.state == "submitted"


def test_queue_has_what_is_unread_on_top_and_the_oldest_first(cast, client_of, submitted, opened):
    done, first, second = opened(), submitted(), submitted()

    rows = client_of(cast.moderator).get(QUEUE).context["cl"].result_list

    assert list(rows) == [first, second, done]


def test_queue_filters_by_state_and_body(cast, client_of, submitted, opened):
    opened()
    wanted = submitted()
    submitted(body=make_body())

    query = {"state__exact": "submitted", "body__id__exact": cast.body.pk}
    rows = client_of(cast.moderator).get(QUEUE, query).context["cl"].result_list

    assert list(rows) == [wanted]


def test_queue_costs_the_same_for_one_and_three(
    cast, client_of, submitted, django_assert_max_num_queries
):
    client, counts = client_of(cast.admin), []
    submitted()
    with django_assert_max_num_queries(20) as captured:
        client.get(QUEUE)
    counts.append(len(captured))
    for _ in range(2):
        submitted(author=make_user(), seat=make_seat(body=cast.body))
    with django_assert_max_num_queries(20) as captured:
        client.get(QUEUE)
    counts.append(len(captured))

    assert counts[0] == counts[1]


def test_nobody_adds_edits_or_deletes_a_question(cast, client_of, submitted):
    question, client = submitted(), client_of(cast.admin)

    client.post(page(question), {"title": "Changed?"})

    question.refresh_from_db()
    assert question.title == "When will Mill Lane be gritted?"
    assert client.get(reverse("admin:questions_question_add")).status_code == 403
    delete = reverse("admin:questions_question_delete", args=[question.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    assert Question.objects.exists()


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        ("submitted", {"open", "keep-private", "merge", "close"}),
        ("private", {"open", "close"}),
        ("open", {"merge", "refer", "close"}),
        ("answered", set()),
        ("closed", set()),
    ],
)
def test_page_offers_what_the_state_allows(
    cast, client_of, submitted, opened, answered, state, offered
):
    maker = {"submitted": submitted, "private": submitted, "open": opened, "answered": answered}
    question = maker.get(state, opened)()
    if state == "private":
        services.keep_private(question, by=cast.moderator)
    if state == "closed":
        services.close_question(question, by=cast.moderator, reason="Asked before.")

    html = text(client_of(cast.moderator).get(page(question)))

    assert {name for name in ACTS if act(name, question) in html} == offered


@pytest.mark.parametrize("name", ACTS)
def test_act_asks_for_confirmation_and_changes_nothing_yet(
    cast, client_of, submitted, opened, name
):
    question = opened() if name == "refer" else submitted()
    before = question.state

    response = client_of(cast.moderator).get(act(name, question))

    question.refresh_from_db()
    assert response.status_code == 200
    assert question.title in text(response)
    assert question.state == before


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("open", "open"),
        ("keep-private", "private"),
        ("close", "closed"),
        ("merge", "merged"),
        ("refer", "referred"),
    ],
)
def test_act_decides(cast, client_of, submitted, opened, name, state):
    question = opened() if name == "refer" else submitted()
    into, county = opened(title="Grit?"), make_body()
    typed = {"reason": "Asked before.", "into": into.pk, "to": county.pk, "confirmed": "yes"}

    response = client_of(cast.moderator).post(act(name, question), typed)

    question.refresh_from_db()
    assert response["Location"] == page(question)
    assert question.state == state


@pytest.mark.parametrize("name", ["close", "merge", "refer"])
def test_act_with_nothing_typed_is_given_back(cast, client_of, opened, name):
    question = opened()

    response = client_of(cast.moderator).post(act(name, question), {"confirmed": "yes"})

    question.refresh_from_db()
    assert response.status_code == 200
    assert response.context["form"].errors
    assert question.state == "open"


def test_act_that_is_no_longer_possible_leads_back(cast, client_of, opened):
    question = opened()

    for name in ("open", "keep-private", "no-such-act"):
        response = client_of(cast.moderator).post(act(name, question), {"confirmed": "yes"})

        assert response["Location"] == page(question)
    question.refresh_from_db()
    assert question.state == "open"


def test_merge_offers_questions_to_the_same_body_that_have_a_prospect(
    cast, client_of, submitted, opened, answered
):
    question, waiting, done = submitted(), opened(), answered()
    opened(body=make_body())
    submitted()
    services.close_question(opened(), by=cast.moderator, reason="Asked before.")

    form = client_of(cast.moderator).get(act("merge", question)).context["form"]

    assert list(form.fields["into"].queryset) == [done, waiting]
