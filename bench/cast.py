"""What the data maker plants and the measured pages look for."""

MEMBER = 1  # of the four largest communities
MODERATOR = 2
AMBASSADOR = 3
JOINER = 5  # of twenty communities
COLLECTOR = 6  # of every community, and follows a third of all threads
ADMIN = 7  # a superuser
COUNCILLOR = 101  # on the first seat
PEOPLE = {
    "member": MEMBER,
    "moderator": MODERATOR,
    "ambassador": AMBASSADOR,
    "joiner": JOINER,
    "collector": COLLECTOR,
    "admin": ADMIN,
    "councillor": COUNCILLOR,
}
EMAILS = {viewer: f"member{number}@bench.example" for viewer, number in PEOPLE.items()}
PASSWORD = "correct horse battery"  # noqa: S105 (of made-up people in a throw-away database)
RARE_WORDS = "kestrel culvert"  # in one post of 300: over a page of hits at every size
COMMON_WORDS = "village green"  # in one post of 20
FEW_WORDS = "osprey sluice"  # in about 100 posts at every size
