"""Take postcodes in: where each lies, and in which areas."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from communities.importers.files import Row, read_table
from communities.importers.places import check_position
from communities.importers.report import Problems, Progress, Report
from communities.models import FULL_POSTCODE, Area
from communities.outline import Geometry, bounds, contains

BATCH = 5000
# A ward comes from the file, and what lies above it follows from its parents.
KINDS_NOT_SEARCHED = ["county", "district", "unitary", "ward"]

CREATE = """
CREATE TEMPORARY TABLE staged (code text, lat float8, lon float8, area_id bigint)
"""
STAGE = """
INSERT INTO staged
SELECT * FROM unnest(%s::text[], %s::float8[], %s::float8[], %s::bigint[])
"""
PLACE = """
WITH named AS (
    SELECT DISTINCT ON (code) code, lat, lon FROM staged ORDER BY code, lat, lon
), placed AS (
    INSERT INTO communities_postcode AS old (code, lat, lon)
    SELECT code, lat, lon FROM named
    ON CONFLICT (code) DO UPDATE SET lat = excluded.lat, lon = excluded.lon
    WHERE (old.lat, old.lon) IS DISTINCT FROM (excluded.lat, excluded.lon)
    RETURNING xmax = 0 AS is_new
)
SELECT (SELECT count(*) FROM named),
       (SELECT count(*) FROM placed WHERE is_new),
       (SELECT count(*) FROM placed WHERE NOT is_new)
"""
# A ward goes when the file names another of the same time; one of an earlier or a
# later map stays as history or in waiting. Other kinds go when the point left them.
UNLINK = """
DELETE FROM communities_postcodearea AS link
USING communities_area AS area
WHERE area.id = link.area_id
  AND EXISTS (SELECT FROM staged WHERE staged.code = link.postcode_id)
  AND NOT EXISTS (
    SELECT FROM staged
    WHERE staged.code = link.postcode_id AND staged.area_id = link.area_id)
  AND CASE area.kind WHEN 'ward' THEN EXISTS (
    SELECT FROM staged JOIN communities_area AS other ON other.id = staged.area_id
    WHERE staged.code = link.postcode_id AND other.kind = 'ward'
      AND daterange(other.valid_from, other.valid_to, '[]')
       && daterange(area.valid_from, area.valid_to, '[]'))
    ELSE area.valid_to IS NULL OR area.valid_to >= %s END
"""
LINK = """
WITH named AS (
    SELECT DISTINCT staged.code, area.id, area.valid_from, area.valid_to
    FROM staged JOIN communities_area AS area ON area.id = staged.area_id
), linked AS (
    INSERT INTO communities_postcodearea AS old
        (postcode_id, area_id, valid_from, valid_to)
    SELECT * FROM named
    ON CONFLICT (postcode_id, area_id) DO UPDATE
    SET valid_from = excluded.valid_from, valid_to = excluded.valid_to
    WHERE (old.valid_from, old.valid_to)
       IS DISTINCT FROM (excluded.valid_from, excluded.valid_to)
    RETURNING xmax = 0 AS is_new
)
SELECT (SELECT count(*) FROM named),
       (SELECT count(*) FROM linked WHERE is_new),
       (SELECT count(*) FROM linked WHERE NOT is_new)
"""


class PostcodeFields(NamedTuple):
    """What the columns are called."""

    postcode: str = "postcode"
    ward: str = "ward_code"
    lat: str = "lat"
    lon: str = "lon"


class Staged(NamedTuple):
    """A postcode, its position, and one area that it lies in."""

    code: str
    lat: float | None
    lon: float | None
    area_id: int


class Shape(NamedTuple):
    """An area that postcodes are looked for in."""

    pk: int
    parent_id: int | None
    bounds: tuple[float, float, float, float]
    boundary: Geometry


def import_postcodes(path: Path, fields: PostcodeFields, progress: Progress) -> Report:
    """Put postcodes where a file says; the wards it names replace those of their time.

    A file with anything wrong in it raises Refused. Memory stays the same however
    long the file is.
    """
    problems, report = Problems(path), Report(path)
    today = timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(CREATE)
        read = 0
        for batch in _in_batches(_read(path, fields, today, problems)):
            cursor.execute(STAGE, [_literal(column) for column in zip(*batch, strict=True)])
            read += len(batch)
            progress(f"{read:,} places read")
        problems.refuse()
        report.note_empty_rows(problems)
        progress(f"{read:,} places read; writing them")
        cursor.execute("CREATE INDEX ON staged (code, area_id)")
        cursor.execute("ANALYZE staged")
        cursor.execute(PLACE)
        _count(report, "postcodes", cursor.fetchone())
        cursor.execute(UNLINK, [today])
        removed = cursor.rowcount
        cursor.execute(LINK)
        _count(report, "places of postcodes", cursor.fetchone())
        report.count("places of postcodes", "removed", removed)
        cursor.execute("DROP TABLE staged")
        # Once, and not by a trigger for each of millions of rows: pages of places are new.
        cursor.execute("SELECT accounts_new_version('site', 0)")
    return report


def _read(path: Path, fields: PostcodeFields, today: date, problems: Problems) -> Iterator[Staged]:
    wards = _Wards(today)
    shapes = _read_shapes(today)
    for where, row in read_table(path, fields, problems):
        try:
            code = _read_code(row[fields.postcode])
            ward_id = wards.find(row[fields.ward])
            lat, lon = _read_position(row, fields)
        except ValueError as error:
            problems.add(f"{where} ({row[fields.postcode]})", error)
            continue
        yield Staged(code, lat, lon, ward_id)
        if shapes and lat is not None and lon is not None:
            for area_id in _find_around(shapes, lon, lat):
                yield Staged(code, lat, lon, area_id)


def _in_batches(rows: Iterator[Staged]) -> Iterator[list[Staged]]:
    batch: list[Staged] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _literal(values: Iterable[object]) -> str:
    """Write an array as the database reads it, which it does faster than many parameters.

    Only for values that need no quotes: postcodes that were checked, and numbers.
    """
    return f"{{{','.join('NULL' if value is None else str(value) for value in values)}}}"


def _read_code(text: str) -> str:
    code = "".join(text.split()).upper()
    if not FULL_POSTCODE.fullmatch(code):
        raise ValueError("it is not a postcode")
    return code


def _read_position(row: Row, fields: PostcodeFields) -> tuple[float | None, float | None]:
    lat, lon = _read_degrees(row, fields.lat, 90), _read_degrees(row, fields.lon, 180)
    if (lat is None) != (lon is None):
        raise ValueError(f"it has only one of {fields.lat} and {fields.lon}: give both or neither")
    if lat is not None and lon is not None:
        check_position(lon, lat)
    return lat, lon


def _read_degrees(row: Row, field: str, most: int) -> float | None:
    if not row[field]:
        return None
    try:
        degrees = float(row[field])
    except ValueError:
        raise ValueError(f"{field} {row[field]!r} is not a number") from None
    if not -most <= degrees <= most:
        raise ValueError(
            f"{field} {row[field]} is not in degrees: leave it empty where the place is not known,"
            " and convert metres of a national grid to WGS 84"
        )
    return degrees


class _Wards:
    """Find an open ward by its code, or say why it cannot be."""

    def __init__(self, today: date) -> None:
        self.today = today
        areas = Area.objects.only("pk", "code", "kind", "valid_to")
        self.areas = {area.code: area for area in areas.iterator()}

    def find(self, code: str) -> int:
        area = self.areas.get(code)
        if area is None:
            raise ValueError(f"no ward has the code {code!r}")
        if area.kind != Area.Kind.WARD:
            raise ValueError(f"{code} is a {area.get_kind_display()}, not a ward")
        if area.valid_to is not None and area.valid_to < self.today:
            raise ValueError(f"the ward {code} ended on {area.valid_to}")
        return area.pk


def _read_shapes(today: date) -> list[Shape]:
    areas = Area.objects.exclude(kind__in=KINDS_NOT_SEARCHED).exclude(boundary=None)
    areas = areas.filter(Q(valid_to=None) | Q(valid_to__gte=today))
    return [
        Shape(area.pk, area.parent_id, bounds(area.boundary), area.boundary)
        for area in areas.iterator()
        if area.boundary
    ]


def _find_around(shapes: list[Shape], lon: float, lat: float) -> set[int]:
    """Find the areas that hold a position, without those that others lie in."""
    around = [
        shape
        for shape in shapes
        if shape.bounds[0] <= lon <= shape.bounds[2]
        and shape.bounds[1] <= lat <= shape.bounds[3]
        and contains(shape.boundary, lon, lat)
    ]
    return {shape.pk for shape in around} - {shape.parent_id for shape in around}


def _count(report: Report, what: str, counts: tuple[Any, ...]) -> None:
    named, added, changed = counts
    report.count(what, "added", added)
    report.count(what, "changed", changed)
    report.count(what, "left", named - added - changed)
