import pytest
from django.core.exceptions import ImproperlyConfigured

from notifications.emails.transport import open_transport
from notifications.models import Mail
from notifications.services import send_batch
from tests.notifications.conftest import make_mail

pytestmark = pytest.mark.django_db


def states():
    return list(Mail.objects.order_by("pk").values_list("state", "attempts"))


@pytest.mark.parametrize(
    "change",
    [
        lambda url: url.replace("smtp:", "smtp+tls:"),
        lambda url: url.replace("smtp:", "smtps:"),
        lambda url: url.replace("//", "//mo:secret@"),
    ],
)
def test_transport_says_nothing_to_a_server_that_offers_less_than_asked(
    post_office, settings, change
):
    settings.EMAIL_URL = change(settings.EMAIL_URL)
    make_mail()

    outcome = send_batch()

    assert outcome.server_away
    assert (states(), post_office.taken) == ([("ready", 0)], [])


def test_transport_connects_again_after_the_server_hung_up(post_office):
    mails = [make_mail() for _ in range(3)]
    plain = post_office.handle_RCPT

    async def hang_up_once(server, session, envelope, address, options):
        if address == mails[0].to:
            server.transport.abort()
        return await plain(server, session, envelope, address, options)

    post_office.handle_RCPT = hang_up_once

    send_batch()

    assert states() == [("ready", 1), ("sent", 1), ("sent", 1)]
    assert post_office.recipients == [mails[1].to, mails[2].to]


@pytest.mark.parametrize("answer", ["550 You may not send", "421 Closing", "451 Later"])
def test_transport_blames_no_message_for_a_refused_sender(post_office, answer):
    async def refuse(server, session, envelope, address, options):
        return answer

    post_office.handle_MAIL = refuse
    make_mail()

    send_batch()

    assert states() == [("ready", 1)]


def test_transport_ends_a_message_that_the_server_opens_no_data_for(post_office):
    mail, other = make_mail(), make_mail()

    async def forget(server, session, envelope, address, options):
        if address != mail.to:
            envelope.rcpt_tos.append(address)
        return "250 OK"

    post_office.handle_RCPT = forget

    send_batch()

    # 503, for the server knows of no recipient: the message itself was refused
    assert states() == [("failed", 1), ("sent", 1)]
    assert post_office.recipients == [other.to]


@pytest.mark.parametrize("name", ["EMAIL_URL", "MAIL_FROM"])
def test_transport_refuses_settings_that_make_no_sense(settings, name):
    setattr(settings, name, "nonsense")

    with pytest.raises(ImproperlyConfigured, match=name):
        open_transport()
