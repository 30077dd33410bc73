"""A real worker on beat's schedule hands mail to a real mail server."""

import os
import signal
import subprocess
import sys
import time
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from django.conf import settings
from django.core.mail import send_mail
from django.db import connection

from notifications.models import Delivery, Mail
from tests.factories import make_membership, make_post, make_thread, make_user

PATIENCE = 45  # seconds


class Sink(Message):
    def __init__(self):
        super().__init__(EmailMessage)
        self.received = []

    def handle_message(self, message):
        self.received.append(message)


@pytest.fixture
def sink():
    handler = Sink()
    controller = Controller(handler, hostname="127.0.0.1", port=0)
    controller.start()
    handler.port = controller.server.sockets[0].getsockname()[1]
    yield handler
    controller.stop()


@pytest.fixture
def worker(sink, tmp_path):
    test_database = connection.settings_dict["NAME"]
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    env = {
        **os.environ,
        "DATABASE_URL": f"{server}/{test_database}",
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
    }
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "townhall",
        "worker",
        "--beat",
        "-c",
        "1",
        "--schedule",
        str(tmp_path / "beat"),
        "--without-gossip",
        "--without-mingle",
    ]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=settings.BASE_DIR,
            env=env,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    yield process
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.2)


@pytest.mark.django_db(transaction=True)
def test_worker_sends_what_was_written_and_tells_of_a_reply(sink, worker):
    asker = make_user(email="kay@example.org")
    thread = make_thread(author=asker, title="Ice on Mill Lane")
    make_membership(asker, thread.community, digest="never")

    send_mail("Your link", "Open it.", None, ["mo@example.org"])
    make_post(thread, body="The gritter came at six.")

    wait_until(lambda: len(sink.received) >= 2)
    wait_until(lambda: Mail.objects.filter(state="sent").count() == 2)
    by_address = {message["To"]: message for message in sink.received}
    assert set(by_address) == {"mo@example.org", "kay@example.org"}
    assert by_address["mo@example.org"]["Subject"] == "Your link"
    assert "Ice on Mill Lane" in by_address["kay@example.org"]["Subject"]
    assert {m["Message-ID"] for m in sink.received} == set(
        Mail.objects.values_list("message_id", flat=True)
    )
    assert Delivery.objects.get().user == asker
