"""Draw a boundary as a short SVG path, and tell what lies inside it."""

import heapq
from collections.abc import Iterable, Iterator
from math import inf, log, pi, radians, tan
from typing import Any, NamedTuple

Geometry = dict[str, Any]
Point = tuple[int, int]

EARTH_RADIUS = 6_378_137
UNIT = 10  # metres of the Mercator map in one step of the drawing
MERCATOR_END = 85.06
LENGTH_AIMED_AT = 1000
CORNERS = 4  # an island smaller than these many tolerances would lose its shape


class Outline(NamedTuple):
    """An SVG path (filled evenodd) and its frame, in units that all outlines share."""

    path: str
    left: int
    top: int
    right: int
    bottom: int


def draw(geometry: Geometry) -> Outline:
    """Draw a Polygon or MultiPolygon in about a thousand characters.

    The tolerance is a power of two, so neighbours that need the same one keep the
    same points along the border they share. Islands too small for it are dropped.
    """
    rings = [_project(ring) for polygon in _polygons(geometry) for ring in polygon]
    drawn = [ring for ring in rings if _double_area(ring)]
    if not drawn:
        return Outline("", *_frame(point for ring in rings for point in ring))
    weights = [_weigh(ring) for ring in drawn]
    largest = max(range(len(drawn)), key=lambda index: _double_area(drawn[index]))
    tolerance = 1
    while True:
        kept = [
            index
            for index, ring in enumerate(drawn)
            if index == largest or _double_area(ring) >= tolerance * CORNERS
        ]
        path = _write(_thin(drawn[index], weights[index], tolerance) for index in kept)
        if len(path) <= LENGTH_AIMED_AT:
            return Outline(path, *_frame(p for index in kept for p in drawn[index]))
        tolerance *= 2


def contains(geometry: Geometry, lon: float, lat: float) -> bool:
    """Say whether a position lies in a polygon and not in one of its holes."""
    return any(
        sum(1 for ring in polygon for east in _crossings(ring, lat) if east > lon) % 2
        for polygon in _polygons(geometry)
    )


def bounds(geometry: Geometry) -> tuple[float, float, float, float]:
    """Give west, south, east and north of a boundary in degrees."""
    positions = [
        position for polygon in _polygons(geometry) for ring in polygon for position in ring
    ]
    lons = [position[0] for position in positions]
    lats = [position[1] for position in positions]
    return min(lons), min(lats), max(lons), max(lats)


def inner_point(geometry: Geometry) -> tuple[float, float]:
    """Find a position well inside: the middle of the widest stretch half-way up."""
    best = (-1.0, *_polygons(geometry)[0][0][0][:2])
    for polygon in _polygons(geometry):
        lats = [position[1] for position in polygon[0]]
        lat = (min(lats) + max(lats)) / 2
        walls = sorted(lon for ring in polygon for lon in _crossings(ring, lat))
        for west, east in zip(walls[::2], walls[1::2], strict=True):
            best = max(best, (east - west, (west + east) / 2, lat))
    return best[1], best[2]


def _polygons(geometry: Geometry) -> list[Any]:
    coordinates = geometry["coordinates"]
    return [coordinates] if geometry["type"] == "Polygon" else list(coordinates)


def _crossings(ring: list[list[float]], lat: float) -> Iterator[float]:
    """Give the longitudes at which a ring crosses a parallel."""
    lon_before, lat_before = ring[-1]
    for lon, lat_here in ring:
        if (lat_before > lat) != (lat_here > lat):
            part = (lat - lat_before) / (lat_here - lat_before)
            yield lon_before + part * (lon - lon_before)
        lon_before, lat_before = lon, lat_here


def _project(ring: list[list[float]]) -> list[Point]:
    """Put a ring on the Mercator map, y downwards, without repeated points."""
    points: list[Point] = []
    for lon, lat in ring:
        lat = max(-MERCATOR_END, min(MERCATOR_END, lat))
        x = EARTH_RADIUS * radians(lon)
        y = -EARTH_RADIUS * log(tan(pi / 4 + radians(lat) / 2))
        point = (round(x / UNIT), round(y / UNIT))
        if not points or points[-1] != point:
            points.append(point)
    if len(points) > 1 and points[0] == points[-1]:
        points.pop()
    return points


def _double_area(ring: list[Point]) -> int:
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs))


def _weigh(ring: list[Point]) -> list[float]:
    """Weigh each point by the area lost without it (Visvalingam and Whyatt, 1993).

    Equal weights are told apart by position, so a neighbour's ring, which runs the
    other way along the border, loses its points in the same order.
    """
    count = len(ring)
    before = [(index - 1) % count for index in range(count)]
    after = [(index + 1) % count for index in range(count)]

    def triangle(index: int) -> int:
        return _double_area([ring[before[index]], ring[index], ring[after[index]]])

    areas = [triangle(index) for index in range(count)]
    heap = [(areas[index], ring[index], index) for index in range(count)]
    heapq.heapify(heap)
    weights = [inf] * count
    left, least = count, 0
    while left > 3:
        area, _point, index = heapq.heappop(heap)
        if area != areas[index] or weights[index] != inf:
            continue
        least = max(least, area)
        weights[index] = least
        left -= 1
        after[before[index]], before[after[index]] = after[index], before[index]
        for side in (before[index], after[index]):
            areas[side] = triangle(side)
            heapq.heappush(heap, (areas[side], ring[side], side))
    return weights


def _thin(ring: list[Point], weights: list[float], tolerance: int) -> list[Point]:
    pairs = zip(ring, weights, strict=True)
    return [point for point, weight in pairs if weight >= tolerance]


def _write(rings: Iterable[list[Point]]) -> str:
    path = ""
    start = (0, 0)
    for ring in rings:
        at, steps = start, []
        for x, y in ring:
            steps += [x - at[0], y - at[1]]
            at = (x, y)
        path += f"m{_numbers(steps[:2])}l{_numbers(steps[2:])}z"
        start = ring[0]
    return path


def _numbers(numbers: list[int]) -> str:
    """Write numbers with a space only where no minus sign parts them."""
    return "".join(f"{number}" if number < 0 else f" {number}" for number in numbers).lstrip()


def _frame(points: Iterable[Point]) -> tuple[int, int, int, int]:
    known = list(points)
    xs, ys = [x for x, _y in known], [y for _x, y in known]
    return min(xs), min(ys), max(xs), max(ys)
