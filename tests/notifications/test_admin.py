import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from notifications.models import Mail, Suppression
from tests.notifications.conftest import make_mail

pytestmark = pytest.mark.django_db
MAILS = "/admin/notifications/mail/"
SUPPRESSIONS = "/admin/notifications/suppression/"


def test_mail_list_shows_where_mail_stands_and_never_its_words(cast, client_of):
    mail = make_mail(state="failed", note="550 Gone", text="https://hall.example/secret-link/")
    client = client_of(cast.admin)

    listed = client.get(MAILS, {"state__exact": "failed"})
    opened = client.get(f"{MAILS}{mail.pk}/change/")

    assert mail.to in listed.content.decode()
    assert "550 Gone" in opened.content.decode()
    assert "secret-link" not in listed.content.decode() + opened.content.decode()


def test_mail_can_be_neither_added_nor_deleted(cast, client_of):
    mail = make_mail()
    client = client_of(cast.admin)

    assert client.get(f"{MAILS}add/").status_code == 403
    assert client.post(f"{MAILS}{mail.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Mail.objects.exists()


def test_mail_is_sent_again_by_those_who_may(cast, client_of):
    failed = make_mail(state="failed", attempts=8)
    sent = make_mail(state="sent", sent_at=timezone.now())
    client = client_of(cast.admin)

    client.post(MAILS, {"action": "send_again", "_selected_action": [failed.pk, sent.pk]})

    failed.refresh_from_db()
    sent.refresh_from_db()
    assert (failed.state, failed.attempts, sent.state) == ("ready", 0, "sent")
    assert AuditEntry.objects.filter(by=cast.admin, act="send again").count() == 1


def test_suppression_is_added_and_lifted_with_a_trace(cast, client_of):
    client = client_of(cast.admin)

    client.post(f"{SUPPRESSIONS}add/", {"email": "gone@example.org", "reason": "Asked us to."})
    suppression = Suppression.objects.get()
    client.post(f"{SUPPRESSIONS}{suppression.pk}/delete/", {"post": "yes"})

    assert not Suppression.objects.exists()
    acts = AuditEntry.objects.filter(by=cast.admin).order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["suppress", "lift suppression"]


def test_mail_is_for_staff_alone(cast, client_of):
    for person in (cast.visitor, cast.resident, cast.moderator):
        assert client_of(person).get(MAILS).status_code in {302, 403}
