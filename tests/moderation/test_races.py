import pytest

from moderation import services
from moderation.models import Appeal, Decision, Report
from tests.at_once import while_blocked_by
from tests.factories import make_post, make_thread, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def post():
    return make_post(make_thread())


def make_moderator(name):
    return make_user(public_name=name, is_staff=True, is_superuser=True)


def test_two_moderators_with_opposite_decisions_one_wins(post):
    ann, ben = make_moderator("Ann Lee"), make_moderator("Ben Fox")
    services.report_post(post, by=None, email="", rule="abuse", text="")

    told = while_blocked_by(
        lambda: services.decide(
            post, by=ann, verb="hide", rule="abuse", reason="Rude.", last_seen=0
        ),
        lambda: services.decide(post, by=ben, verb="leave", rule="", reason="Fine.", last_seen=0),
    )

    post.refresh_from_db()
    assert told == ["Ann Lee has decided about this post already: hidden."]
    assert (post.status, Decision.objects.get().by) == ("hidden", ann)


def test_two_moderators_who_both_leave_a_post_one_is_told(post):
    ann, ben = make_moderator("Ann Lee"), make_moderator("Ben Fox")
    services.report_post(post, by=None, email="", rule="abuse", text="")

    told = while_blocked_by(
        lambda: services.decide(post, by=ann, verb="leave", rule="", reason="Fine."),
        lambda: services.decide(post, by=ben, verb="leave", rule="", reason="Fine."),
    )

    assert told == ["Ann Lee has decided about this post already: left as it is."]
    assert Decision.objects.count() == 1


def test_two_outcomes_of_one_appeal_one_wins(post):
    first, ann, ben = (make_moderator(name) for name in ("Sue Day", "Ann Lee", "Ben Fox"))
    decision = services.decide(post, by=first, verb="hide", rule="abuse", reason="Rude.")
    appeal = services.appeal(decision, by=post.author, text="No.")

    told = while_blocked_by(
        lambda: services.decide_appeal(appeal, by=ann, outcome="overturned", reason="True."),
        lambda: services.decide_appeal(appeal, by=ben, outcome="upheld", reason="No."),
    )

    post.refresh_from_db()
    assert told == ["Ann Lee has decided this appeal already: the decision was wrong."]
    assert (Appeal.objects.get().outcome, post.status) == ("overturned", "published")


def test_two_reports_by_one_person_at_once_are_one(post):
    person = make_user()

    told = while_blocked_by(
        lambda: services.report_post(post, by=person, email="", rule="spam", text=""),
        lambda: services.report_post(post, by=person, email="", rule="abuse", text=""),
    )

    assert told == []
    assert Report.objects.get().rule == "spam"
