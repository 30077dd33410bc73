import uuid
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from notifications.models import Mail, Suppression
from notifications.services import send_again, send_batch, send_mail
from tests.factories import make_user
from tests.notifications.conftest import free_port, make_mail

pytestmark = pytest.mark.django_db


def state_of(mail):
    mail.refresh_from_db()
    return mail.state


def minutes_to_wait(mail):
    return round((mail.next_attempt_at - timezone.now()).total_seconds() / 60)


def test_send_batch_hands_over_a_whole_message(post_office, settings):
    settings.MAIL_FROM = "Town hall, Northmoor <hall@northmoor.example>"
    mail = make_mail(
        subject="Héllo", text=".dot\nŵ", html="<p>ŵ</p>", headers={"Reply-To": "desk@example.org"}
    )

    outcome = send_batch()

    [(address, message)] = post_office.taken
    assert dict(outcome.counts) == {("account", "sent"): 1}
    assert (address, message["To"], message["Subject"]) == (mail.to, mail.to, "Héllo")
    assert message["Message-ID"] == mail.message_id
    assert message["From"].addresses[0].addr_spec == "hall@northmoor.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Reply-To"] == "desk@example.org"
    assert abs(message["Date"].datetime - timezone.now()) < timedelta(minutes=1)
    assert message.get_body(("plain",)).get_content().split() == [".dot", "ŵ"]
    assert message.get_body(("html",)).get_content().strip() == "<p>ŵ</p>"


def test_send_batch_stamps_what_it_sent_and_wipes_the_words(post_office):
    mail = make_mail(html="<p>Text.</p>", headers={"List-Unsubscribe": "<https://x>"})

    send_batch()

    assert state_of(mail) == "sent"
    assert (mail.text, mail.html, mail.headers, mail.lease) == ("", "", {}, None)
    assert (mail.attempts, mail.subject) == (1, "Hello")
    assert mail.sent_at is not None


def test_send_batch_uses_one_connection_and_sends_nothing_twice(post_office):
    mails = [make_mail() for _ in range(5)]

    first, second = send_batch(), send_batch()

    assert (first.total, second.total) == (5, 0)
    assert sorted(post_office.recipients) == sorted(mail.to for mail in mails)
    assert post_office.connections == 1


def test_send_batch_sends_sign_in_mail_first(post_office):
    for queue in ("digest", "alert", "account"):
        make_mail(
            queue=queue, to=f"{queue}@example.org", user=make_user(email=f"{queue}@x.example")
        )

    send_batch(limit=1)
    send_batch(limit=1)

    assert post_office.recipients == ["account@example.org", "alert@x.example"]


def test_send_batch_leaves_mail_alone_that_is_not_due(post_office):
    mail = make_mail(next_attempt_at=timezone.now() + timedelta(minutes=2))

    outcome = send_batch()

    assert (outcome.total, state_of(mail)) == (0, "ready")


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(0, 1), (1, 5), (2, 15), (3, 60), (4, 180), (5, 360), (6, 720)]
)
@pytest.mark.parametrize("where", ["answers", "contents"])
def test_send_batch_tries_later_what_the_server_delays(post_office, where, attempts, minutes):
    mail = make_mail(attempts=attempts)
    getattr(post_office, where)[mail.to] = "451 4.7.1 Try again later"

    outcome = send_batch()

    assert dict(outcome.counts) == {("account", "ready"): 1}
    assert state_of(mail) == "ready"
    assert (mail.attempts, minutes_to_wait(mail)) == (attempts + 1, minutes)
    assert (mail.note, mail.text) == ("451 4.7.1 Try again later", "Text.")


def test_send_batch_gives_up_after_eight_attempts(post_office):
    mail = make_mail(attempts=7)
    post_office.answers[mail.to] = "451 Try again later"

    send_batch()

    assert (state_of(mail), mail.attempts) == ("failed", 8)


@pytest.mark.parametrize(
    ("answer", "is_suppressed"),
    [
        ("550 No such person", True),
        ("550 5.1.1 No such person", True),
        ("550 5.2.1 Switched off", True),
        ("552 5.2.2 Mailbox full", False),
        ("550 5.7.1 Our policy", False),
        ("530 Say who you are first", False),
    ],
)
def test_send_batch_ends_a_refusal_and_suppresses_a_bad_address(post_office, answer, is_suppressed):
    mail = make_mail(to="Gone@example.org")
    post_office.answers["Gone@example.org"] = answer

    send_batch()

    assert (state_of(mail), mail.note) == ("failed", answer)
    assert Suppression.objects.filter(email="Gone@example.org").exists() == is_suppressed


def test_send_batch_does_not_suppress_when_the_words_are_refused(post_office):
    mail = make_mail()
    post_office.contents[mail.to] = "554 Looks like spam"

    send_batch()

    assert state_of(mail) == "failed"
    assert not Suppression.objects.exists()


def test_send_batch_does_not_know_when_the_reply_is_lost(post_office):
    mail, other = make_mail(), make_mail()
    post_office.contents[mail.to] = "drop"

    outcome = send_batch()

    assert (state_of(mail), state_of(other)) == ("unknown", "sent")
    assert dict(outcome.counts) == {("account", "unknown"): 1, ("account", "sent"): 1}
    assert sorted(post_office.recipients) == sorted([mail.to, other.to])


def test_send_batch_sends_the_others_when_some_fail(post_office):
    busy, gone, spam, lost, broken, fine = mails = [make_mail() for _ in range(6)]
    Mail.objects.filter(pk=broken.pk).update(to="two addresses@, example.org")
    post_office.answers = {busy.to: "451 Busy", gone.to: "550 Gone"}
    post_office.contents = {spam.to: "554 Spam", lost.to: "drop"}

    send_batch()

    states = [state_of(mail) for mail in mails]
    assert states == ["ready", "failed", "failed", "unknown", "failed", "sent"]
    assert fine.to in post_office.recipients


def test_send_batch_loses_nothing_while_the_server_is_away(settings):
    settings.EMAIL_URL = f"smtp://127.0.0.1:{free_port()}"
    mails = [make_mail(), make_mail(attempts=7)]

    outcome = send_batch()

    assert outcome.server_away
    assert dict(outcome.counts) == {("account", "ready"): 2}
    assert [state_of(mail) for mail in mails] == ["ready", "ready"]
    assert [mail.attempts for mail in mails] == [0, 7]
    assert [minutes_to_wait(mail) for mail in mails] == [1, 1]
    assert {mail.lease for mail in mails} == {None}


def test_send_batch_sends_a_lapsed_lease_again_with_the_same_message_id(post_office):
    lapsed = {"state": "claimed", "lease": uuid.uuid4(), "attempts": 1}
    mail = make_mail(**lapsed, next_attempt_at=timezone.now() - timedelta(seconds=1))
    held = make_mail(**lapsed, next_attempt_at=timezone.now() + timedelta(minutes=4))

    send_batch()

    assert [message["Message-ID"] for _to, message in post_office.taken] == [mail.message_id]
    assert (state_of(mail), mail.attempts) == ("sent", 2)
    assert state_of(held) == "claimed"


def test_send_batch_ends_a_mail_that_killed_its_sender_each_time(post_office):
    mail = make_mail(attempts=8, state="claimed", lease=uuid.uuid4())

    outcome = send_batch()

    assert dict(outcome.counts) == {("account", "failed"): 1}
    assert (state_of(mail), mail.note) == ("failed", "gave up after 8 attempts")
    assert post_office.taken == []


def test_send_batch_skips_suppressed_addresses_whatever_their_case(post_office):
    Suppression.objects.create(email="GONE@example.org", reason="550")
    mail = make_mail(to="gone@Example.org")

    outcome = send_batch()

    assert dict(outcome.counts) == {("account", "skipped"): 1}
    assert (state_of(mail), mail.note, mail.text) == ("skipped", "the address is suppressed", "")
    assert post_office.taken == []


@pytest.mark.parametrize("queue", ["account", "alert", "digest"])
@pytest.mark.parametrize("fields", [{"is_active": False}, {"closed_at": "2026-01-01T00:00Z"}])
def test_send_batch_skips_people_whose_account_is_closed(post_office, fields, queue):
    mail = make_mail(make_user(**fields), queue=queue)

    send_batch()

    assert (state_of(mail), post_office.taken) == ("skipped", [])


def test_send_batch_sends_news_to_the_address_of_today_and_account_mail_to_its_own(post_office):
    user = make_user(email="old@example.org")
    make_mail(user, queue="alert")
    make_mail(user, queue="account")
    user.email = "new@example.org"
    user.save()

    send_batch()

    assert sorted(post_office.recipients) == ["new@example.org", "old@example.org"]


def test_send_batch_writes_files_that_sort_by_time(outbox):
    mails = [make_mail(subject=f"Mail {number}") for number in range(3)]

    send_batch()

    files = sorted(outbox.iterdir())
    messages = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    assert [message["Subject"] for message in messages] == ["Mail 0", "Mail 1", "Mail 2"]
    assert {file.suffix for file in files} == {".eml"}
    assert {state_of(mail) for mail in mails} == {"sent"}


def test_send_batch_waits_while_the_folder_cannot_be_written(outbox):
    outbox.write_text("a file where the folder should be")
    mail = make_mail()

    outcome = send_batch()

    assert outcome.server_away
    assert (state_of(mail), mail.attempts) == ("ready", 0)


def test_send_mail_goes_on_until_nothing_is_due(outbox):
    Mail.objects.bulk_create(
        Mail(to=f"p{number}@example.org", queue="account", subject="Hello") for number in range(230)
    )

    outcome = send_mail()

    assert dict(outcome.counts) == {("account", "sent"): 230}
    assert len(list(outbox.iterdir())) == 230


def test_send_batch_costs_one_stamp_for_each_mail(outbox, django_assert_num_queries):
    def make(count):
        for _ in range(count):
            make_mail()

    make(3)
    # savepoint and its release, clock, claim, its mark, suppressions; then the stamps
    with django_assert_num_queries(6 + 3):
        send_batch()
    make(30)

    with django_assert_num_queries(6 + 30):
        send_batch()


def test_send_again_makes_failed_and_unknown_mail_ready(post_office):
    by = make_user(is_staff=True)
    failed, unknown = make_mail(state="failed", attempts=8), make_mail(state="unknown", attempts=1)
    sent = make_mail(state="sent", sent_at=timezone.now())

    count = send_again(Mail.objects.all(), by=by)
    send_batch()

    assert count == 2
    assert sorted(post_office.recipients) == sorted([failed.to, unknown.to])
    assert state_of(sent) == "sent"
    assert AuditEntry.objects.filter(by=by, act="send again").count() == 2


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "smtp://127.0.0.1:25?tls=1"])
def test_send_batch_claims_nothing_when_the_address_is_not_understood(settings, url):
    settings.EMAIL_URL = url
    mail = make_mail()

    with pytest.raises(Exception, match="EMAIL_URL"):
        send_batch()

    assert (state_of(mail), mail.attempts) == ("ready", 0)
