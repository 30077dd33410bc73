"""The only writers of communities, of who belongs to them, and of proposals for new ones."""

from communities.services.founding import (
    MOST_WAITING,
    TAKEN_SLUGS,
    Founding,
    decline_proposal,
    open_community,
    propose_community,
)
from communities.services.keeping import (
    FEWEST_LINKS,
    change_cap,
    change_description,
    change_links,
    change_rules,
    refuse_few_links,
    set_archived,
)
from communities.services.membership import (
    accept_rules,
    change_role,
    join_community,
    leave_community,
    order_threads,
    welcome,
)

__all__ = [
    "FEWEST_LINKS",
    "MOST_WAITING",
    "TAKEN_SLUGS",
    "Founding",
    "accept_rules",
    "change_cap",
    "change_description",
    "change_links",
    "change_role",
    "change_rules",
    "decline_proposal",
    "join_community",
    "leave_community",
    "open_community",
    "order_threads",
    "propose_community",
    "refuse_few_links",
    "set_archived",
    "welcome",
]
