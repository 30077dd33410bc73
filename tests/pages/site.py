"""Pages of the site, but for signing in, the staff desk and errors."""

from tests.pages.catalogue import in_state, in_worlds
from tests.pages.looked_after import FOUNDING, KEPT
from tests.pages.talk import TALK

BOTH = "visitor resident"
AFTER_THE_LAST = {"after": "2000-01-01T00:00:00+00:00_1"}
FAR_BACK = {"after": "2999-01-01T00:00:00+00:00_1"}

PLACES = [
    *in_worlds("empty one full", "home", roles=BOTH),
    in_state("straddle", "home", roles="visitor", query={"postcode": "NM4 2CD"}),
    in_state("half a postcode", "home", roles="visitor", query={"postcode": "NM4"}),
    in_state("unknown postcode", "home", roles="visitor", query={"postcode": "ZZ9 9ZZ"}),
    in_state("no postcode", "home", roles=BOTH, query={"postcode": "nowhere"}),
    *in_worlds("empty one full", "place-list", roles="visitor"),
    *in_worlds("empty one full", "place-detail", "ward", roles=BOTH),
    in_state("with places inside", "place-detail", "district", roles="visitor", world="full"),
    in_state("redrawn", "place-detail", "old-ward", roles="visitor", world="full"),
    in_state("bare", "place-detail", "long-ward", roles="visitor", world="full"),
    *in_worlds("empty one full", "mine", roles="resident outsider"),
    in_state("after the last", "mine", roles="resident", query=AFTER_THE_LAST),
    *(
        in_state(f"{show}, {world}", "mine", roles="resident", world=world, query={"show": show})
        for world in ("empty", "full")
        for show in ("unread", "followed", "bookmarked", "drafts", "mine")
    ),
    *in_worlds("one full", "search", roles=BOTH, query={"q": "heron"}),
    in_state("blank", "search", roles="visitor"),
    in_state("nothing found", "search", roles="visitor", query={"q": "zebra"}),
    in_state("corrected", "search", roles="visitor", query={"q": "hreon"}),
    in_state(
        "narrowed",
        "search",
        roles=BOTH,
        query={"q": "heron", "kind": "discussion", "since": "2020-01-01"},
    ),
    in_state(
        "nothing narrowed", "search", roles="visitor", query={"q": "zebra", "kind": "question"}
    ),
    in_state("refused", "search", roles="visitor", query={"q": "heron", "since": "soon"}),
    in_state("page 2", "search", roles="visitor", world="full", query={"q": "heron", "page": "2"}),
]

ABOUT = [
    in_state("plain", "about", roles=BOTH),
    *in_worlds("empty full", "about-moderation", roles="visitor"),
    *in_worlds("empty full", "about-promises", roles="visitor"),
    *in_worlds("empty one", "about-accessibility", roles="visitor"),
    *(
        in_state("plain", f"about-{name}", roles="visitor")
        for name in (
            "ambassadors",
            "barrier-done",
            "cookies",
            "councillors",
            "design",
            "pictures",
            "privacy",
            "rules",
        )
    ),
    in_state("blank", "about-barrier", roles=BOTH),
    in_state(
        "refused",
        "about-barrier",
        roles="visitor",
        typed={"where": "The map", "problem": "", "uses": "A keyboard", "email": "no address"},
    ),
    in_state("plain", "offline", roles="visitor"),
]

COMMUNITIES = [
    *in_worlds("empty one full", "communities:community-list", roles=BOTH),
    in_state("nothing found", "communities:community-list", roles="visitor", query={"q": "zebra"}),
    in_state("door", "communities:community-join", "community", roles="outsider moderator"),
    in_state(
        "with rules", "communities:community-join", "community", roles="outsider", world="full"
    ),
    in_state(
        "refused", "communities:community-join", "community", roles="outsider", typed={"rules": ""}
    ),
    in_state("door", "communities:community-leave", "community", roles="resident"),
    *in_worlds(
        "empty one full",
        "discussions:community-detail",
        "community",
        roles="visitor outsider resident ambassador",
    ),
    in_state(
        "page 2",
        "discussions:community-detail",
        "community",
        roles="visitor",
        world="full",
        query=FAR_BACK,
    ),
    in_state(
        "after the last",
        "discussions:community-detail",
        "community",
        roles="visitor",
        query=AFTER_THE_LAST,
    ),
    *(
        in_state(
            state,
            "discussions:community-detail",
            "community",
            roles=BOTH,
            world="full",
            query=query,
        )
        for state, query in {
            "questions": {"show": "questions"},
            "unanswered": {"show": "unanswered"},
            "tagged": {"tag": "tag"},
        }.items()
    ),
    in_state(
        "none chosen",
        "discussions:community-detail",
        "community",
        roles="visitor",
        query={"show": "unanswered"},
    ),
    in_state(
        "unread first",
        "discussions:community-detail",
        "unread-first-community",
        roles="resident",
        world="full",
    ),
    in_state(
        "new rules",
        "discussions:community-detail",
        "new-rules-community",
        roles="resident",
        world="full",
    ),
    *in_worlds("empty one full", "discussions:community-tags", "community", roles=BOTH),
    in_state(
        "archived",
        "discussions:community-detail",
        "archived-community",
        roles=BOTH,
        world="full",
    ),
    in_state(
        "members only",
        "discussions:community-detail",
        "members-community",
        roles="resident",
        world="full",
    ),
]

COUNCILLORS = [
    *in_worlds("one full", "councillors:councillor-list", roles="visitor"),
    in_state(
        "page 2", "councillors:councillor-list", roles="visitor", world="full", query={"page": "2"}
    ),
    in_state("nothing found", "councillors:councillor-list", roles="visitor", query={"q": "zebra"}),
    *in_worlds("empty one full", "councillor-detail", "councillor", roles=BOTH),
    in_state("former", "councillor-detail", "former-councillor", roles="visitor", world="full"),
    *in_worlds("empty full", "questions:question-ask", "councillor", roles="resident"),
    in_state(
        "refused",
        "questions:question-ask",
        "councillor",
        roles="resident",
        typed={"title": "Where is the key?", "text": ""},
    ),
    in_state(
        "looked over",
        "questions:question-ask",
        "councillor",
        roles="resident",
        world="full",
        typed={"title": "Why is Mill Lane dark?", "text": "Two lamps are out."},
    ),
    in_state(
        "nobody there",
        "questions:question-ask",
        "former-councillor",
        roles="resident",
        world="full",
        status=404,
    ),
]

QUESTIONS = [
    *in_worlds("empty one full", "questions:question-list", roles="visitor"),
    *(
        in_state(state, "questions:question-list", roles="visitor", world=world, query=query)
        for world in ("empty", "full")
        for state, query in {
            f"overdue, {world}": {"state": "overdue"},
            f"answered, {world}": {"state": "answered"},
            f"all, {world}": {"state": "all"},
        }.items()
    ),
    in_state("submitted", "questions:question-receipt", "sent", roles="resident moderator"),
    *(
        in_state(
            state,
            "questions:question-receipt",
            f"{state}-receipt",
            roles="resident",
            world="full",
        )
        for state in ("seen", "answered", "closed", "merged", "private")
    ),
    *in_worlds(
        "one",
        "questions:question-detail",
        "question question-slug",
        roles="visitor outsider resident councillor moderator",
    ),
    *(
        in_state(
            state,
            "questions:question-detail",
            f"{state}-question {state}-slug",
            roles="visitor resident councillor",
            world="full",
        )
        for state in ("seen", "late", "answered", "referred", "closed", "merged", "ward")
    ),
    in_state(
        "refused answer",
        "questions:question-detail",
        "question question-slug",
        roles="councillor",
        typed={"body": "Too short."},
    ),
]

MODERATION = [
    *in_worlds("empty one full", "moderation:log", roles="visitor"),
    in_state("after the last", "moderation:log", roles="visitor", query=AFTER_THE_LAST),
    in_state("blank", "moderation:report-create", "post", roles=BOTH),
    in_state(
        "refused",
        "moderation:report-create",
        "post",
        roles="visitor",
        typed={"rule": "other", "text": "", "email": "no address"},
    ),
    in_state(
        "refused",
        "moderation:report-create",
        "post",
        roles="resident",
        typed={"rule": "other", "text": ""},
    ),
    in_state("sent", "moderation:report-done", "post", roles="visitor"),
    in_state("hidden", "moderation:decision-detail", "decision", roles="resident moderator"),
    *(
        in_state(
            state,
            "moderation:decision-detail",
            f"decision-{state}",
            roles="resident",
            world="full",
        )
        for state in ("upheld", "overturned", "waiting")
    ),
    in_state("blank", "moderation:appeal-create", "decision", roles="resident"),
    in_state(
        "refused", "moderation:appeal-create", "decision", roles="resident", typed={"text": ""}
    ),
]

OWN = [
    *in_worlds("empty one full", "notifications:notification-list", roles="resident"),
    in_state(
        "after the last",
        "notifications:notification-list",
        roles="resident",
        query={"before": "1"},
    ),
    *in_worlds("empty full", "notifications:settings", roles="resident outsider"),
    in_state("saved", "notifications:settings", roles="resident", typed={}),
    in_state("asked", "notifications:unsubscribe", "token", roles="visitor"),
    in_state("done", "notifications:unsubscribe", "token", roles="visitor", typed={}),
    in_state("unknown", "notifications:unsubscribe", "broken-token", roles="visitor", status=404),
    in_state("blank", "accounts:profile-edit", roles="resident"),
    in_state("saved", "accounts:profile-edit", roles="resident", typed={}),
    in_state("refused", "accounts:profile-edit", roles="resident", typed={"public_name": "7"}),
    in_state("plain", "records:data", roles="resident"),
    in_state("blank", "records:account-close", roles="resident"),
    in_state(
        "refused", "records:account-close", roles="resident", typed={"password": "wrong words"}
    ),
]

MAIL = [
    in_state("full", "demo-mail-list", roles="visitor", world="demonstration"),
    in_state("plain", "demo-mail-detail", "plain-mail", roles="visitor", world="demonstration"),
    in_state("html", "demo-mail-detail", "html-mail", roles="visitor", world="demonstration"),
    in_state("html", "demo-mail-html", "html-mail", roles="visitor", world="demonstration"),
    in_state("demonstration", "home", roles=BOTH, world="demonstration"),
]

SITE = [
    *PLACES,
    *ABOUT,
    *COMMUNITIES,
    *FOUNDING,
    *TALK,
    *COUNCILLORS,
    *QUESTIONS,
    *KEPT,
    *MODERATION,
    *OWN,
    *MAIL,
]
