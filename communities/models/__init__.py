"""Places over time, their postcodes, and the communities that people belong to."""

from communities.models.communities import (
    Community,
    CommunityQuerySet,
    LocalLink,
    readable_communities,
)
from communities.models.memberships import Membership, ModeratorScope
from communities.models.places import (
    FULL_POSTCODE,
    Area,
    AreaQuerySet,
    Postcode,
    PostcodeArea,
    frame_of,
    normalize_postcode,
)
from communities.models.proposals import Proposal
from communities.models.viewers import Viewer, moderates_everywhere

__all__ = [
    "FULL_POSTCODE",
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
    "normalize_postcode",
    "readable_communities",
]
