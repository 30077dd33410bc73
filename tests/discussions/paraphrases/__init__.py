"""What neighbours say in two ways, and other talk around it."""

from pathlib import Path
from typing import NamedTuple

PLACES = [
    *("Weir Lane", "Orchard Close", "Tanner Street", "Quarry Road", "Chapel Street"),
    *("Harrow Hill", "Jubilee Park", "Mill Road", "Church Road", "Pond Lane", "Alma Terrace"),
    *("London Road", "Beacon Hill", "Victoria Road", "Bridge Street", "Station Square"),
    *("Cedar Avenue", "Ferry Row", "Castle Green", "Mount Pleasant"),
]
TALK = [
    ("Bins missed in {}", "The lorry did not stop, and the recycling is still out."),
    ("Pothole in {}", "It gets deeper each week, and cars swerve to miss it."),
    ("Street lights out in {}", "It is pitch dark there after five."),
    ("Dog mess in {}", "Some owners never pick up."),
    ("Parking on the pavement in {}", "Pushchairs have to go into the road."),
    ("Speeding in {}", "Could there be a camera or humps?"),
    ("Fly-tipping in {}", "A sofa and bags of rubble this time."),
    ("Noise at night in {}", "Music and shouting until three."),
    ("Flooded again: {}", "The drains cannot take the water when it rains hard."),
    ("Litter in {}", "Cans and crisp packets, every weekend."),
    ("Roadworks in {}", "Three weeks of diversion, says the sign."),
    ("Overgrown hedge in {}", "You have to walk in the road to get past."),
    ("Graffiti in {}", "On the wall by the shop, again."),
    ("New houses near {}?", "An application has gone in; comments close soon."),
    ("Lost cat near {}", "Black, shy, with a collar. Please look in your sheds."),
    ("Coffee morning, {}", "Everybody is welcome, cake too."),
    ("Bus stop in {}", "The timetable has gone and there is no shelter."),
]


class Pair(NamedTuple):
    """What stands in the forum, and how a neighbour puts the same thing."""

    title: str
    opening: str
    typed_title: str
    typed_opening: str


def pairs_of(name: str) -> list[Pair]:
    text = Path(__file__).with_name(f"{name}.txt").read_text(encoding="utf-8")
    blocks = [block.splitlines() for block in text.strip().split("\n\n")]
    return [Pair(*block) for block in blocks if not block[0].startswith("#")]


def other_talk() -> list[tuple[str, str]]:
    """Threads about the same things in other places, and about other things in the same."""
    return [(title.format(place), opening) for title, opening in TALK for place in PLACES]
