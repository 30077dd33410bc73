"""What the data maker plants and the measured pages look for."""

MEMBER = 1  # of the four largest communities
MODERATOR = 2
EMAILS = {"member": "member1@bench.example", "moderator": "member2@bench.example"}
PASSWORD = "correct horse battery"  # noqa: S105 (of made-up people in a throw-away database)
RARE_WORDS = "kestrel culvert"  # in one post of 300: over a page of hits at every size
COMMON_WORDS = "village green"  # in one post of 20
FEW_WORDS = "osprey sluice"  # in about 100 posts at every size
