import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.models import Announcement, AuditEntry
from discussions.models import Post, Thread
from discussions.services import set_status
from moderation import services
from moderation.models import Appeal, Decision, Report
from tests.factories import make_post, make_report, make_thread, make_user


@pytest.fixture
def thread(cast):
    return make_thread(cast.community, author=cast.resident)


@pytest.fixture
def post(cast, thread):
    return make_post(thread, author=cast.neighbour, body="You are a fool.")


def hide(post, by, **fields):
    return services.decide(
        post, by=by, **{"verb": "hide", "rule": "abuse", "reason": "It insults.", **fields}
    )


def check_deferred():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_report_by_visitor_waits_with_their_words(post):
    report, is_new = services.report_post(
        post, by=None, email="a@example.org", rule="abuse", text=" Rude.\x00 "
    )

    assert is_new
    assert (report.reporter, report.email, report.rule, report.text) == (
        None,
        "a@example.org",
        "abuse",
        "Rude.",
    )
    assert list(Report.objects.waiting()) == [report]


def test_report_is_recorded(cast, post):
    report, _ = services.report_post(post, by=cast.outsider, email="", rule="spam", text="")

    entry = AuditEntry.objects.get(act="report")
    assert (entry.by, entry.subject_kind, entry.subject_id) == (cast.outsider, "report", report.pk)


def test_report_twice_by_a_person_changes_nothing(cast, post):
    first, _ = services.report_post(post, by=cast.outsider, email="", rule="spam", text="Ad")

    second, is_new = services.report_post(post, by=cast.outsider, email="", rule="abuse", text="")

    assert (second, is_new) == (first, False)
    assert Report.objects.get().rule == "spam"


def test_report_twice_from_an_address_changes_nothing(post):
    services.report_post(post, by=None, email="a@example.org", rule="spam", text="")

    _, is_new = services.report_post(post, by=None, email="A@example.org", rule="spam", text="")

    assert not is_new
    assert Report.objects.count() == 1


def test_reports_by_visitors_without_address_are_all_kept(post):
    for _ in range(2):
        services.report_post(post, by=None, email="", rule="spam", text="")

    assert Report.objects.count() == 2


def test_report_again_after_a_decision_is_new(cast, post):
    services.report_post(post, by=cast.outsider, email="", rule="spam", text="")
    services.decide(post, by=cast.moderator, verb="leave", rule="", reason="Fine.")

    _, is_new = services.report_post(post, by=cast.outsider, email="", rule="abuse", text="")

    assert is_new


def test_report_of_a_hidden_post_is_refused(cast, post):
    hide(post, cast.moderator)

    with pytest.raises(ValidationError):
        services.report_post(post, by=cast.outsider, email="", rule="abuse", text="")


def test_hide_takes_the_post_out_of_the_counters(cast, thread, post):
    hide(post, cast.moderator)

    post.refresh_from_db()
    thread.refresh_from_db()
    assert post.status == Post.Status.HIDDEN
    assert (thread.post_count, thread.last_number, thread.status) == (1, 2, "published")


def test_hide_of_a_lone_first_post_hides_its_thread(cast, thread):
    hide(thread.posts.get(), cast.moderator)

    thread.refresh_from_db()
    cast.community.refresh_from_db()
    assert (thread.status, thread.post_count) == (Thread.Status.HIDDEN, 0)
    assert cast.community.thread_count == 0


def test_restore_puts_everything_back(cast, thread):
    post = thread.posts.get()
    hide(post, cast.moderator)

    services.decide(post, by=cast.moderator, verb="restore", rule="abuse", reason="I was wrong.")

    post.refresh_from_db()
    thread.refresh_from_db()
    cast.community.refresh_from_db()
    assert (post.status, post.number) == ("published", 1)
    assert (thread.status, thread.post_count, cast.community.thread_count) == ("published", 1, 1)
    assert [(d.verb, d.rule) for d in post.decisions.order_by("pk")] == [
        ("hide", "abuse"),
        ("restore", ""),
    ]


def test_publish_gives_a_held_post_its_number(cast, thread):
    cast.community.hold_first_posts = True
    cast.community.save()
    held = make_post(thread, author=cast.neighbour)

    services.decide(held, by=cast.moderator, verb="publish", rule="", reason="Welcome.")

    held.refresh_from_db()
    assert (held.status, held.number) == ("published", 2)


def test_decision_closes_only_the_waiting_reports_of_its_post(cast, thread, post):
    reports = [make_report(post), make_report(post, reporter=cast.outsider)]
    other = make_report(thread.posts.get(number=1))

    decision = hide(post, cast.moderator)

    assert list(decision.reports.order_by("pk")) == reports
    assert list(Report.objects.waiting()) == [other]


def test_decision_is_announced_to_the_author(cast, post):
    decision = hide(post, cast.moderator)

    assert Announcement.objects.get(kind="decision").subject_id == decision.pk


def test_leaving_a_post_is_not_announced(cast, post):
    make_report(post)

    services.decide(post, by=cast.moderator, verb="leave", rule="abuse", reason="Blunt, no more.")

    assert not Announcement.objects.filter(kind="decision").exists()
    assert not Report.objects.waiting().exists()


def test_decision_is_recorded(cast, post):
    decision = hide(post, cast.moderator)

    entries = AuditEntry.objects.filter(by=cast.moderator).order_by("pk")
    assert [(e.act, e.subject_kind, e.subject_id) for e in entries] == [
        ("set hidden", "post", post.pk),
        ("hide", "decision", decision.pk),
    ]


@pytest.mark.parametrize(
    "fields", [{"rule": ""}, {"rule": "unheard-of"}, {"reason": " "}, {"verb": "publish"}]
)
def test_decision_that_is_incomplete_or_impossible_changes_nothing(cast, post, fields):
    with pytest.raises(ValidationError):
        hide(post, cast.moderator, **fields)

    post.refresh_from_db()
    assert (post.status, Decision.objects.count()) == ("published", 0)


def test_second_decision_says_who_decided_what(cast, post):
    hide(post, cast.moderator)

    with pytest.raises(ValidationError) as refused:
        hide(post, cast.admin)

    assert refused.value.messages == ["Sam Whitlock has decided about this post already: hidden."]


def test_decision_on_an_outdated_page_says_who_decided_what(cast, post):
    make_report(post)
    services.decide(post, by=cast.moderator, verb="leave", rule="", reason="Fine.", last_seen=0)

    with pytest.raises(ValidationError) as refused:
        hide(post, cast.admin, last_seen=0)

    assert refused.value.messages == [
        "Sam Whitlock has decided about this post already: left as it is."
    ]


def test_decision_by_somebody_who_may_not_is_refused(cast, post):
    with pytest.raises(ValidationError):
        hide(post, cast.ambassador)

    assert not Decision.objects.exists()


def test_hidden_post_without_decision_is_refused_by_the_database(cast, post):
    set_status(post, Post.Status.HIDDEN, by=cast.moderator)

    with pytest.raises(IntegrityError, match="hidden without a decision"):
        check_deferred()


def test_hidden_post_with_decision_is_accepted_by_the_database(cast, post):
    hide(post, cast.moderator)

    check_deferred()


@pytest.mark.parametrize("change", ["update", "delete"])
def test_decision_is_never_changed(cast, post, change):
    hide(post, cast.moderator)
    rows = Decision.objects.all()

    # the site's own role may not; where one role does everything, a trigger says no
    refused = pytest.raises(DatabaseError, match=r"append-only|permission denied")
    with refused, transaction.atomic():
        rows.update(reason="Other words.") if change == "update" else rows.delete()

    assert Decision.objects.get().reason == "It insults."


def test_appeal_waits_for_another_person(cast, post):
    decision = hide(post, cast.moderator)

    appeal = services.appeal(decision, by=cast.neighbour, text="It was a quotation.")

    assert (appeal.decision, appeal.by, appeal.outcome) == (decision, cast.neighbour, "")


def test_appeal_a_second_time_is_refused(cast, post):
    decision = hide(post, cast.moderator)
    services.appeal(decision, by=cast.neighbour, text="It was a quotation.")

    with pytest.raises(ValidationError):
        services.appeal(decision, by=cast.neighbour, text="Really.")

    assert Appeal.objects.count() == 1


def test_appeal_overturned_restores_the_post(cast, post):
    appeal = services.appeal(hide(post, cast.moderator), by=cast.neighbour, text="A quotation.")

    services.decide_appeal(appeal, by=cast.admin, outcome="overturned", reason="True.")

    appeal.refresh_from_db()
    post.refresh_from_db()
    assert (appeal.outcome, appeal.decided_by, appeal.reason) == ("overturned", cast.admin, "True.")
    assert post.status == "published"
    assert post.decisions.order_by("-pk").first().verb == "restore"


def test_appeal_upheld_leaves_the_post_hidden(cast, post):
    appeal = services.appeal(hide(post, cast.moderator), by=cast.neighbour, text="A quotation.")

    services.decide_appeal(appeal, by=cast.admin, outcome="upheld", reason="Still an insult.")

    post.refresh_from_db()
    assert (post.status, Decision.objects.count()) == ("hidden", 1)


def test_appeal_decided_by_the_first_moderator_is_refused(cast, post):
    appeal = services.appeal(hide(post, cast.moderator), by=cast.neighbour, text="A quotation.")

    with pytest.raises(ValidationError):
        services.decide_appeal(appeal, by=cast.moderator, outcome="upheld", reason="No.")

    appeal.refresh_from_db()
    assert appeal.outcome == ""


def test_appeal_decided_already_says_by_whom(cast, post):
    appeal = services.appeal(hide(post, cast.moderator), by=cast.neighbour, text="A quotation.")
    services.decide_appeal(appeal, by=cast.admin, outcome="upheld", reason="No.")

    with pytest.raises(ValidationError) as refused:
        services.decide_appeal(
            appeal,
            by=make_user(is_staff=True, is_superuser=True),
            outcome="overturned",
            reason="Yes.",
        )

    assert refused.value.messages == [
        "Alex Stone has decided this appeal already: the decision stands."
    ]


def test_appeal_overturned_after_the_post_was_shown_again_only_says_so(cast, post):
    appeal = services.appeal(hide(post, cast.moderator), by=cast.neighbour, text="A quotation.")
    services.decide(post, by=cast.moderator, verb="restore", rule="", reason="I was wrong.")

    services.decide_appeal(appeal, by=cast.admin, outcome="overturned", reason="True.")

    appeal.refresh_from_db()
    assert (appeal.outcome, Decision.objects.count()) == ("overturned", 2)


def test_appeal_overturned_does_not_undo_a_later_decision(cast, post):
    appeal = services.appeal(hide(post, cast.moderator), by=cast.neighbour, text="A quotation.")
    services.decide(post, by=cast.moderator, verb="restore", rule="", reason="I was wrong.")
    hide(post, cast.moderator, reason="Another insult in it.")

    services.decide_appeal(appeal, by=cast.admin, outcome="overturned", reason="True.")

    post.refresh_from_db()
    assert post.status == "hidden"


def test_appeals_are_recorded(cast, post):
    appeal = services.appeal(hide(post, cast.moderator), by=cast.neighbour, text="A quotation.")

    services.decide_appeal(appeal, by=cast.admin, outcome="upheld", reason="No.")

    entries = AuditEntry.objects.filter(subject_kind="appeal").order_by("pk")
    assert [(e.act, e.by) for e in entries] == [
        ("appeal", cast.neighbour),
        ("appeal upheld", cast.admin),
    ]


def test_open_verbs_follow_the_status(cast, thread, post):
    cast.community.hold_first_posts = True
    cast.community.save()
    held = make_post(thread, author=make_user())

    verbs = [services.open_verbs(post), services.open_verbs(held)]
    make_report(post)
    verbs.append(services.open_verbs(post))
    hide(post, cast.moderator)
    post.refresh_from_db()
    verbs.append(services.open_verbs(post))

    assert verbs == [["hide"], ["publish", "hide"], ["hide", "leave"], ["restore"]]
