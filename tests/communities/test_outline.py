import math
import random
import re
from typing import Any

import pytest

from communities.outline import Outline, bounds, contains, draw, inner_point

Ring = list[list[float]]


def box(west: float, south: float, east: float, north: float) -> Ring:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def polygon(*rings: Ring) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def multipolygon(*polygons: list[Ring]) -> dict[str, Any]:
    return {"type": "MultiPolygon", "coordinates": list(polygons)}


def read_path(path: str) -> list[list[tuple[int, int]]]:
    rings, start = [], (0, 0)
    for part in re.findall(r"m([^lz]+)l([^z]+)z", path):
        numbers = [int(number) for number in re.findall(r"-?\d+", " ".join(part))]
        at, ring = start, []
        for step in zip(numbers[::2], numbers[1::2], strict=True):
            at = (at[0] + step[0], at[1] + step[1])
            ring.append(at)
        start = ring[0]
        rings.append(ring)
    return rings


def test_draw_writes_relative_steps_of_ten_metres_with_y_downwards() -> None:
    outline = draw(polygon(box(0, 0, 0.01, 0.01)))

    assert outline == Outline("m0 0l111 0 0-111-111 0z", 0, -111, 111, 0)


def test_draw_gives_either_ring_order_the_same_frame() -> None:
    ring = box(-2.4, 53.3, -2.3, 53.4)

    one, other = draw(polygon(ring)), draw(polygon(ring[::-1]))

    assert one[1:] == other[1:]
    assert set(read_path(one.path)[0]) == set(read_path(other.path)[0])


def test_draw_keeps_holes_as_rings_of_their_own() -> None:
    outline = draw(polygon(box(0, 0, 0.1, 0.1), box(0.04, 0.04, 0.06, 0.06)))

    rings = read_path(outline.path)
    assert [len(ring) for ring in rings] == [4, 4]
    assert rings[1][0] == (445, -445)


def test_draw_leaves_out_points_on_straight_lines() -> None:
    ring = [[0, 0], [0.02, 0], [0.05, 0], [0.1, 0], [0.1, 0.1], [0, 0.1], [0, 0]]

    outline = draw(polygon(ring))

    assert len(read_path(outline.path)[0]) == 4


def test_draw_keeps_a_rugged_coast_short_and_in_shape() -> None:
    chance = random.Random(1)
    angles = [2 * math.pi * step / 20_000 for step in range(20_000)]
    ring = [
        [radius * math.cos(angle), radius * math.sin(angle)]
        for angle in angles
        for radius in [0.2 + chance.random() / 500]
    ]

    outline = draw(polygon(ring))

    assert 500 < len(outline.path) <= 1000
    radii = [math.hypot(x, y) for x, y in read_path(outline.path)[0]]
    assert min(radii) > 0.199 * 11_131
    assert max(radii) < 0.203 * 11_133


def test_draw_drops_small_islands_only_when_there_are_too_many() -> None:
    mainland = [box(0, 0, 0.2, 0.2)]
    island = [box(0.3, 0.3, 0.301, 0.301)]
    many = [[box(-5 + i / 100, 0.3, -4.9995 + i / 100, 0.3005)] for i in range(300)]

    few_drawn = draw(multipolygon(mainland, island))
    many_drawn = draw(multipolygon(*many, mainland))

    assert len(read_path(few_drawn.path)) == 2
    assert many_drawn == draw(multipolygon(mainland))


def test_draw_keeps_one_of_many_equal_islands() -> None:
    islands = [[box(i / 100, 0, i / 100 + 0.001, 0.001)] for i in range(0, 1000, 2)]

    outline = draw(multipolygon(*islands))

    assert len(read_path(outline.path)) >= 1


def test_draw_gives_neighbours_the_same_points_along_their_border() -> None:
    chance = random.Random(2)
    border = [[0.1 + chance.random() / 50, 0.2 * step / 2000] for step in range(2001)]
    west = draw(polygon([*border, [0, 0.2], [0, 0], border[0]]))
    east = draw(polygon([*border[::-1], [0.22, 0], [0.22, 0.2], border[-1]]))

    ours, theirs = set(read_path(west.path)[0]), set(read_path(east.path)[0])

    assert len(ours & theirs) > 50
    assert len(ours ^ theirs) == 4  # the corners away from the border
    assert west.right > east.left


def test_draw_gives_neighbours_the_same_points_where_all_teeth_are_equal() -> None:
    teeth = [[0.1 + step % 2 / 500, 0.2 * step / 400] for step in range(401)]
    west = draw(polygon([*teeth, [0, 0.2], [0, 0], teeth[0]]))
    east = draw(polygon([*teeth[::-1], [0.22, 0], [0.22, 0.2], teeth[-1]]))

    ours, theirs = set(read_path(west.path)[0]), set(read_path(east.path)[0])

    assert len(ours & theirs) > 10
    assert len(ours ^ theirs) == 4  # the corners away from the border


def test_draw_leaves_what_is_smaller_than_a_step_without_path() -> None:
    outline = draw(polygon(box(0.01, 0.01, 0.01001, 0.01001)))

    assert outline == Outline("", 111, -111, 111, -111)


def test_draw_takes_the_poles() -> None:
    outline = draw(polygon(box(-180, -90, 180, 90)))

    assert (outline.left, outline.right) == (-2003751, 2003751)


@pytest.mark.parametrize(
    ("lon", "lat", "inside"),
    [
        (1, 1, True),
        (5, 5, False),  # in the hole
        (11, 5, False),
        (5, -1, False),
        (21, 21, True),  # on the island
        (21, 5, False),  # east of one, south of the other
    ],
)
@pytest.mark.parametrize("turn", [1, -1])
def test_contains_knows_holes_and_islands(lon: float, lat: float, inside: bool, turn: int) -> None:
    shape = multipolygon(
        [box(0, 0, 10, 10)[::turn], box(4, 4, 6, 6)], [box(20, 20, 22, 22)[::turn]]
    )

    assert contains(shape, lon, lat) is inside


def test_contains_counts_a_corner_at_the_same_latitude_once() -> None:
    diamond = polygon([[0, -1], [1, 0], [0, 1], [-1, 0], [0, -1]])

    assert contains(diamond, 0, 0)
    assert not contains(diamond, -2, 0)


def test_bounds_span_all_polygons() -> None:
    assert bounds(multipolygon([box(0, 0, 1, 1)], [box(5, -3, 6, 2)])) == (0, -3, 6, 2)


@pytest.mark.parametrize(
    "shape",
    [
        polygon(box(0, 0, 10, 10), box(1, 1, 8, 9)),
        polygon([[0, 0], [9, 0], [9, 3], [3, 3], [3, 6], [9, 6], [9, 9], [0, 9], [0, 0]]),
        multipolygon([box(0, 0, 1, 1)], [box(5, 5, 9, 9)]),
    ],
)
def test_inner_point_lies_inside(shape: dict[str, Any]) -> None:
    assert contains(shape, *inner_point(shape))
