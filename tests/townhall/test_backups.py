"""Back-ups that were read again, and a restore after which nobody is told twice."""

import fcntl
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from notifications.models import Preference
from notifications.services import change_preferences, suppress
from records.models import Backup
from records.services import close_account
from tests.factories import make_community, make_image, make_membership, make_thread, make_user
from tests.notifications.conftest import post_office  # noqa: F401 (a fixture)
from townhall.backups import choices, database, files

pytestmark = pytest.mark.django_db(transaction=True)
RESTORED = "townhall_restored"


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
def _own_pictures(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()


def back_up(root, *options):
    out = StringIO()
    call_command("backup", str(root), *options, stdout=out)
    return out.getvalue()


def only(root):
    (folder,) = files.finished(root)
    return folder


def test_back_up_holds_every_row_and_picture_and_is_private(root):
    image = make_image(make_user())
    before = timezone.now() - timedelta(seconds=1)

    said = back_up(root)

    folder = only(root)
    manifest = files.read_manifest(folder)
    assert manifest.rows["public.accounts_user"] == 1
    assert manifest.rows["public.discussions_image"] == 1
    assert set(manifest.rows) == set(database.tables())
    assert {f"pictures/{image.file.name}", f"pictures/{image.thumbnail.name}"} <= set(
        manifest.files
    )
    assert (folder / "pictures" / image.file.name).read_bytes() == image.file.read()
    assert before < manifest.moment < timezone.now()
    modes = {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in [folder, *folder.rglob("*")]}
    assert modes == {0}
    assert f"made and checked: {folder}" in said
    noted = Backup.objects.get()
    assert (noted.folder, noted.made_at) == (str(folder), manifest.moment)
    assert noted.byte_count == sum(entry.byte_count for entry in manifest.files.values()) > 0


def test_old_back_ups_are_deleted_and_nothing_else_in_the_folder(root, time_machine):
    (root / "notes.txt").write_text("Ring Anne.")
    (root / "2026-01-01T000000Z").mkdir()  # unfinished, by another hand

    for n in range(4):
        time_machine.move_to(timezone.now() + timedelta(seconds=n))
        back_up(root, "--keep", "2")

    assert len(files.finished(root)) == 2
    assert sorted(path.name for path in root.iterdir() if path not in files.finished(root)) == [
        ".lock",
        "2026-01-01T000000Z",
        "notes.txt",
    ]


def test_unchanged_picture_is_stored_once_and_a_spoilt_one_anew(root, time_machine):
    image, other = make_image(make_user()), make_image(make_user())
    back_up(root)
    first = only(root)
    (first / "pictures" / other.file.name).write_bytes(b"spoilt")
    time_machine.move_to(timezone.now() + timedelta(seconds=1))

    back_up(root)

    second = files.finished(root)[1]
    name = f"pictures/{image.file.name}"
    assert (first / name).stat().st_ino == (second / name).stat().st_ino
    assert (second / "pictures" / other.file.name).read_bytes() == other.file.read()


def test_what_a_killed_command_left_is_cleared_away(root):
    left = root / f"{files.UNFINISHED}2026-01-01T000000Z"
    left.mkdir()

    back_up(root)

    assert not left.exists()


def no_folder(root, monkeypatch):
    root.rmdir()


def in_pictures(root, monkeypatch):
    root.rmdir()
    root.symlink_to(default_storage.location)


def held(root, monkeypatch):
    file = (root / files.LOCK).open("w")
    fcntl.flock(file, fcntl.LOCK_EX)
    monkeypatch.setattr(files, "held", file, raising=False)  # stays open as long as the test


def no_program(root, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")


def program_that(words):
    def put(root, monkeypatch):
        folder = root.parent / "bin"
        folder.mkdir()
        for name in ("pg_dump", "pg_restore"):
            script = words.get(name, f'exec {shutil.which(name)} "$@"')
            (folder / name).write_text(f"#!/bin/sh\n{script}\n")
            (folder / name).chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

    return put


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (no_folder, "There is no folder"),
        (in_pictures, "lies in MEDIA_ROOT"),
        (held, "is being made"),
        (no_program, "pg_dump was not found: the package postgresql-client has it"),
        (program_that({"pg_dump": "echo 'No space left on device' >&2; exit 1"}), "No space left"),
        (program_that({"pg_restore": "echo 'COPY public.x (id) FROM stdin;'"}), "rows of"),
        (program_that({"pg_restore": "exit 3"}), "cannot be read"),
    ],
)
def test_back_up_that_fails_says_so_loudly_and_leaves_nothing(root, monkeypatch, fault, said):
    make_user()
    fault(root, monkeypatch)

    with pytest.raises(CommandError, match="NO BACK-UP WAS MADE") as caught:
        back_up(root)

    assert said in str(caught.value)
    assert not root.is_dir() or files.finished(root) == []
    assert list(root.parent.rglob(f"{files.UNFINISHED}*")) == []
    assert not Backup.objects.exists()


def test_folder_that_may_not_be_written_is_said(root):
    if os.geteuid() == 0:
        root.rmdir()
        root.symlink_to("/proc/self")
    else:
        root.chmod(0o500)

    with pytest.raises(CommandError, match="NO BACK-UP WAS MADE"):
        back_up(root)


def spoil(folder, name, content):
    path = folder / name
    path.chmod(0o600)
    path.write_bytes(content)


@pytest.mark.parametrize("name", [files.DUMP, "pictures/note.jpg", files.MANIFEST])
@pytest.mark.parametrize("content", [b"", b"spoilt", None])
def test_spoilt_back_up_is_refused_before_anything_is_restored(root, name, content):
    default_storage.save("note.jpg", ContentFile(b"picture"))
    back_up(root)
    folder = only(root)
    if content is None:
        (folder / name).unlink()
    else:
        spoil(folder, name, content)

    with pytest.raises(CommandError, match=r"missing|checksum|no finished back-up"):
        call_command("restore", str(folder))


def test_restore_refuses_a_database_that_is_not_empty(root):
    back_up(root)

    with pytest.raises(CommandError, match="The database is not empty"):
        call_command("restore", str(only(root)))


# The rehearsal: another database, other processes, a real mail server.


@pytest.fixture
def new_database():
    with connection.as_owner(), connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {RESTORED}")
        cursor.execute(f"CREATE DATABASE {RESTORED} TEMPLATE template0")
    yield RESTORED
    with connection.as_owner(), connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {RESTORED} WITH (FORCE)")


@pytest.fixture
def new_server(new_database, settings, tmp_path, post_office):  # noqa: F811
    """Return the environment of the site on another server, with the mail server of the first."""
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    return {
        **os.environ,
        "DATABASE_URL": f"{server}/{new_database}",
        "EMAIL_URL": settings.EMAIL_URL,
        "MEDIA_ROOT": str(tmp_path / "new-media"),
    }


def manage(env, *arguments):
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def noon_tomorrow():
    return timezone.localtime(timezone.now()).replace(hour=12, minute=0) + timedelta(days=1)


def run_worker(env, folder, office):
    """Let a worker send a mail that is written now, and do all else that it finds."""
    script = (
        "from django.core.mail import send_mail\n"
        "send_mail('Now', 'Hello', None, ['now@example.org'])"
    )
    manage(env, "shell", "--no-imports", "-c", script)
    command = [sys.executable, "-m", "celery", "-A", "townhall", "worker", "--beat", "-c", "1"]
    command += ["--schedule", str(folder / "beat"), "--without-gossip", "--without-mingle"]
    log, end = folder / "log", time.monotonic() + 90
    with log.open("wb") as file:
        worker = subprocess.Popen(command, env=env, stdout=file, stderr=file)
    try:
        while not office.taken:
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.2)
        time.sleep(11)  # each task of every five seconds had its turn, some twice
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(30)
    assert "Traceback" not in log.read_text()


@pytest.mark.parametrize("is_settled", [True, False])
def test_nobody_is_told_twice_after_a_restore(
    root,
    new_server,
    post_office,  # noqa: F811
    tmp_path,
    is_settled,
):
    community = make_community()
    readers = [make_membership(make_user(), community, digest="daily").user for _ in range(3)]
    image = make_image(readers[0])
    make_thread(community, title="Ice on Mill Lane")
    back_up(root)
    as_of = files.read_manifest(only(root)).as_of
    # the day after, before the old server is lost
    call_command("send_due", "--now", noon_tomorrow().isoformat(), stdout=StringIO())
    assert sorted(post_office.recipients) == sorted(reader.email for reader in readers)
    post_office.taken.clear()
    later = (noon_tomorrow() + timedelta(hours=2)).isoformat()

    if is_settled:
        said = manage(new_server, "restore", str(only(root)), "--stopped-at", later)
        assert "digests skipped: 3" in said
    else:
        env = {**os.environ, "PGHOST": str(connection.settings_dict["HOST"])}
        with connection.as_owner():
            load = ["pg_restore", "--no-owner", f"--username={connection.settings_dict['USER']}"]
        dump = str(only(root) / files.DUMP)
        subprocess.run([*load, f"--dbname={RESTORED}", dump], env=env, check=True)
        manage(new_server, "migrate")
    manage(new_server, "send_due", "--now", later)
    told = len(post_office.taken)
    if is_settled:
        run_worker(new_server, tmp_path, post_office)
        restored = Path(new_server["MEDIA_ROOT"]) / image.file.name
        assert restored.read_bytes() == image.file.read()
        assert as_of in said

    assert told == (0 if is_settled else 3)
    assert not is_settled or post_office.recipients == ["now@example.org"]


def test_numbers_are_never_given_twice_and_nobody_stays_signed_in(root, new_server, client):
    user = make_user()
    client.force_login(user)
    back_up(root)

    said = manage(new_server, "restore", str(only(root)))

    assert "sessions ended: 1" in said
    script = (
        "from accounts.models import User, Version\n"
        "print(User.objects.create_user('new@example.org', public_name='New').pk)\n"
        "print(Version.objects.get(kind='site').number)"
    )
    pk, version = manage(new_server, "shell", "--no-imports", "-c", script).split()[-2:]
    assert int(pk) >= user.pk + 100_000
    assert int(version) > 10**15


def test_closed_accounts_and_unwanted_mail_are_brought_over_a_restore(root, new_server, tmp_path):
    community = make_community()
    closed, unsubscribed = (make_membership(make_user(), community).user for _ in range(2))
    back_up(root)
    close_account(closed, by=closed)
    change_preferences(
        unsubscribed, alerts={"alert_replies": False}, digests={community.pk: "never"}
    )
    suppress("gone@example.org", reason="550 no such user")
    file = tmp_path / "choices.json"
    call_command("choices", str(file), stdout=StringIO())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    said = manage(new_server, "restore", str(only(root)), "--choices", str(file))

    assert "accounts closed again: 1" in said
    assert "addresses suppressed again: 1" in said
    assert "choices about mail made again: 2" in said
    script = (
        "from accounts.models import User\n"
        "from communities.models import Membership\n"
        "from notifications.models import Preference, Suppression\n"
        f"print(User.objects.get(pk={closed.pk}).email, Suppression.objects.get().email,"
        f" Preference.objects.get(user={unsubscribed.pk}).alert_replies,"
        f" Membership.objects.get(user={unsubscribed.pk}).digest)"
    )
    words = manage(new_server, "shell", "--no-imports", "-c", script).split()[-4:]
    assert words == ["None", "gone@example.org", "False", "never"]


def test_choices_are_not_made_for_somebody_who_got_the_number_since(tmp_path):
    user = make_user()
    change_preferences(user, alerts={"alert_replies": False}, digests={})
    close_account(user, by=user)
    choices.write_choices(tmp_path / "choices.json")
    user.closed_at, user.date_joined = None, user.date_joined + timedelta(days=1)
    user.save()
    Preference.objects.all().delete()

    done = choices.apply_choices(tmp_path / "choices.json", timezone.now() - timedelta(days=1))

    assert set(done.values()) == {0}
    user.refresh_from_db()
    assert user.closed_at is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"closed": [{}]}'])
def test_file_that_is_no_list_of_choices_is_refused(tmp_path, text):
    (tmp_path / "choices.json").write_text(text)

    with pytest.raises(files.BackupError, match="cannot be read as choices"):
        choices.apply_choices(tmp_path / "choices.json", timezone.now())


@pytest.mark.parametrize(
    ("as_of", "said"),
    [("2999-01-01T00:00", "still to come"), ("yesterday", "invalid moment value")],
)
def test_moment_that_cannot_be_is_refused(as_of, said):
    with pytest.raises(CommandError, match=said):
        call_command("restored", "--as-of", as_of)


def test_settling_says_what_it_did(client):
    client.force_login(make_user())
    out = StringIO()

    call_command("restored", "--as-of", timezone.now().isoformat(), stdout=out)

    assert "sessions ended: 1" in out.getvalue()
    assert "The services may be started." in out.getvalue()
