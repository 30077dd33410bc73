"""Places over time, their postcodes, and the communities that people belong to."""

from communities.models.communities import (
    Community,
    CommunityQuerySet,
    LocalLink,
    readable_communities,
)
from communities.models.memberships import Membership, ModeratorScope
from communities.models.places import Area, AreaQuerySet, Postcode, PostcodeArea, frame_of
from communities.models.proposals import Proposal
from communities.models.viewers import Viewer, moderates_everywhere

__all__ = [
    "Area",
    "AreaQuerySet",
    "Community",
    "CommunityQuerySet",
    "LocalLink",
    "Membership",
    "ModeratorScope",
    "Postcode",
    "PostcodeArea",
    "Proposal",
    "Viewer",
    "frame_of",
    "moderates_everywhere",
    "readable_communities",
]
