"""The catalogue: every page of the site that is HTML, in its states, with who looks at it.

A page that is not in here fails tests/accessibility/test_catalogue.py. To add one, list it in
site.py, entrance.py or desk.py, and make what it shows in worlds.py or crowd.py.
"""

from tests.pages.catalogue import Page
from tests.pages.desk import ADMIN
from tests.pages.entrance import ENTRANCE, FAULTS
from tests.pages.site import SITE

IN_ENGLISH: list[Page] = [*SITE, *ENTRANCE, *FAULTS, *ADMIN]
# The staff desk and the mail box of a demonstration speak one language.
IN_WELSH = [
    page.in_welsh()
    for page in [*SITE, *ENTRANCE]
    if page.world == "one" and not page.route.startswith("demo")
]
PAGES = [*IN_ENGLISH, *IN_WELSH]

# What these show is a mail, which may carry its own styles.
LETTERS = {"demo-mail-html"}

# Looked at in a browser by every run of the tests: world, role, and which states of which pages.
CHOSEN = {
    ("one", "visitor"): {
        ("place-detail", "one"),
        ("account_signup", "refused"),
        ("/no-such-page/", "404"),
    },
    ("one", "resident"): {
        ("questions:question-ask", "refused"),
        ("notifications:settings", "saved"),
    },
    ("one", "moderator"): {("admin:moderation_report_decide", "reported")},
    ("full", "visitor"): {
        ("home", "full"),
        ("discussions:thread-detail", "full"),
        ("questions:question-detail", "answered"),
    },
    ("full", "resident"): {("mine", "full"), ("discussions:thread-create", "with tags")},
}
SAMPLE = {
    (world, role): [
        page
        for page in IN_ENGLISH
        if (page.route, page.state) in chosen and page.world == world and role in page.roles
    ]
    for (world, role), chosen in CHOSEN.items()
}
assert all(len(SAMPLE[each]) == len(CHOSEN[each]) for each in CHOSEN), "the sample has gone astray"

# Looked at by every run as well, but only by day: a page of each kind for those who come most.
SKIMMED_BY_BOTH = {
    ("home", "one"),
    ("home", "no postcode"),
    ("place-detail", "one"),
    ("communities:community-list", "one"),
    ("discussions:community-detail", "one"),
    ("discussions:thread-detail", "one"),
    ("councillor-detail", "one"),
    ("questions:question-detail", "one"),
    ("search", "one"),
    ("about", "plain"),
    ("moderation:report-create", "blank"),
    ("/no-such-page/", "404"),
}
SKIMMED_BY = {
    "visitor": {
        ("councillors:councillor-list", "one"),
        ("questions:question-list", "one"),
        ("moderation:log", "one"),
        ("account_signup", "blank"),
        ("account_login", "blank"),
        ("account_reset_password", "blank"),
    },
    "resident": {
        ("mine", "one"),
        ("discussions:thread-create", "refused"),
        ("questions:question-ask", "refused"),
        ("notifications:notification-list", "one"),
        ("notifications:settings", "saved"),
        ("accounts:profile-edit", "blank"),
        ("records:data", "plain"),
    },
}
SKIMMED = {
    role: [
        page
        for page in IN_ENGLISH
        if (page.route, page.state) in SKIMMED_BY_BOTH | chosen
        and page.world == "one"
        and role in page.roles
    ]
    for role, chosen in SKIMMED_BY.items()
}
assert all(len(SKIMMED[role]) == 12 + len(SKIMMED_BY[role]) for role in SKIMMED_BY)

# Named routes without a page to look at: why, and what their addresses are made of.
EXCUSED = {
    "accounts:sent-again": ("shows only words that were sent after signing out", ""),
    "healthz": ("plain text", ""),
    "readyz": ("JSON", ""),
    "places-map": ("a picture", ""),
    "manifest": ("JSON", ""),
    "worker": ("JavaScript", ""),
    "robots": ("plain text", ""),
    "sitemap": ("XML", ""),
    "sitemap-part": ("XML", "pages 0"),
    "theme-file": ("a stylesheet or a picture", "council.css"),
    "discussions:community-feed": ("a feed", "community"),
    "discussions:thread-feed": ("a feed", "thread"),
    "discussions:tag-feed": ("a feed", "tag"),
    "communities:community-order": ("redirects", "community"),
    "communities:rules-accept": ("redirects", "community"),
    "discussions:community-people": ("JSON", "community"),
    "discussions:thread-people": ("JSON", "thread"),
    "discussions:thread-similar": ("a piece of a page, drawn in it too", "community"),
    "questions:councillor-feed": ("a feed", "councillor"),
    "image": ("a picture", "picture"),
    "image-small": ("a picture", "picture"),
    "discussions:thread-redirect": ("redirects", "thread"),
    "discussions:post-detail": ("redirects", "post"),
    "discussions:post-thank": ("redirects", "post"),
    "discussions:thread-follow": ("redirects", "thread"),
    "discussions:thread-fresh": ("a piece of a page", "thread"),
    "discussions:post-words": ("redirects", "post"),
    "discussions:person-ignore": ("redirects", "resident"),
    "discussions:draft-throw-away": ("redirects", "0"),
    "moderation:desk-welcome": ("redirects", "community resident"),
    "questions:question-want": ("redirects", "question"),
    "questions:question-acknowledge": ("redirects", "question"),
    "questions:question-answer": ("redirects", "question"),
    "questions:question-people": ("JSON", "question"),
    "notifications:notifications-mark-read": ("takes only what is sent", ""),
    "records:data-download": ("takes only what is sent", ""),
    "account_confirm_login_code": ("redirects: nobody signs in by a code", ""),
}
# Named routes of the admin without a page, by how the name ends.
EXCUSED_ENDS_OF_ADMIN = {
    "_history": "redirects to the audit trail",
    "_add": "nobody may",
    "_delete": "nobody may",
    "moderation_report_next": "redirects",
    "moderation_report_change": "redirects to the decision",
    ":view_on_site": "redirects",
    ":jsi18n": "JavaScript",
    ":autocomplete": "JSON",
    ":logout": "takes only what is sent",
    ":login": "redirects",
    ":password_change": "redirects",
    ":password_change_done": "redirects",
}
# Templates that no page of the catalogue is drawn with, and why.
EXCUSED_TEMPLATES = {
    "includes/account_links.html": "drawn once and kept for all pages",
    "includes/account_pages.html": "drawn once and kept for all pages",
    "includes/footer_links.html": "drawn once and kept for all pages",
    "includes/nav.html": "drawn once and kept for all pages",
    "discussions/_fresh.html": "a piece that a script asks for",
    "discussions/_posts.html": "a piece that a script asks for",
    "discussions/_words.html": "a piece that a script asks for",
    "discussions/_composing_help.html": "drawn once and kept for all composers",
    "discussions/_composing_lines.html": "drawn once and kept for all composers",
    "discussions/_composing_tools.html": "drawn once and kept for all composers",
    "admin/object_history.html": "the history of a row is in the audit trail",
    "413.html": "for a form larger than is taken",
    "503.html": "for a database that is away",
    "bare.html": "for pages that need no database",
    "accounts/refused.html": "for a form that came too late",
    "accounts/sent_again.html": "for a form that was sent after signing out",
    "accounts/signed_out.html": "for a form that was sent after signing out",
    "includes/sent.html": "for a form that could not be used",
    "includes/sent_words.html": "for a form that could not be used",
} | {
    f"allauth/{name}.html": "for pages of the sign-in library that are not in use"
    for name in (
        "elements/alert",
        "elements/badge",
        "elements/button",
        "elements/button_group",
        "elements/fields",
        "elements/panel",
        "layouts/base",
        "layouts/entrance",
        "layouts/manage",
    )
}
