"""Residents propose a community; staff open it, or say why not."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.limits import spend_for
from accounts.models import Announcement, User
from accounts.services import announce, record_act
from communities.markup import render, storable
from communities.models import Area, Community, Membership, Proposal
from communities.permissions import may_decide_proposal, may_propose
from communities.services.keeping import put_links, refuse_few_links

MOST_WAITING = 3
# Addresses under /communities/ that are pages of their own.
TAKEN_SLUGS = {"propose", "proposals"}


@dataclass(frozen=True)
class Founding:
    """What staff open a community with."""

    name: str
    slug: str
    description: str
    rules: str
    links: Sequence[tuple[str, str]]
    area: Area | None = None
    visibility: str = Community.Visibility.PUBLIC
    hold_first_posts: bool = False
    makes_ambassador: bool = False


@transaction.atomic
def propose_community(
    *, by: User, name: str, description: str, reasons: str, links: str, area: Area | None = None
) -> Proposal:
    """Propose a community of a place, or of an interest where there is no area.

    Raises ValidationError where the person may not, or has as many waiting as one may.
    """
    person = User.objects.select_for_update().get(pk=by.pk)  # one person's proposals, one by one
    if not may_propose(person):
        raise ValidationError(_("You cannot propose a community at the moment."))
    waiting = Proposal.objects.filter(proposer=by, state=Proposal.State.WAITING)
    if waiting.count() >= MOST_WAITING:
        raise ValidationError(
            _("%(most)d of your proposals wait for staff. Please wait until they are answered.")
            % {"most": MOST_WAITING}
        )
    spend_for(by, "proposal")
    made = Proposal.objects.create(
        proposer=by,
        name=" ".join(storable(name).split()),
        area=area,
        description=" ".join(storable(description).split()),
        reasons=storable(reasons).strip(),
        links=storable(links).strip(),
    )
    record_act(made, by=by, act="propose")
    return made


@transaction.atomic
def open_community(proposal: Proposal, *, by: User, founding: Founding) -> Community:
    """Open the community that was proposed, with its links, and its proposer as first member.

    Raises ValidationError where the person may not, somebody else was faster, the address is
    taken, or there are too few links.
    """
    proposal = _waiting(proposal, by)
    refuse_few_links(len(founding.links))
    if founding.slug in TAKEN_SLUGS or Community.objects.filter(slug=founding.slug).exists():
        raise ValidationError(_("There is a community at this address already."))
    rules = storable(founding.rules)
    community = Community.objects.create(
        name=founding.name,
        slug=founding.slug,
        kind=Community.Kind.AREA if founding.area else Community.Kind.INTEREST,
        area=founding.area,
        description=founding.description,
        visibility=founding.visibility,
        hold_first_posts=founding.hold_first_posts,
        rules=rules,
        rules_html=render(rules),
        member_count=1,
    )
    put_links(community, founding.links)
    Membership.objects.create(
        user_id=proposal.proposer_id,
        community=community,
        rules_version=community.rules_version,
        role=Membership.Role.AMBASSADOR if founding.makes_ambassador else Membership.Role.MEMBER,
        welcomed_at=timezone.now(),
    )
    proposal.state, proposal.community = Proposal.State.OPENED, community
    _decide(proposal, by)
    record_act(community, by=by, act="open")
    return community


@transaction.atomic
def decline_proposal(proposal: Proposal, *, by: User, answer: str) -> Proposal:
    """Say why a community is not opened; the proposer reads it.

    Raises ValidationError where the person may not, somebody else was faster, or nothing is said.
    """
    proposal = _waiting(proposal, by)
    proposal.answer = storable(answer).strip()
    if not proposal.answer:
        raise ValidationError(_("Please say why, so that the proposer can read it."))
    proposal.state = Proposal.State.DECLINED
    return _decide(proposal, by)


def _waiting(proposal: Proposal, by: User) -> Proposal:
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if not may_decide_proposal(by, proposal):
        raise ValidationError(_("You cannot decide about this proposal."))
    if proposal.state != Proposal.State.WAITING:
        raise ValidationError(
            _("This proposal is %(state)s already.") % {"state": proposal.get_state_display()}
        )
    return proposal


def _decide(proposal: Proposal, by: User) -> Proposal:
    proposal.decided_by, proposal.decided_at = by, timezone.now()
    proposal.save(update_fields=["state", "answer", "community", "decided_by", "decided_at"])
    record_act(proposal, by=by, act=f"proposal {proposal.state}")
    announce(Announcement.Kind.PROPOSAL, proposal)
    return proposal
