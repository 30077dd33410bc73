"""Whoever proposed a community is told what staff made of it."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Announcement, User
from accounts.services import announce
from communities.models import Community, Proposal
from communities.services import Founding, decline_proposal, open_community
from notifications.models import Delivery, Mail, Preference
from notifications.services import queue_alerts, queue_deliveries
from notifications.services.rechecks import recheck
from tests.factories import make_post, make_thread

LINKS = [(f"Link {number}", f"https://example.org/{number}") for number in range(3)]


@pytest.fixture
def proposal(cast):
    return Proposal.objects.create(
        proposer=cast.resident, name="Birds", description="By the weir.", reasons="We meet."
    )


def open_it(proposal, by, name="Friends of birds"):
    founding = Founding(name=name, slug="birds", description="Birds.", rules="", links=LINKS)
    return open_community(proposal, by=by, founding=founding)


def told():
    while queue_deliveries():
        pass
    return [
        (row.user, row.kind, row.proposal, row.wants_mail)
        for row in Delivery.objects.order_by("pk").select_related("user", "proposal")
    ]


def mail_of(user):
    told()
    queue_alerts()
    return Mail.objects.get(user=user, queue="alert")


def test_proposer_alone_is_told_that_it_is_open(cast, proposal):
    open_it(proposal, cast.admin)

    assert told() == [(cast.resident, "proposal", proposal, True)]
    assert not Announcement.objects.exists()


def test_proposer_alone_is_told_that_it_is_declined(cast, proposal):
    decline_proposal(proposal, by=cast.admin, answer="There is one.")

    assert told() == [(cast.resident, "proposal", proposal, True)]


def test_nobody_is_told_of_a_proposal_that_waits(cast, proposal):
    with pytest.raises(ValidationError):
        decline_proposal(proposal, by=cast.admin, answer=" ")
    announce(Announcement.Kind.PROPOSAL, proposal)

    assert told() == []


def test_proposer_is_told_once_however_often_it_is_announced(cast, proposal):
    decline_proposal(proposal, by=cast.admin, answer="There is one.")
    told()
    announce(Announcement.Kind.PROPOSAL, proposal)

    assert len(told()) == 1


def test_proposer_who_closed_the_account_is_told_nothing(cast, proposal):
    User.objects.filter(pk=cast.resident.pk).update(closed_at=timezone.now())

    decline_proposal(proposal, by=cast.admin, answer="There is one.")

    assert told() == []


@pytest.mark.parametrize("wanted", [True, False])
def test_mail_follows_the_wish_about_answers(cast, proposal, wanted):
    Preference.objects.create(user=cast.resident, alert_answers=wanted, alert_replies=not wanted)

    decline_proposal(proposal, by=cast.admin, answer="There is one.")

    assert told() == [(cast.resident, "proposal", proposal, wanted)]


def test_mail_says_that_it_is_open_and_leads_there(cast, proposal, settings):
    community = open_it(proposal, cast.admin)

    mail = mail_of(cast.resident)

    assert mail.subject == "The community that you proposed is open: “Birds”"
    assert "you are its first member" in mail.text
    assert "They say" not in mail.text + mail.html
    assert f"Friends of birds\n{settings.SITE_URL}{community.get_absolute_url()}\n" in mail.text
    assert f'href="{settings.SITE_URL}{community.get_absolute_url()}"' in mail.html
    assert "Go to Friends of birds" in mail.html
    assert "List-Unsubscribe" in mail.headers
    assert recheck([mail]) == {}


def test_mail_says_why_it_is_declined_and_leads_to_what_was_proposed(cast, proposal, settings):
    decline_proposal(proposal, by=cast.admin, answer="Start a <thread>.\nThen ask again.")

    mail = mail_of(cast.resident)

    assert mail.subject == "Your proposal was declined: “Birds”"
    assert "> Start a <thread>.\n> Then ask again.\n" in mail.text
    assert "Start a &lt;thread&gt;." in mail.html
    assert "first member" not in mail.text + mail.html
    for body in (mail.text, mail.html):
        assert f"{settings.SITE_URL}/communities/proposals/" in body
    assert recheck([mail]) == {}


def test_mail_is_in_the_language_of_the_proposer(cast, proposal, settings):
    User.objects.filter(pk=cast.resident.pk).update(language="cy")
    decline_proposal(proposal, by=cast.admin, answer="Na.")

    mail = mail_of(cast.resident)

    assert mail.headers["Content-Language"] == "cy"
    assert f"{settings.SITE_URL}/cy/communities/proposals/" in mail.text


def test_mail_is_held_back_from_whoever_wants_none_meanwhile(cast, proposal):
    decline_proposal(proposal, by=cast.admin, answer="There is one.")
    mail = mail_of(cast.resident)

    Preference.objects.create(user=cast.resident, alert_answers=False)

    assert list(recheck([mail])) == [mail.pk]


def test_two_proposals_are_two_mails(cast, proposal):
    other = Proposal.objects.create(proposer=cast.resident, name="Bees", description="", reasons="")
    for each in (proposal, other):
        decline_proposal(each, by=cast.admin, answer="There is one.")
    told()

    queue_alerts()

    subjects = Mail.objects.filter(user=cast.resident).values_list("subject", flat=True)
    assert sorted(subjects) == [
        "Your proposal was declined: “Bees”",
        "Your proposal was declined: “Birds”",
    ]


def test_list_on_the_site_says_that_it_is_open(cast, proposal, client_of):
    community = open_it(proposal, cast.admin)
    told()

    html = client_of(cast.resident).get("/notifications/").content.decode()

    assert "The community that you proposed is open: “Birds”" in html
    assert f'<a class="t" href="{community.get_absolute_url()}">' in html


def test_list_on_the_site_says_why_it_is_declined(cast, proposal, client_of):
    decline_proposal(proposal, by=cast.admin, answer="There is one.")
    told()

    html = client_of(cast.resident).get("/notifications/").content.decode()

    assert "Your proposal was declined: “Birds”" in html
    assert '<div class="meta">There is one.</div>' in html
    assert '<a class="t" href="/communities/proposals/">' in html


def test_list_of_proposals_tells_it_too(cast, proposal, client_of):
    other = Proposal.objects.create(proposer=cast.resident, name="Bees", description="", reasons="")
    client = client_of(cast.resident)
    before = client.get("/communities/proposals/").content.decode()

    open_it(proposal, cast.admin)
    decline_proposal(other, by=cast.admin, answer="There is one.")

    after = client.get("/communities/proposals/").content.decode()
    assert "Staff opened it" not in before
    assert "Staff say" not in before
    assert "· decided" not in before
    assert "Staff opened it, with you as its first member." in after
    assert "Go to Friends of birds" in after
    assert "Staff say: There is one." in after
    assert after.count("· decided") == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "proposal"},
        {"kind": "decision"},
        {"kind": "reply", "proposal": True},
        {"kind": "reply", "proposal": True, "post": True},
        {"kind": "proposal", "proposal": True, "post": True},
    ],
)
def test_delivery_is_of_one_thing(cast, proposal, fields):
    things = {"proposal": proposal, "post": make_post(make_thread(Community.objects.get()))}
    values = {name: things[name] if value is True else value for name, value in fields.items()}

    with pytest.raises(IntegrityError, match="is_of_one_thing"), transaction.atomic():
        Delivery.objects.create(user=cast.resident, **values)


def test_delivery_of_a_proposal_is_there_once(cast, proposal):
    Delivery.objects.create(user=cast.resident, kind="proposal", proposal=proposal)

    with pytest.raises(IntegrityError, match="proposal_once"), transaction.atomic():
        Delivery.objects.create(user=cast.resident, kind="proposal", proposal=proposal)
