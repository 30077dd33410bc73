"""What is deleted each night, and what stays however old it is."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core.checks import run_checks
from django.db import DatabaseError, connection
from django.utils import timezone

from accounts.models import AuditEntry, LimitCount, NameChange, User
from accounts.services import record_act
from discussions.models import Draft, Image
from notifications.models import Delivery, Digest, DigestItem, Mail, ThreadTold
from notifications.services import retention as notified
from records import retention, tasks
from records.models import Backup, RetentionRun
from tests.factories import make_image, make_post, make_thread, make_user

pytestmark = pytest.mark.django_db
# Words and files that no row has any more
WITHOUT_A_PERIOD = {"alert_windows", "words", "picture_files"}


def ago(**period):
    return timezone.now() - timedelta(**period)


def mail_to(user, days, state="sent"):
    lease = "6f0a53d6-0000-4000-8000-000000000000" if state == "claimed" else None
    return Mail.objects.create(
        user=user,
        to=user.email,
        queue="alert",
        state=state,
        lease=lease,
        sent_at=timezone.now() if state == "sent" else None,
        created_at=ago(days=days),
    )


def told(user, days, mail=None, **fields):
    post = make_post(make_thread())
    return Delivery.objects.create(
        user=user, kind="reply", post=post, mail=mail, created_at=ago(days=days), **fields
    )


def digest_of(user, days, mail=None):
    digest = Digest.objects.create(
        user=user, local_date=ago(days=days).date(), mail=mail, created_at=ago(days=days)
    )
    DigestItem.objects.create(digest=digest, thread=make_thread(), first_number=1, last_number=2)
    return digest


def unproven(**fields):
    user = make_user(**{"date_joined": ago(days=8), **fields})
    EmailAddress.objects.filter(user=user).update(verified=False)
    return user


def test_what_is_old_is_deleted_and_what_is_young_stays(settings):
    user, pictured = make_user(), make_user()
    for days in (1, 100):
        mail = mail_to(user, days)
        told(user, days, mail)
        digest_of(user, days, mail_to(user, days))
        Draft.objects.create(
            user=user if days == 1 else pictured, thread=make_thread(), updated_at=ago(days=days)
        )
        Session.objects.create(session_key=str(days), expire_date=ago(days=days - 2))
        NameChange.objects.create(user=user, old_name=f"Kay {days}", at=ago(days=days * 8))
        thread = make_thread()
        thread.posts.update(published_at=ago(days=days))
        ThreadTold.objects.create(user=user, thread=thread, through_number=1)
        RetentionRun.objects.create(started_at=ago(days=days * 4))
        Backup.objects.create(made_at=ago(days=days * 4), folder="/var", byte_count=1)
        LimitCount.objects.create(
            kind="thread", key=str(days), seconds=1, allowed=1, used=1, ends_at=ago(days=days - 1)
        )
    make_image(user)
    Image.objects.update(created_at=ago(days=2))

    run = retention.prune(timezone.now())

    assert run.counts == {
        "drafts": 1,
        "loose_pictures": 1,
        "sessions": 1,
        "earlier_names": 1,
        "deliveries": 1,
        "digests": 1,
        "told": 1,
        "mails": 2,
        "limits": 1,
        "runs": 2,
    }
    left = [Mail, Delivery, Digest, DigestItem, ThreadTold]
    left += [Draft, Session, RetentionRun, Backup, Image]
    assert [model.objects.count() for model in left] == [2, 1, 1, 1, 1, 1, 1, 2, 1, 0]
    assert NameChange.objects.get().old_name == "Kay 1"
    assert (run.has_more, run.faults) == (False, "")
    assert run.ended_at is not None


@pytest.mark.parametrize("state", ["ready", "claimed"])
def test_mail_that_waits_stays_with_what_it_tells(state):
    user = make_user()
    mail = mail_to(user, 300, state=state)
    told(user, 300, mail)

    retention.prune(timezone.now())

    assert Mail.objects.get().deliveries.count() == 1


@pytest.mark.parametrize("state", ["sent", "skipped", "failed", "unknown"])
def test_delivery_that_outlives_its_mail_is_not_told_again(settings, state):
    settings.RETENTION = {**settings.RETENTION, "deliveries": 400}
    user = make_user()
    delivery = told(user, 100, mail_to(user, 100, state=state))

    retention.prune(timezone.now())

    delivery.refresh_from_db()
    assert (delivery.mail, delivery.wants_mail) == (None, False)


def test_digest_that_outlives_its_mail_stays(settings):
    settings.RETENTION = {**settings.RETENTION, "digests": 400}
    user = make_user()
    digest = digest_of(user, 100, mail_to(user, 100))

    retention.prune(timezone.now())

    digest.refresh_from_db()
    assert digest.mail is None


def test_account_whose_address_was_never_proven_goes_with_its_mail():
    user = unproven()
    mail_to(user, 8)
    others = [
        unproven(date_joined=ago(days=6)),
        unproven(last_login=ago(days=5)),
        unproven(is_staff=True),
        unproven(is_superuser=True),
        unproven(closed_at=ago(days=5)),
        make_user(date_joined=ago(days=8)),
    ]
    unclaimed = unproven()  # staff made it: there is no claim to prove
    EmailAddress.objects.filter(user=unclaimed).delete()
    proven = unproven()
    EmailAddress.objects.create(user=proven, email="mo@example.org", verified=True)

    run = retention.prune(timezone.now())

    assert run.counts == {"unproven_accounts": 1}
    assert set(User.objects.all()) == {*others, unclaimed, proven}
    assert not Mail.objects.exists()


def test_unproven_account_that_something_depends_on_stays_and_stops_nothing(monkeypatch):
    monkeypatch.setattr(retention, "ROWS_AT_ONCE", 1)
    author, acted, other = unproven(), unproven(), unproven()
    make_thread(author=author)
    record_act(acted, by=acted, act="change profile")

    run = retention.prune(timezone.now())

    assert run.counts == {"unproven_accounts": 1}
    assert User.objects.filter(pk__in=[author.pk, acted.pk]).count() == 2
    assert not User.objects.filter(pk=other.pk).exists()
    assert AuditEntry.objects.count() >= 1


@pytest.mark.parametrize("at_once", [1, 2, 1000])
def test_old_rows_go_batch_by_batch(monkeypatch, at_once):
    monkeypatch.setattr(notified, "ROWS_AT_ONCE", at_once)
    user = make_user()
    waiting = mail_to(user, 200, state="ready")
    for days in (100, 99, 98, 97, 1):
        mail_to(user, days)

    batches = list(notified.prune_mails(ago(days=90)))

    assert sum(batches) == 4
    assert max(batches) <= at_once
    assert Mail.objects.count() == 2
    assert Mail.objects.first() == waiting


def test_round_that_runs_out_of_time_is_gone_on_with(monkeypatch, settings):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    monkeypatch.setattr(notified, "ROWS_AT_ONCE", 2)
    user = make_user()
    for _ in range(5):
        mail_to(user, 100)

    run = retention.prune(timezone.now(), max_seconds=0)

    assert (run.has_more, run.counts) == (True, {"mails": 2})
    tasks.prune()
    assert not Mail.objects.exists()
    assert RetentionRun.objects.latest("pk").has_more is False


def test_step_that_fails_is_noted_and_keeps_no_other_from_its_work(monkeypatch):
    def fail(_before):
        raise DatabaseError("no room left")

    steps = [retention.Step("sessions", fail), *retention.STEPS]
    monkeypatch.setattr(retention, "STEPS", steps)
    mail_to(make_user(), 100)

    run = retention.prune(timezone.now())

    assert run.faults == "sessions: no room left"
    assert run.counts == {"mails": 1}


@pytest.mark.django_db(transaction=True)
def test_two_rounds_at_once_delete_each_row_once(monkeypatch):
    monkeypatch.setattr(notified, "ROWS_AT_ONCE", 3)
    user = make_user()
    for _ in range(40):
        mail = mail_to(user, 100)
        told(user, 100, mail)

    def work(_number):
        try:
            return retention.prune(timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        runs = list(pool.map(work, range(3)))

    assert [run.faults for run in runs] == ["", "", ""]
    retention.prune(timezone.now())
    assert (Mail.objects.count(), Delivery.objects.count()) == (0, 0)
    assert sum(run.counts.get("deliveries", 0) for run in RetentionRun.objects.all()) == 40
    assert sum(run.counts.get("mails", 0) for run in RetentionRun.objects.all()) == 40


def test_every_period_of_the_settings_is_acted_on(settings):
    names = [step.name for step in retention.STEPS]

    assert set(settings.RETENTION) == set(names) - WITHOUT_A_PERIOD
    assert len(names) == len(set(names))


def test_privacy_page_names_the_periods_of_the_settings(client, settings):
    settings.RETENTION = {name: 700 + n for n, name in enumerate(settings.RETENTION)}

    page = client.get("/about/privacy/").content.decode()

    for step in retention.STEPS:
        if step.promise:
            assert str(step.promise) % {"time": f"{step.days} days"} in page
    assert f"for {settings.RETENTION['drafts']} days at most" in page
    unsaid = {step.name for step in retention.STEPS if not step.promise}
    assert unsaid == {"runs", *WITHOUT_A_PERIOD}


@pytest.mark.parametrize(
    ("name", "days", "is_refused"),
    [("deliveries", 45, True), ("deliveries", 46, False), ("mails", 7, True), ("drafts", 0, True)],
)
def test_period_that_would_tell_twice_is_refused(settings, name, days, is_refused):
    settings.RETENTION = {**settings.RETENTION, name: days}

    faults = [fault.msg for fault in run_checks() if fault.id == "townhall.E6"]

    assert [f"RETENTION_{name.upper()}" in fault for fault in faults] == [True] * is_refused
