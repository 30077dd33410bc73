"""Pages of proposing a community, of the ambassadors' desk, and of rules of pace."""

from tests.pages.catalogue import in_state, in_worlds

AFTER_THE_LAST = {"after": "2000-01-01T00:00:00+00:00_1"}

FOUNDING = [
    *in_worlds("empty one full", "communities:proposal-list", roles="resident"),
    in_state("after the last", "communities:proposal-list", roles="resident", query=AFTER_THE_LAST),
    in_state("blank", "communities:proposal-create", roles="outsider"),
    in_state("no more", "communities:proposal-create", roles="resident", world="full"),
    in_state("refused", "communities:proposal-create", roles="outsider", typed={"name": " "}),
    in_state(
        "similar",
        "communities:proposal-create",
        roles="outsider",
        typed={
            "name": "Millbrook birdwatchers",
            "description": "Birds by the weir.",
            "reasons": "We meet each Sunday.",
        },
    ),
]

KEEPERS = "ambassador moderator"
KEPT = [
    *in_worlds("empty one full", "discussions:act-list", "community", roles="visitor"),
    in_state(
        "after the last",
        "discussions:act-list",
        "community",
        roles="visitor",
        query=AFTER_THE_LAST,
    ),
    *in_worlds("empty one full", "moderation:desk", "community", roles=KEEPERS),
    in_state(
        "after the last", "moderation:desk", "community", roles="ambassador", query=AFTER_THE_LAST
    ),
    in_state("archived", "moderation:desk", "archived-community", roles="moderator", world="full"),
    in_state("blank", "moderation:desk-held", "community first-post", roles="ambassador"),
    in_state(
        "refused",
        "moderation:desk-held",
        "community first-post",
        roles="ambassador",
        typed={"act": "pass", "text": " "},
    ),
    in_state("closed", "moderation:desk", "community", roles="resident", status=403),
    *(
        in_state(what, "moderation:desk-settings", f"community {what}", roles="ambassador")
        for what in ("description", "rules", "links")
    ),
    in_state(
        "refused",
        "moderation:desk-settings",
        "community links",
        roles="ambassador",
        typed={"links": "https://example.org/ One\nno address"},
    ),
    in_state("one", "moderation:desk-thread", "community thread", roles=KEEPERS),
    in_state(
        "locked", "moderation:desk-thread", "community locked-thread", roles=KEEPERS, world="full"
    ),
    in_state(
        "with an outcome",
        "moderation:desk-thread",
        "community slow-thread",
        roles="ambassador",
        world="full",
    ),
    in_state(
        "refused",
        "moderation:desk-thread",
        "community thread",
        roles="ambassador",
        typed={"new_tags": "x" * 41},
    ),
    in_state("blank", "discussions:outcome-write", "thread", roles="ambassador councillor"),
    in_state("anew", "discussions:outcome-write", "slow-thread", roles="ambassador", world="full"),
    in_state(
        "refused",
        "discussions:outcome-write",
        "thread",
        roles="councillor",
        typed={"body": "  "},
    ),
    in_state(
        "slow",
        "discussions:thread-detail",
        "slow-thread slow-slug",
        roles="visitor resident neighbour ambassador",
        world="full",
    ),
    in_state("too soon", "discussions:post-create", "slow-thread", roles="resident", world="full"),
    in_state(
        "refused with rules of pace",
        "discussions:thread-create",
        "capped-community",
        roles="ambassador",
        world="full",
        typed={"title": "", "body": "Words."},
    ),
    in_state(
        "new rules",
        "discussions:thread-create",
        "new-rules-community",
        roles="resident",
        world="full",
    ),
    in_state(
        "used up",
        "discussions:thread-create",
        "capped-community",
        roles="resident",
        world="full",
    ),
]
