"""The directory, joining and leaving, and proposing a community."""

from communities.views.directory import (
    community_join,
    community_leave,
    community_list,
    community_order,
    rules_accept,
)
from communities.views.proposals import proposal_create, proposal_list

__all__ = [
    "community_join",
    "community_leave",
    "community_list",
    "community_order",
    "proposal_create",
    "proposal_list",
    "rules_accept",
]
