"""The rules that a post can break, each with examples in plain words."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from moderation.models import Rule


@dataclass(frozen=True)
class Explained:
    """What a rule means, what would break it, and what is fine all the same."""

    rule: Rule
    meaning: Any
    broken: Any = ""
    fine: Any = ""


EXPLAINED = (
    Explained(
        Rule.UNLAWFUL,
        _("Threats, hatred of people for who they are, and all else that a court would forbid."),
        broken=_("“I know where you live, and you will be sorry.”"),
        fine=_("“This decision makes me very angry.”"),
    ),
    Explained(
        Rule.PERSONAL,
        _(
            "Where somebody lives, their telephone number, their health, the name of a child: "
            "only the person themselves may tell."
        ),
        broken=_("“The family at number 14 is behind with the rent.”"),
        fine=_("“A van has blocked the path in Mill Lane for a week.”"),
    ),
    Explained(
        Rule.ABUSE,
        _(
            "Insults, mocking, or going after somebody from thread to thread. Disagree with what "
            "is said, not with who says it."
        ),
        broken=_("“Only an idiot like you could say that.”"),
        fine=_("“I think that is wrong, because the lane floods every winter.”"),
    ),
    Explained(
        Rule.CANDIDATE,
        _("Asking people to vote for or against somebody. The town hall takes no side."),
        broken=_("“Vote for her in May.”"),
        fine=_("“How did each councillor vote on the bus lane?”"),
    ),
    Explained(
        Rule.SPAM,
        _("Selling something, or putting the same words into many places."),
        broken=_("“Cheap driveways, ring now!”"),
        fine=_("“I can lend a ladder to anybody in the street.”"),
    ),
    Explained(
        Rule.OFFTOPIC,
        _("Each community has its own subject. What belongs elsewhere is better read there."),
        broken=_("A lost cat in another town, in the community for the harbour."),
        fine=_("A lost cat by the harbour."),
    ),
    Explained(
        Rule.OTHER,
        _(
            "What breaks the rules of one community, or harms people in a way that is not on this "
            "list. Staff then say in their reason what it is."
        ),
    ),
)
