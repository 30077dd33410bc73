import asyncio
import socket
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from accounts.models import User
from notifications.models import Mail
from tests.factories import make_user


@dataclass
class PostOffice:
    """A mail server that answers each recipient as it is told, and keeps what it took."""

    answers: dict[str, str] = field(default_factory=dict)
    contents: dict[str, str] = field(default_factory=dict)
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    connections: int = 0
    stall_after: int | None = None
    takes_while_stalled: bool = False
    is_stalled: bool = False

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        address = envelope.rcpt_tos[0]
        answer = self.contents.get(address, "250 OK")
        if len(self.taken) == self.stall_after and not self.takes_while_stalled:
            return await self._stall()
        if answer.startswith(("250", "drop")):
            message = message_from_bytes(envelope.content, policy=policy.default)
            self.taken.append((address, message))
        if self.stall_after is not None and len(self.taken) == self.stall_after + 1:
            return await self._stall()
        if answer == "drop":
            server.transport.abort()
        return answer

    async def _stall(self) -> str:
        """Say nothing after the final dot, until the one who waits is gone."""
        self.is_stalled = True
        while self.is_stalled:
            await asyncio.sleep(0.02)
        return "451 Too late"

    def go_on(self) -> None:
        self.is_stalled, self.stall_after = False, None

    @property
    def recipients(self) -> list[str]:
        return [address for address, _message in self.taken]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def post_office(settings: Any) -> Any:
    office = PostOffice()
    controller = Controller(office, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_URL = f"smtp://127.0.0.1:{controller.port}"
    yield office
    controller.stop()


@pytest.fixture
def outbox(settings: Any, tmp_path: Any) -> Any:
    """Return the folder that mail is written to."""
    settings.EMAIL_URL = f"file://{tmp_path}/mail"
    return tmp_path / "mail"


def make_mail(user: User | None = None, **fields: Any) -> Mail:
    user = user or make_user()
    values = {"to": user.email, "queue": "account", "subject": "Hello", "text": "Text.", **fields}
    return Mail.objects.create(user=user, **values)
