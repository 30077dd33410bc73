"""What the journals say: little of what goes well, a line of what failed, and never a flood."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection
from django.db.utils import OperationalError

from notifications.models import Mail
from tests.factories import make_user
from tests.notifications.conftest import free_port, post_office  # noqa: F401 (a fixture)
from tests.townhall.own_server import own_server
from townhall import patience
from townhall.celery import app

ROOT = Path(__file__).resolve().parents[2]
WORKER = ["worker", "-c", "1", "--without-gossip", "--without-mingle"]
# Somebody started it as root; a council does not.
BANNER = ["--quiet"]
pytestmark = pytest.mark.django_db(transaction=True)


@contextlib.contextmanager
def run_celery(folder, told, *arguments):
    """Run worker or beat as a council does; yield the file of its log."""
    log = folder / f"{arguments[0]}.log"
    command = [sys.executable, "-W", "ignore", "-m", "celery", *BANNER, "-A", "townhall"]
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*command, *arguments], cwd=ROOT, env={**os.environ, **told}, stdout=file, stderr=file
        )
    try:
        yield log
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def worker_and_beat(folder, told):
    beat = ["beat", "--schedule", str(folder / "schedule"), "--pidfile="]
    with run_celery(folder, told, *WORKER) as log, run_celery(folder, told, *beat) as other:
        yield log, other


def wait_for(log, words, seconds=90):
    end = time.monotonic() + seconds
    while words not in log.read_text():
        assert time.monotonic() < end, log.read_text()[-3000:]
        time.sleep(0.2)


def lines_of(log):
    return log.read_text().splitlines()


def test_worker_without_a_database_waits_ever_longer_with_a_line_each_time(tmp_path):
    with own_server() as server:
        told = {"DATABASE_URL": server.url, "EMAIL_URL": f"file://{tmp_path}/mail"}
        with worker_and_beat(tmp_path, told) as (worker, beat):
            wait_for(worker, "ready")
            server.kill()
            wait_for(worker, "next try in 20 s")
            said, of_beat = lines_of(worker), lines_of(beat)

    failed = [line for line in said if "was not done" in line]
    assert [line.rpartition("next try in ")[2] for line in failed] == ["5 s", "10 s", "20 s"]
    assert len(said) == len(failed) + 1
    assert of_beat == []


def test_worker_and_beat_without_redis_wait_ever_longer(tmp_path):
    told = {
        "REDIS_URL": f"redis://127.0.0.1:{free_port()}/0",
        "EMAIL_URL": f"file://{tmp_path}/mail",
    }
    with worker_and_beat(tmp_path, told) as (worker, beat):
        wait_for(worker, "Trying again in 6.00 seconds")
        wait_for(beat, "Trying again in 6.0 seconds")
        said = [*lines_of(worker), *lines_of(beat)]

    assert [line for line in said if "Traceback" in line] == []
    assert len(said) < 25


def test_healthy_worker_says_a_line_for_each_batch_of_mails(tmp_path, settings, post_office):  # noqa: F811
    user = make_user()
    Mail.objects.bulk_create(
        [Mail(user=user, to=user.email, queue="account", subject="Hello") for _ in range(3)]
    )
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    told = {
        "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
        "EMAIL_URL": settings.EMAIL_URL,
    }

    with worker_and_beat(tmp_path, told) as (worker, _beat):
        wait_for(worker, "Mails of a batch")
        time.sleep(6)  # the next ones have nothing to do
        said = lines_of(worker)

    assert [line.partition("Mails of a batch: ")[2] for line in said if "batch" in line] == [
        "account: 3 sent"
    ]
    assert len([line for line in said if line]) == 2  # and that it is ready


@pytest.fixture
def away():
    """Begin with everything there, and end so."""
    patience.Away.is_back()
    yield patience.Away
    patience.Away.is_back()


def test_task_is_left_out_while_the_database_is_away_and_said_once(away, caplog, monkeypatch):
    calls = []

    @app.task(name="tests.ask", shared=False)
    def ask():
        calls.append(1)
        if len(calls) < 3:
            raise OperationalError("server closed the connection\nhint")

    ask()
    ask()
    assert [record.getMessage() for record in caplog.records] == [
        "tests.ask was not done: server closed the connection; next try in 5 s"
    ]
    for _ in range(2):
        monkeypatch.setattr(away, "ends_at", 0.0)
        ask()

    assert len(calls) == 3
    assert [record.getMessage().rpartition(": ")[2] for record in caplog.records[1:]] == [
        "server closed the connection; next try in 10 s",
        "what was away is back",
    ]
    assert not away.is_waiting()


def test_fault_of_ours_is_not_taken_for_a_database_that_is_away(away):
    @app.task(name="tests.fail", shared=False)
    def fail():
        raise KeyError("ours")

    with pytest.raises(KeyError):
        fail()
    assert not away.is_waiting()


def test_due_mail_goes_by_the_clock_of_the_database(time_machine):
    time_machine.move_to("2031-03-03T12:00Z")

    mail = Mail.objects.create(to="kay@example.org", queue="account")

    assert mail.next_attempt_at.year < 2031
    assert mail.created_at.year < 2031
    assert Mail.objects.due(mail.next_attempt_at).get() == mail
