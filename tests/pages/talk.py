"""Pages of communities' forums, threads and posts."""

from tests.pages.catalogue import in_state, in_worlds

BOTH = "visitor resident"


AFTER_THE_LAST = {"after": "2000-01-01T00:00:00+00:00_1"}


TALK = [
    *in_worlds("empty", "discussions:thread-create", "community", roles="resident ambassador"),
    in_state(
        "with tags",
        "discussions:thread-create",
        "community",
        roles="resident councillor ambassador",
        world="full",
    ),
    in_state(
        "held at first",
        "discussions:thread-create",
        "members-community",
        roles="resident",
        world="full",
    ),
    in_state(
        "refused",
        "discussions:thread-create",
        "community",
        roles="resident ambassador",
        typed={"title": "A bench", "body": ""},
    ),
    in_state(
        "looked over",
        "discussions:thread-create",
        "community",
        roles="resident",
        typed={"title": "A bench", "body": "*Words*, a [link](/about/).", "act": "preview"},
    ),
    in_state(
        "with similar ones",
        "discussions:thread-create",
        "community",
        roles="resident",
        typed={"title": "A heron at the weir", "body": "A heron."},
    ),
    in_state(
        "begun",
        "discussions:post-create",
        "begun-thread",
        roles="resident",
        world="full",
        query={"to": "1", "quote": "1"},
    ),
    *in_worlds(
        "one",
        "discussions:thread-detail",
        "thread thread-slug",
        roles="visitor outsider resident ambassador councillor moderator",
    ),
    in_state(
        "full",
        "discussions:thread-detail",
        "long-thread long-slug",
        roles="visitor outsider resident councillor moderator",
        world="full",
    ),
    in_state(
        "page 2",
        "discussions:thread-detail",
        "long-thread long-slug",
        roles=BOTH,
        world="full",
        query={"page": "2"},
    ),
    in_state(
        "locked",
        "discussions:thread-detail",
        "locked-thread locked-slug",
        roles="visitor resident moderator",
        world="full",
    ),
    in_state(
        "held",
        "discussions:thread-detail",
        "held-thread held-slug",
        roles="resident",
        world="full",
    ),
    in_state("blank", "discussions:post-create", "thread", roles="resident councillor"),
    in_state(
        "to a post",
        "discussions:post-create",
        "long-thread",
        roles="resident",
        world="full",
        query={"to": "1"},
    ),
    in_state(
        "refused",
        "discussions:post-create",
        "thread",
        roles="resident councillor",
        query={"to": "1"},
        typed={"body": "  "},
    ),
    *in_worlds("one full", "discussions:post-more", "post", roles="resident"),
    in_state(
        "too long",
        "discussions:post-keep",
        "post",
        roles="resident",
        world="full",
        typed={"note": "x" * 201},
    ),
    in_state("kept", "discussions:post-more", "kept-post", roles="resident", world="full"),
    in_state("ignored", "discussions:post-more", "ignored-post", roles="resident", world="full"),
    *in_worlds("empty full", "discussions:ignored-list", roles="resident"),
    in_state("blank", "discussions:post-edit", "own-post", roles="resident", world="full"),
    in_state(
        "title too", "discussions:post-edit", "own-first-post", roles="resident", world="full"
    ),
    in_state("pictures", "discussions:post-edit", "pictured-post", roles="resident", world="full"),
    in_state(
        "refused",
        "discussions:post-edit",
        "pictured-post",
        roles="resident",
        world="full",
        typed={"body": ""},
    ),
    in_state("asked", "discussions:post-withdraw", "pictured-post", roles="resident", world="full"),
    in_state("never", "discussions:post-history", "post", roles="visitor"),
    in_state("edited", "discussions:post-history", "own-post", roles=BOTH, world="full"),
    in_state("title too", "discussions:post-history", "own-first-post", roles=BOTH, world="full"),
    *in_worlds("one full", "discussions:tag-detail", "tag", roles="visitor"),
    in_state("long", "discussions:tag-detail", "long-tag", roles="resident", world="full"),
    in_state(
        "in office",
        "discussions:person-detail",
        "councillor-account",
        roles=BOTH,
        world="full",
        query={"as": "office"},
    ),
    in_state(
        "ignored", "discussions:person-detail", "ignored-person", roles="resident", world="full"
    ),
    *in_worlds("empty one full", "discussions:person-detail", "resident", roles=BOTH),
    in_state(
        "after the last",
        "discussions:person-detail",
        "resident",
        roles="visitor",
        query=AFTER_THE_LAST,
    ),
]
