import pytest

from accounts.models import Announcement
from accounts.services import announce
from discussions.services import Writing, follow_thread
from notifications.emails.links import Purpose, Wish, unsubscribe_url
from notifications.models import Delivery, Mail
from notifications.services import queue_alerts, queue_deliveries
from questions import services as questions
from tests.factories import make_decision, make_post, make_question, make_thread, make_user

pytestmark = pytest.mark.django_db


def tell():
    while queue_deliveries():
        pass
    return queue_alerts()


def test_queue_alerts_gathers_replies_in_one_thread_into_one_mail(cast):
    crossing = make_thread(cast.community, author=cast.resident, title="A crossing")
    bins = make_thread(cast.community, author=cast.neighbour, title="Bins")
    make_post(crossing, body="First.")
    make_post(crossing, body="Second.")
    make_post(bins, author=cast.resident, body="Third.")

    tell()

    assert set(Mail.objects.values_list("to", "subject", "queue")) == {
        (cast.neighbour.email, "Resident wrote in “Bins”", "alert"),
        (cast.resident.email, "2 new posts in “A crossing”", "alert"),
    }
    mail = Mail.objects.get(subject__contains="crossing")
    assert mail.text.index("> First.") < mail.text.index("> Second.")
    assert Delivery.objects.filter(mail=mail).count() == 2


def test_queue_alerts_run_twice_writes_each_mail_once(cast):
    make_post(make_thread(cast.community, author=cast.resident))

    first, second = tell(), tell()

    assert (first, second, Mail.objects.count()) == (1, 0, 1)


def test_queue_alerts_links_to_the_post_and_to_the_way_out(cast, settings):
    settings.SITE_URL = "https://hall.example"
    post = make_post(make_thread(cast.community, author=cast.resident))

    tell()

    mail = Mail.objects.get()
    way_out = unsubscribe_url(Wish(cast.resident.pk, Purpose.REPLIES))
    assert way_out.startswith("https://hall.example/unsubscribe/")
    assert mail.headers["List-Unsubscribe"] == f"<{way_out}>"
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for body in (mail.text, mail.html):
        assert f"https://hall.example/posts/{post.pk}/" in body
        assert way_out in body
        assert "https://hall.example/notifications/settings/" in body


def test_queue_alerts_writes_in_the_language_of_the_reader(cast):
    cast.resident.language = "cy"
    cast.resident.save()
    thread = make_thread(cast.community, author=cast.resident)
    follow_thread(thread, by=cast.neighbour, mode="follow")
    make_post(thread)

    tell()

    welsh = Mail.objects.get(user=cast.resident)
    english = Mail.objects.get(user=cast.neighbour)
    assert '<html lang="cy">' in welsh.html
    assert "/cy/posts/" in welsh.text
    assert welsh.headers["Content-Language"] == "cy"
    assert '<html lang="en-gb">' in english.html
    assert "/cy/" not in english.text


def test_queue_alerts_says_who_has_a_question_and_by_when(cast):
    question = make_question(author=cast.resident, seat=cast.seat, body=cast.body)
    question = questions.open_question(question, by=cast.moderator)

    tell()

    due = f"{question.due_on:%A} {question.due_on.day} {question.due_on:%B %Y}"
    receipt = Mail.objects.get(user=cast.resident)
    assert receipt.subject == "Your question is public: “When will Mill Lane be gritted?”"
    assert "Who has it: Anne Reed, Councillor, Northmoor District Council" in receipt.text
    assert f"Answer due by: {due}" in receipt.text
    assert "List-Unsubscribe" not in receipt.headers
    to_councillor = Mail.objects.get(user=cast.councillor)
    assert to_councillor.subject == "A question to you: “When will Mill Lane be gritted?”"
    assert "Resident asks you:" in to_councillor.text


def test_queue_alerts_carries_the_answer(cast):
    question = make_question(author=cast.resident, seat=cast.seat, body=cast.body)
    question = questions.open_question(question, by=cast.moderator)
    tell()

    questions.answer_question(question, by=cast.councillor, writing=Writing("From **Monday** on."))
    tell()

    mail = Mail.objects.latest("pk")
    assert mail.to == cast.resident.email
    assert mail.subject == "Your question was answered: “When will Mill Lane be gritted?”"
    assert "> From **Monday** on." in mail.text
    assert "Councillor" in mail.text


def test_queue_alerts_gives_rule_and_reason_of_a_decision_and_how_to_appeal(cast):
    post = make_post(make_thread(cast.community, title="Bins"), author=cast.neighbour)
    tell()
    decision = make_decision(post, verb="hide", rule="abuse", reason="It calls names.")
    announce(Announcement.Kind.DECISION, decision)

    tell()

    mail = Mail.objects.latest("pk")
    assert mail.subject == "Your post in “Bins” was hidden"
    assert "Rule: Abuse or harassment" in mail.text
    assert "Reason: It calls names." in mail.text
    assert "appeal" in mail.text
    assert decision.get_absolute_url() in mail.text


def test_queue_alerts_leaves_people_without_an_address_to_the_list_on_the_site(cast):
    thread = make_thread(cast.community, author=cast.resident)
    make_post(thread)
    while queue_deliveries():
        pass
    cast.resident.email = None
    cast.resident.save()

    queue_alerts()

    assert (Delivery.objects.count(), Mail.objects.count()) == (1, 0)


def test_queue_alerts_costs_the_same_for_few_and_for_many(cast, django_assert_num_queries):
    def replies_for(count):
        thread = make_thread(cast.community)
        for _ in range(count):
            follow_thread(thread, by=make_user(), mode="follow")
        make_post(thread)
        while queue_deliveries():
            pass

    replies_for(2)
    with django_assert_num_queries(6):
        queue_alerts()
    replies_for(29)

    with django_assert_num_queries(6):
        queue_alerts()

    assert Mail.objects.count() == 33
