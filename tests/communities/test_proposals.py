import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, User
from communities import services
from communities.models import Community, Membership, Proposal
from communities.services import Founding
from discussions.models import Act
from tests.factories import make_area, make_community, make_postcode, make_user

PROPOSE = "/communities/propose/"
PROPOSALS = "/communities/proposals/"
LINKS = [(f"Link {number}", f"https://example.org/{number}") for number in range(3)]
LINES = "\n".join(f"{url} {title}" for title, url in LINKS)


def typed(**fields):
    return {
        "name": "Birdwatchers",
        "where": "",
        "description": "Birds by the weir.",
        "reasons": "We meet each Sunday.",
        "links": "",
        **fields,
    }


def make_proposal(**fields):
    values = {
        "name": "Birdwatchers",
        "description": "Birds by the weir.",
        "reasons": "We meet.",
        "links": LINES,
        **fields,
    }
    values.setdefault("proposer", make_user())
    return Proposal.objects.create(**values)


def founding(**fields):
    values = {
        "name": "Birdwatchers",
        "slug": "birdwatchers",
        "description": "Birds by the weir.",
        "rules": "Be *kind*.",
        "links": LINKS,
        **fields,
    }
    return Founding(**values)


def test_proposal_is_made_and_its_state_shown(cast, client_of):
    client = client_of(cast.resident)

    response = client.post(PROPOSE, typed(links="https://example.org/ The weir"), follow=True)

    proposal = Proposal.objects.get()
    assert (proposal.proposer, proposal.area, proposal.links) == (
        cast.resident,
        None,
        "https://example.org/ The weir",
    )
    assert "Birdwatchers" in response.content.decode()
    assert "waiting for staff" in response.content.decode()


@pytest.mark.parametrize("where", ["NM4 2AB", "nm42ab", "millbrook"])
def test_place_is_found_by_postcode_or_name(cast, client_of, where):
    make_postcode("NM4 2AB", cast.ward)

    client_of(cast.resident).post(PROPOSE, typed(where=where) | {"looked": "yes"})

    assert Proposal.objects.get().area == cast.ward


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("NM4 9ZZ", "We know no place"),
        ("NM4 2CD", "several places"),
        ("Weirside", "several places"),
    ],
)
def test_place_that_is_not_one_is_refused(cast, client_of, where, words):
    places = [make_area(name="Weirside"), make_area(name="Weirside", kind="parish")]
    make_postcode("NM4 2CD", cast.ward, places[0])

    response = client_of(cast.resident).post(PROPOSE, typed(where=where))

    html = response.content.decode()
    assert words in html
    assert "We meet each Sunday." in html
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("field", ["name", "description", "reasons"])
def test_proposal_without_its_words_is_refused(cast, client_of, field):
    response = client_of(cast.resident).post(PROPOSE, typed(**{field: "  "}))

    assert "There is a problem" in response.content.decode()
    assert not Proposal.objects.exists()


def test_similar_communities_are_shown_first(cast, client_of):
    make_community(name="Friends of birds", description="Herons.")
    make_community(name="Secret birdwatchers", visibility="members")
    make_community(name="Old birdwatchers", archived_at=timezone.now())
    similar = make_community(name="The birdwatchers of Dale")
    client = client_of(cast.resident)

    first = client.post(PROPOSE, typed())
    was_made = Proposal.objects.exists()
    client.post(PROPOSE, typed() | {"looked": "yes"})

    html = first.content.decode()
    assert list(first.context["similar"]) == [similar]
    assert "We meet each Sunday." in html
    assert 'name="looked"' in html
    assert not was_made
    assert Proposal.objects.exists()


def test_community_of_the_same_place_is_similar(cast, client_of):
    make_postcode("NM4 2AB", cast.ward)

    response = client_of(cast.resident).post(PROPOSE, typed(where="NM4 2AB"))

    assert list(response.context["similar"]) == [cast.community]


def test_fourth_proposal_waits_for_the_others(cast, client_of):
    for number in range(3):
        make_proposal(proposer=cast.resident, name=f"Club {number}")
    client = client_of(cast.resident)

    before = client.get(PROPOSE).content.decode()
    refused = client.post(PROPOSE, typed()).content.decode()
    Proposal.objects.filter(name="Club 0").update(
        state="declined", answer="No.", decided_at=timezone.now()
    )
    client.post(PROPOSE, typed())

    assert "3 of your proposals wait" in before
    assert 'name="reasons"' not in before
    assert "3 of your proposals wait" in refused
    assert "We meet each Sunday." in refused
    assert Proposal.objects.count() == 4


def test_suspended_person_does_not_propose(cast, client_of):
    User.objects.filter(pk=cast.resident.pk).update(
        suspended_until=timezone.now() + timezone.timedelta(days=1)
    )

    assert client_of(cast.resident).get(PROPOSE).status_code == 403


def test_proposals_of_others_are_not_shown(cast, client_of):
    make_proposal(name="Secret club")
    make_proposal(name="Mill choir", proposer=cast.resident)

    html = client_of(cast.resident).get(PROPOSALS).content.decode()

    assert "Mill choir" in html
    assert "Secret club" not in html


def test_answer_is_shown_to_the_proposer(cast, client_of):
    proposal = make_proposal(proposer=cast.resident)

    services.decline_proposal(proposal, by=cast.admin, answer="There is one already.")

    html = client_of(cast.resident).get(PROPOSALS).content.decode()
    assert "There is one already." in html
    assert "declined" in html


def test_opened_community_has_links_rules_and_its_first_member(cast):
    proposal = make_proposal(area=cast.ward)

    community = services.open_community(
        proposal, by=cast.admin, founding=founding(area=cast.ward, makes_ambassador=True)
    )

    proposal.refresh_from_db()
    membership = Membership.objects.get(community=community)
    assert (community.kind, community.area, community.member_count) == ("area", cast.ward, 1)
    assert [(link.title, link.url) for link in community.links.all()] == LINKS
    assert community.rules_html == "<p>Be <em>kind</em>.</p>\n"
    assert (membership.user, membership.role) == (proposal.proposer, "ambassador")
    assert (proposal.state, proposal.community, proposal.decided_by) == (
        "opened",
        community,
        cast.admin,
    )
    assert AuditEntry.objects.filter(act="open", subject_id=community.pk).exists()


def test_proposer_is_a_plain_member_unless_made_more(cast):
    community = services.open_community(make_proposal(), by=cast.admin, founding=founding())

    assert Membership.objects.get(community=community).role == "member"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"links": LINKS[:2]}, "at least 3 local links; these are 2"),
        ({"links": LINKS[:1]}, "at least 3 local links; this is 1"),
        ({"slug": "taken"}, "at this address already"),
        ({"slug": "proposals"}, "at this address already"),
    ],
)
def test_community_is_not_opened(cast, fields, words):
    make_community(slug="taken")
    proposal = make_proposal()

    with pytest.raises(ValidationError, match=words):
        services.open_community(proposal, by=cast.admin, founding=founding(**fields))

    proposal.refresh_from_db()
    assert proposal.state == "waiting"


def test_proposal_is_decided_once(cast):
    proposal = make_proposal()
    services.open_community(proposal, by=cast.admin, founding=founding())

    with pytest.raises(ValidationError, match="opened already"):
        services.decline_proposal(proposal, by=cast.admin, answer="No.")


def test_proposal_is_decided_only_by_staff_with_the_right(cast):
    clerk, former = make_user(is_staff=True), make_user()
    former.groups.add(Group.objects.get(name="Moderators"))

    for person in (cast.resident, cast.ambassador, clerk, former):
        with pytest.raises(ValidationError, match="cannot decide"):
            services.decline_proposal(make_proposal(), by=person, answer="No.")


@pytest.mark.parametrize("who", ["moderator", "admin"])
def test_nobody_decides_about_their_own_proposal(cast, who):
    person = getattr(cast, who)
    proposal = make_proposal(proposer=person)

    with pytest.raises(ValidationError, match="cannot decide"):
        services.open_community(proposal, by=person, founding=founding())
    with pytest.raises(ValidationError, match="cannot decide"):
        services.decline_proposal(proposal, by=person, answer="No.")


def act_of(proposal, name):
    return reverse("admin:communities_proposal_act", args=[proposal.pk, name])


@pytest.mark.parametrize("who", ["moderator", "admin"])
def test_staff_open_it_with_a_form_that_is_filled_in(cast, client_of, who):
    proposal = make_proposal(name="Weir friends")
    client = client_of(getattr(cast, who))

    form = client.get(act_of(proposal, "open")).context["form"]
    asked = {name: form[name].value() or "" for name in form.fields} | {"rules": "Be kind."}
    client.post(act_of(proposal, "open"), asked)

    community = Community.objects.get(slug="weir-friends")
    assert (community.name, community.visibility) == ("Weir friends", "public")
    assert community.links.count() == 3
    act = Act.objects.get(community=community)
    assert (act.kind, act.by) == ("open", getattr(cast, who))


def test_everybody_reads_that_a_community_was_opened(cast, client_of, client):
    form = {"name": "Birds", "slug": "birds", "description": "Birds.", "rules": "Be kind."}
    client_of(cast.admin).post(
        act_of(make_proposal(), "open"), form | {"links": LINES, "visibility": "public"}
    )
    client.logout()

    html = client.get("/communities/birds/acts/").content.decode()

    assert "<b>Staff</b> opened the community" in html


def test_staff_cannot_open_it_with_too_few_links(cast, client_of):
    proposal = make_proposal(links=LINES.partition("\n")[0])
    client = client_of(cast.admin)
    form = client.get(act_of(proposal, "open")).context["form"]
    asked = {name: form[name].value() or "" for name in form.fields} | {"rules": "Be kind."}

    response = client.post(act_of(proposal, "open"), asked)

    assert "at least 3 links" in response.content.decode()
    assert not Community.objects.filter(name=proposal.name).exists()


@pytest.mark.parametrize("who", ["moderator", "admin"])
def test_staff_decline_it_with_an_answer(cast, client_of, who):
    proposal = make_proposal()
    client = client_of(getattr(cast, who))

    refused = client.post(act_of(proposal, "decline"), {"answer": " "})
    client.post(act_of(proposal, "decline"), {"answer": "There is one."})
    again = client.get(act_of(proposal, "decline"))

    proposal.refresh_from_db()
    assert refused.status_code == 200
    assert (proposal.state, proposal.answer) == ("declined", "There is one.")
    assert again.status_code == 302


def test_proposals_are_closed_to_others(cast, client_of):
    address, clerk = act_of(make_proposal(), "open"), make_user(is_staff=True)

    assert client_of(clerk).get(address).status_code == 403
    assert client_of(cast.resident).get(address).status_code == 302


def test_moderators_find_the_proposals_at_their_desk(cast, client_of):
    proposal = make_proposal(name="Weir friends")
    client = client_of(cast.moderator)
    addresses = [
        reverse("admin:index"),
        reverse("admin:communities_proposal_changelist"),
        reverse("admin:communities_proposal_change", args=[proposal.pk]),
    ]

    index, listed, page = [client.get(address).content.decode() for address in addresses]

    assert addresses[1] in index
    assert "Weir friends" in listed
    assert act_of(proposal, "open") in page
    assert act_of(proposal, "decline") in page


def test_unknown_act_is_refused(cast, client_of):
    assert client_of(cast.admin).get(act_of(make_proposal(), "burn")).status_code == 403
