"""What is kept under an e-mail address is its owner's alone, once they have proven it."""

import json

import pytest
from allauth.account.models import EmailAddress
from django.core.mail import send_mail
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse

from communities.models import Membership
from moderation import services as moderation
from moderation.models import BarrierReport, Report
from notifications.emails.links import Purpose, Wish, read_token, token_for
from notifications.models import ConsentEvent, Mail, Preference, Suppression
from notifications.services import unsubscribe
from records.services import close_account, export_for
from tests.factories import make_community, make_membership, make_post, make_thread, make_user

SHARED = "shared@example.org"


def leave_rows_at(address):
    """Make one row of every kind that knows no person but an address."""
    post = make_post(make_thread(), body="Rude.")
    moderation.report_post(post, by=None, email=address, rule="abuse", text="Told by a visitor.")
    moderation.report_barrier(by=None, where="/", problem="Lost.", uses="NVDA", email=address)
    Mail.objects.create(to=address, queue="account", subject="Waiting for its owner")
    Suppression.objects.create(email=address, reason="550 no such user")


def counts_at(address):
    return {
        "mails": Mail.objects.filter(to__iexact=address).count(),
        "reports": Report.objects.filter(email__iexact=address).count(),
        "barriers": BarrierReport.objects.filter(email__iexact=address).count(),
        "suppressions": Suppression.objects.filter(email__iexact=address).count(),
    }


def counts_in(held):
    sections = ("mails", "reports_made", "barriers_reported", "suppressions")
    return {name: len(held[name]) for name in sections}


NOTHING = {"mails": 0, "reports_made": 0, "barriers_reported": 0, "suppressions": 0}
ALL = {"mails": 1, "reports": 1, "barriers": 1, "suppressions": 1}


def claim_as_change(address):
    """Return an account that has typed an address and never proven it."""
    person = make_user(public_name="Stranger")
    EmailAddress.objects.create(user=person, email=address)
    return person


def claim_as_own(address):
    """Return an account whose only address was never proven."""
    person = make_user(public_name="Stranger", email=address)
    EmailAddress.objects.filter(user=person).update(verified=False)
    return person


@pytest.mark.parametrize("claim", [claim_as_change, claim_as_own])
def test_download_holds_nothing_of_an_address_that_was_only_typed(db, claim):
    leave_rows_at(SHARED)

    held = export_for(claim(SHARED))

    assert counts_in(held) == NOTHING
    assert "NVDA" not in json.dumps(held, cls=DjangoJSONEncoder)


@pytest.mark.parametrize("claim", [claim_as_change, claim_as_own])
def test_closing_touches_nothing_of_an_address_that_was_only_typed(db, claim):
    leave_rows_at(SHARED)
    stranger = claim(SHARED)

    close_account(stranger, by=stranger)

    assert counts_at(SHARED) == ALL


def test_download_holds_every_row_of_a_proven_address(db):
    leave_rows_at(SHARED.upper())

    held = export_for(make_user(email=SHARED))

    assert counts_in(held) == dict.fromkeys(NOTHING, 1)


def test_closing_forgets_every_row_of_a_proven_address(db):
    leave_rows_at(SHARED.upper())
    owner = make_user(email=SHARED)

    close_account(owner, by=owner)

    assert set(counts_at(SHARED).values()) == {0}


@pytest.fixture
def heir(cast):
    """Somebody who has proven an address that an account had before, which left rows there."""
    before = cast.resident
    post = make_post(make_thread(cast.community, author=cast.neighbour))
    moderation.report_post(post, by=before, email="", rule="abuse", text="Words of another.")
    Report.objects.filter(reporter=before).update(email=SHARED)
    moderation.report_barrier(
        by=before, where="/", problem="Words of another.", uses="NVDA", email=SHARED
    )
    Mail.objects.create(to=SHARED, user=before, queue="alert", subject="Words of another.")
    return make_user(email=SHARED)


def test_download_holds_no_row_that_belongs_to_another_account(heir):
    held = export_for(heir)

    assert counts_in(held) == NOTHING
    assert "Words of another." not in json.dumps(held, cls=DjangoJSONEncoder)


def test_closing_touches_no_row_that_belongs_to_another_account(heir):
    close_account(heir, by=heir)

    assert counts_at(SHARED) == {**ALL, "suppressions": 0}


def test_download_and_closing_find_what_somebody_reported_under_another_address(cast):
    moderation.report_barrier(
        by=cast.resident, where="/", problem="Lost.", uses="", email="elsewhere@example.org"
    )

    assert len(export_for(cast.resident)["barriers_reported"]) == 1
    close_account(cast.resident, by=cast.resident)
    assert BarrierReport.objects.get().email == ""


def test_mail_to_an_address_is_of_no_account_that_only_typed_it(db, client):
    claim_as_change(SHARED)

    client.post(reverse("account_reset_password"), {"email": SHARED})

    assert Mail.objects.get(to=SHARED).user is None


def test_mail_to_an_address_that_waits_for_proof_is_of_no_account_unless_it_is_for_it(db, client):
    waiting = claim_as_own(SHARED)

    send_mail("Receipt", "We have your report.", None, [SHARED])
    client.post(reverse("account_reset_password"), {"email": SHARED})

    assert list(Mail.objects.order_by("pk").values_list("user", flat=True)) == [None, waiting.pk]


def test_second_report_under_a_strangers_address_is_kept_and_tells_nothing(cast, client):
    post = make_post(make_thread(cast.community, author=cast.neighbour))
    address = reverse("moderation:report-create", args=[post.pk])
    moderation.report_post(post, by=None, email=SHARED, rule="abuse", text="By its owner.")

    response = client.post(
        address, {"rule": "spam", "text": "By a stranger.", "email": SHARED}, follow=True
    )

    assert "before" not in response.content.decode()
    assert sorted(post.reports.values_list("text", flat=True)) == [
        "By a stranger.",
        "By its owner.",
    ]


def test_unsubscribing_by_an_old_mail_touches_nobody_who_has_the_address_now(db):
    before, community = make_user(email=SHARED), make_community()
    make_membership(before, community, digest="daily")
    token = token_for(Wish(before.pk, Purpose.DIGESTS))
    close_account(before, by=before)
    heir = make_user(email=SHARED)
    make_membership(heir, community, digest="daily")

    unsubscribe(read_token(token), source="link")

    assert Membership.objects.get(user=heir).digest == "daily"
    assert not ConsentEvent.objects.filter(user=heir).exists()
    assert not Preference.objects.filter(user=heir).exists()
