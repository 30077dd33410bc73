"""The page for those who run the site: what it says when all is well, and of each fault."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.cache import caches
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse
from django.utils import timezone

from accounts.models import Announcement
from discussions.models import Image
from notifications.models import Digest, Mail
from records.models import Backup, RetentionRun
from tests.factories import make_community, make_image, make_membership, make_user
from townhall import pulse, state
from townhall.languages import catalogue_states

ADDRESS = "/admin/state/"
OTHERS = ["visitor", "resident", "ambassador", "councillor", "moderator"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _all_is_well(settings, tmp_path):
    settings.ACCESSIBILITY_RESULTS = tmp_path / "accessibility.json"
    settings.LOCALE_PATHS = []
    pulse.leave_pulse()


def found():
    """Return what is said of each thing, and whether it is fine."""
    subjects = state.findings(timezone.now())
    return {one.what: (one.now, one.is_fine) for _subject, ones in subjects for one in ones}


def make_mails(count, **fields):
    values = {"to": "a@example.org", "queue": "digest", "subject": "Hello", **fields}
    Mail.objects.bulk_create(Mail(**values) for _ in range(count))


def announce_before(age):
    line = Announcement.objects.create(kind="post", subject_id=1)
    Announcement.objects.filter(pk=line.pk).update(created_at=timezone.now() - age)


def digest_before(days):
    day = timezone.localdate() - timedelta(days=days)
    return Digest.objects.create(user=make_user(), local_date=day)


@pytest.mark.parametrize("name", OTHERS)
def test_state_is_closed_to_others(cast, client_of, name):
    response = client_of(getattr(cast, name)).get(ADDRESS, follow=True)

    assert name == "visitor" or response.status_code == 403
    assert b"State of the site" not in response.content


def test_state_is_open_to_whoever_looks_after_the_mail(cast, client_of):
    operator = make_user(is_staff=True)
    operator.user_permissions.add(Permission.objects.get(codename="view_mail"))

    desk = client_of(operator).get(reverse("admin:index")).content.decode()
    page = client_of(operator).get(ADDRESS).content.decode()

    assert f'href="{ADDRESS}"' in desk
    assert "PostgreSQL" in page
    assert ADDRESS not in client_of(cast.moderator).get(reverse("admin:index")).content.decode()


def test_state_says_how_much_should_be_looked_at(cast, client_of):
    client = client_of(cast.admin)

    one = client.get(ADDRESS).content.decode()
    announce_before(timedelta(hours=1))
    two = client.get(ADDRESS).content.decode()

    assert "2 things should be looked at." in one
    assert "No results are there" in one
    assert "3 things should be looked at." in two
    assert "The worker takes them every five seconds" in two
    assert two.count("Look at this") == 3


@pytest.mark.parametrize(("hours", "is_fine"), [(None, False), (5, True), (31, False)])
def test_state_tells_how_old_the_last_back_up_is(hours, is_fine):
    if hours is not None:
        made_at = timezone.now() - timedelta(hours=hours)
        Backup.objects.create(made_at=made_at, folder="/var/backups/x", byte_count=2048)

    now, fine = found()["Last back-up"]

    assert fine is is_fine
    assert (now == "There is none") is (hours is None)
    assert hours is None or "2.0\xa0KB in /var/backups/x" in now


def test_state_of_a_site_that_works():
    Backup.objects.create(folder="/var/backups/x", byte_count=2048)
    make_mails(2, state="sent", sent_at=timezone.now())

    said = found()

    assert said.pop("Last test for accessibility") == ("No results are there", False)
    assert said["Redis"] == ("Answers", True)
    assert said["Worker and beat"] == ("Last did something 0 seconds ago", True)
    assert said["Mail that waits"] == ("None", True)
    assert said["The latest 10,000 mails"] == ("2 sent", True)
    assert said["News that nobody has been told of yet"] == ("None", True)
    assert said["Last digests"] == ("None yet", True)
    assert said["Tables of the database"][0].startswith("All ")
    # How full the disk is here is no matter of the site's.
    wrong = [what for what, (_now, is_fine) in said.items() if not is_fine and "Disk" not in what]
    assert wrong == []


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (None, ("No sign of life in the last ten minutes", False)),
        (40, ("Last did something 40 seconds ago", True)),
        (300, ("Last did something 300 seconds ago", False)),
    ],
)
def test_state_tells_when_worker_and_beat_last_lived(seconds, expected):
    caches["redis"].delete(pulse.KEY)
    if seconds is not None:
        caches["redis"].set(pulse.KEY, timezone.now().timestamp() - seconds)

    assert found()["Worker and beat"] == expected


def test_state_is_told_while_redis_is_away(settings):
    away = {**settings.CACHES["redis"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {**settings.CACHES, "redis": away, "health": away}

    said = found()

    assert said["Redis"][1] is False
    assert said["Worker and beat"] == ("Cannot be told without Redis", False)
    assert said["Database"][1] is True


@pytest.mark.parametrize(("minutes", "is_fine"), [(5, True), (20, False)])
def test_state_tells_what_mail_waits_and_since_when(minutes, is_fine):
    make_mails(1)
    make_mails(2, created_at=timezone.now() - timedelta(minutes=minutes))

    now, fine = found()["Mail that waits"]

    assert (now, fine) == (f"3 ready, the oldest for {minutes}\xa0minutes", is_fine)


def test_state_counts_no_further_than_a_thousand():
    make_mails(state.MOST_COUNTED + 5)

    assert found()["Mail that waits"][0].startswith("more than 1,000 ready, ")


@pytest.mark.parametrize(("failed", "is_fine"), [(1, True), (2, False)])
def test_state_tells_when_much_mail_is_refused(failed, is_fine):
    make_mails(60 - failed, state="sent", sent_at=timezone.now())
    make_mails(failed, state="failed")

    assert found()["The latest 10,000 mails"] == (
        f"{60 - failed} sent, {failed} failed",
        is_fine,
    )


@pytest.mark.parametrize(("minutes", "is_fine"), [(1, True), (30, False)])
def test_state_tells_of_news_that_waits(minutes, is_fine):
    announce_before(timedelta(minutes=minutes))
    announce_before(timedelta(0))

    now, fine = found()["News that nobody has been told of yet"]

    assert (now, fine) == (f"2, the oldest for {minutes}\xa0minute{'s' * (minutes > 1)}", is_fine)


@pytest.mark.parametrize(
    ("frequency", "days", "is_fine"),
    [("daily", 1, True), ("daily", 2, False), ("weekly", 8, True), ("weekly", 9, False)],
)
def test_state_tells_when_digests_stay_away(frequency, days, is_fine):
    make_membership(make_user(), make_community(), digest=frequency)
    digest_before(days)

    assert found()["Last digests"][1] is is_fine


def test_state_tells_of_tables_that_do_not_fit_the_code(db, monkeypatch):
    applied = MigrationRecorder(connection).applied_migrations()
    first = applied.pop(("records", "0001_initial"))
    applied["moderation", "0999_from_tomorrow"] = first
    # The role of the site cannot write there.
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda _recorder: applied)

    now, is_fine = found()["Tables of the database"]

    assert now == (
        "not applied: records.0001_initial, "
        "applied, but not in the code: moderation.0999_from_tomorrow"
    )
    assert is_fine is False


def test_state_tells_of_words_that_no_speaker_has_read(settings, tmp_path):
    folder = tmp_path / "cy/LC_MESSAGES"
    folder.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Language: cy\\n"\n\n'
    entries = ['# unreviewed\nmsgid "Post"\nmsgstr "Neges"\n', 'msgid "Day"\nmsgstr "Dydd"\n']
    (folder / "django.po").write_text(head + "\n".join(entries))
    settings.LOCALE_PATHS = [tmp_path]

    said = found()

    assert said["Welsh"] == ("2 messages, 1 not yet read by a speaker", False)
    assert [(each.language, each.messages) for each in catalogue_states()] == [("cy", 2)]


def test_state_tells_of_results_that_cannot_be_read(settings):
    settings.ACCESSIBILITY_RESULTS.write_text("{}")

    now, is_fine = found()["Last test for accessibility"]

    assert "accessibility.json" in now
    assert is_fine is False


def test_state_tells_of_a_disk_that_is_nearly_full(monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT, settings.STATIC_ROOT = str(tmp_path / "a/b"), str(tmp_path)
    monkeypatch.setattr("shutil.disk_usage", lambda place: (1000, 850, 150))
    full = state.findings(timezone.now())

    disks = [one for _subject, ones in full for one in ones if "Disk" in one.what]

    assert [(disk.now, disk.is_fine) for disk in disks] == [("150\xa0bytes free, 85 % used", False)]


@pytest.mark.parametrize(
    ("days", "faults", "said", "is_fine"),
    [
        (1, "", "3 rows deleted", True),
        (3, "", "3 rows deleted", False),
        (1, "mails: no room left", "3 rows deleted. mails: no room left", False),
    ],
)
def test_state_tells_of_the_last_night_that_deleted_what_is_old(days, faults, said, is_fine):
    now = timezone.now()
    RetentionRun.objects.create(
        started_at=now - timedelta(days=days), ended_at=now, counts={"mails": 3}, faults=faults
    )
    RetentionRun.objects.create(started_at=now)  # it runs at this moment

    text, fine = found()["Deleting what is old"]

    assert text.endswith(f": {said}")
    assert fine is is_fine


def test_state_watches_the_disk_of_the_database(settings, tmp_path):
    settings.DATABASE_FOLDER = str(tmp_path)
    here = found()
    settings.DATABASE_FOLDER = str(tmp_path / "elsewhere")
    elsewhere = found()

    assert "% used" in here["Disk of database"][0]
    assert elsewhere["Disk of database"] == (
        "Not on this machine: watch it where it is, or set DATABASE_FOLDER",
        True,
    )


@pytest.mark.parametrize(("stored", "is_fine"), [(0, True), (79, True), (80, False), (120, False)])
def test_state_warns_before_pictures_have_no_room(cast, settings, stored, is_fine):
    settings.PICTURES_MB = 100
    image = make_image(cast.resident)
    Image.objects.filter(pk=image.pk).update(byte_count=stored * 1_000_000)

    text, is_well = found()["Pictures"]

    assert f"{stored} % used" in text
    assert is_well == is_fine


def test_state_names_pictures_whose_files_are_lost(cast):
    image = make_image(cast.resident)
    assert "Pictures whose files are lost" not in found()

    Image.objects.filter(pk=image.pk).update(missing_since=timezone.now())

    assert found()["Pictures whose files are lost"] == ("1 picture", False)
