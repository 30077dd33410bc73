import pytest
from django.core.mail import EmailMultiAlternatives, send_mail

from notifications.models import Mail
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _our_backend(settings):
    settings.EMAIL_BACKEND = "notifications.backend.QueueBackend"


def test_backend_writes_one_row_for_each_recipient():
    send_mail("Sign in", "Here is the link.", None, ["a@example.org", "b@example.org"])

    assert sorted(Mail.objects.values_list("to", "queue", "state", "subject", "text")) == [
        ("a@example.org", "account", "ready", "Sign in", "Here is the link."),
        ("b@example.org", "account", "ready", "Sign in", "Here is the link."),
    ]


def test_backend_finds_the_person_whatever_the_case_of_the_address():
    user = make_user(email="Mo@example.org")

    send_mail("Hello", "Text.", None, ["Mo B. <mO@EXAMPLE.org>", "other@example.org"])

    assert sorted(Mail.objects.values_list("to", "user"), key=str) == [
        ("mO@EXAMPLE.org", user.pk),
        ("other@example.org", None),
    ]


def test_backend_keeps_html_and_headers_and_all_kinds_of_recipients():
    message = EmailMultiAlternatives(
        "Hello",
        "Text.",
        to=["a@example.org"],
        cc=["b@example.org"],
        bcc=["c@example.org"],
        headers={"X-Reason": "test"},
        reply_to=["desk@example.org"],
    )
    message.attach_alternative("<p>Text.</p>", "text/html")

    message.send()

    assert Mail.objects.count() == 3
    mail = Mail.objects.get(to="c@example.org")
    assert mail.html == "<p>Text.</p>"
    assert mail.headers == {"X-Reason": "test", "Reply-To": "desk@example.org"}


def test_backend_folds_line_ends_in_the_subject():
    EmailMultiAlternatives("Hello\r\nBcc: all@example.org", "Text.", to=["a@example.org"]).send()

    assert Mail.objects.get().subject == "Hello Bcc: all@example.org"


def test_backend_refuses_attachments():
    message = EmailMultiAlternatives("Hello", "Text.", to=["a@example.org"])
    message.attach("list.csv", "a,b", "text/csv")

    with pytest.raises(ValueError, match="no attachments"):
        message.send()


def test_backend_sends_sign_in_mail_of_the_library(client):
    user = make_user()

    client.post("/accounts/password/reset/", {"email": user.email})

    mail = Mail.objects.get()
    assert (mail.user, mail.queue) == (user, "account")
    assert "http://localhost:8000/" in mail.text
