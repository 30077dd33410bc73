"""Take authorities in: their areas, what they lie in, what followed them, and the bodies."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.db.models import Q

from communities.importers.files import Row, plain, read_day, read_table
from communities.importers.report import Problems, Progress, Refused, Report, save_row
from communities.models import Area
from councillors.importers.slugs import Slugs
from councillors.models import Body

COLUMNS = [
    "local-authority-code",
    "official-name",
    "nice-name",
    "gss-code",
    "start-date",
    "end-date",
    "replaced-by",
    "nation",
    "local-authority-type",
    "county-la",
]
KINDS = {
    "CTY": Area.Kind.COUNTY,
    "NMD": Area.Kind.DISTRICT,
    "UA": Area.Kind.UNITARY,
    "MD": Area.Kind.UNITARY,
    "LBO": Area.Kind.UNITARY,
    "CC": Area.Kind.UNITARY,
    "WPA": Area.Kind.UNITARY,
    "SCO": Area.Kind.UNITARY,
    "NID": Area.Kind.UNITARY,
}
# They cover the areas of several authorities, so an area would lie across the others.
WITHOUT_AREA = {"COMB", "SRA"}
NATIONS = {
    "England": Body.Nation.ENGLAND,
    "Wales": Body.Nation.WALES,
    "Scotland": Body.Nation.SCOTLAND,
    "Northern Ireland": Body.Nation.NORTHERN_IRELAND,
}


@dataclass
class Authority:
    """A row of the list, as we keep it."""

    where: str
    code: str
    name: str
    official_name: str
    slug: str
    kind: str
    nation: str
    county: str
    replaced_by: list[str]
    starts_on: date | None
    ends_on: date | None


def import_bodies(path: Path, progress: Progress) -> Report:
    """Add or change the authorities of a list, without touching any boundary.

    A file with anything wrong in it raises Refused.
    """
    problems, report = Problems(path), Report(path)
    authorities = _read_authorities(path, problems)
    report.note_empty_rows(problems)
    _check(authorities, problems)
    problems.refuse()
    _end_before_successors(authorities, problems)
    problems.refuse()
    areas = _save_areas(authorities, report, progress)
    _save_successors(authorities, areas, report)
    _save_bodies(authorities, areas, report, progress)
    spread = [each.name for each in authorities.values() if not each.kind]
    if spread:
        names = ", ".join(spread)
        report.note(f"{len(spread)} combined authorities have no area: {names}")
    return report


def _read_authorities(path: Path, problems: Problems) -> dict[str, Authority]:
    """Read the list, by the code that its rows call each other."""
    authorities: dict[str, Authority] = {}
    for where, row in read_table(path, COLUMNS, problems):
        key = row["local-authority-code"]
        try:
            if not key or key in authorities:
                raise ValueError(f"its local-authority-code {key!r} is not its own")
            authorities[key] = _read_authority(where, row)
        except ValueError as error:
            problems.add(f"{where} ({row['official-name']})", error)
    problems.refuse()
    if not authorities:
        raise Refused(f"{path}: there are no authorities in it")
    return authorities


def _read_authority(where: str, row: Row) -> Authority:
    kind = row["local-authority-type"]
    if kind not in KINDS and kind not in WITHOUT_AREA:
        raise ValueError(f"its local-authority-type {kind!r} is not known")
    if row["nation"] not in NATIONS:
        raise ValueError(f"its nation {row['nation']!r} is not known")
    official_name = plain(row["official-name"])
    name = plain(row["nice-name"]) or official_name
    if not official_name or len(official_name) > 160 or len(name) > 120:
        raise ValueError("its name is missing or too long")
    code = row["gss-code"] or row["local-authority-code"]
    if len(code) > 40:
        raise ValueError(f"its code {code!r} is too long")
    return Authority(
        where=f"{where} ({row['official-name']})",
        code=code,
        name=name,
        official_name=official_name,
        slug=row.get("gov-uk-slug", ""),
        kind=KINDS.get(kind, ""),
        nation=NATIONS[row["nation"]],
        county=row["county-la"],
        replaced_by=[key.strip() for key in row["replaced-by"].split(",") if key],
        starts_on=read_day(row["start-date"]),
        ends_on=read_day(row["end-date"], is_end=True),
    )


def _check(authorities: dict[str, Authority], problems: Problems) -> None:
    codes: set[str] = set()
    for authority in authorities.values():
        for key in authority.replaced_by:
            if key not in authorities or not authorities[key].kind:
                problems.add(authority.where, f"no area in the file has the code {key}")
        county = authorities.get(authority.county)
        if authority.county and (county is None or county.kind != Area.Kind.COUNTY):
            problems.add(authority.where, f"no county has the code {authority.county}")
        if authority.code in codes:
            problems.add(authority.where, f"{authority.code} is in the file twice")
        codes.add(authority.code)


def _end_before_successors(authorities: dict[str, Authority], problems: Problems) -> None:
    """Let an authority end the day before its successors begin.

    The list gives some the first day of the new authority as their end, others
    their own last day.
    """
    for authority in authorities.values():
        if authority.ends_on:
            heirs = [authorities[key].starts_on for key in authority.replaced_by]
            starts = [day - timedelta(days=1) for day in heirs if day]
            authority.ends_on = min([authority.ends_on, *starts])
        starts_on, ends_on = authority.starts_on, authority.ends_on
        if starts_on and ends_on and ends_on < starts_on:
            problems.add(authority.where, f"it ends on {ends_on} before it starts")


def _save_areas(
    authorities: dict[str, Authority], report: Report, progress: Progress
) -> dict[str, Area]:
    """Save the areas, counties first because districts lie in them."""
    codes = [authority.code for authority in authorities.values()]
    known = Area.objects.for_page().in_bulk(codes, field_name="code")
    areas: dict[str, Area] = {}
    for key, authority in _counties_first(authorities):
        area = known.get(authority.code)
        area = area or Area(code=authority.code, kind=authority.kind)
        if area.kind != authority.kind:
            report.note(f"{area.code} {authority.name} stays a {area.get_kind_display()}")
        county = areas.get(authority.county)
        save_row(
            report,
            "areas",
            area,
            name=authority.name,
            parent_id=county.pk if county else area.parent_id,
            valid_from=authority.starts_on or area.valid_from,
            valid_to=authority.ends_on or area.valid_to,
        )
        areas[key] = area
        progress(f"{len(areas)} of {len(authorities)} areas")
    return areas


def _counties_first(
    authorities: dict[str, Authority],
) -> Iterator[tuple[str, Authority]]:
    with_area = [item for item in authorities.items() if item[1].kind]
    yield from (item for item in with_area if not item[1].county)
    yield from (item for item in with_area if item[1].county)


def _save_successors(
    authorities: dict[str, Authority], areas: dict[str, Area], report: Report
) -> None:
    known = set(Area.successors.through.objects.values_list("from_area", "to_area"))
    for key, authority in authorities.items():
        heirs = [areas[heir] for heir in authority.replaced_by]
        for heir in heirs:
            is_known = (areas[key].pk, heir.pk) in known
            report.count("successors", "left" if is_known else "added")
        if heirs:
            areas[key].successors.add(*heirs)


def _save_bodies(
    authorities: dict[str, Authority],
    areas: dict[str, Area],
    report: Report,
    progress: Progress,
) -> None:
    """Save the bodies, present ones first so that they get the plain addresses."""
    slugs = Slugs(Body.objects.values_list("slug", flat=True), most=80)
    present_first = sorted(authorities.items(), key=lambda item: bool(item[1].ends_on))
    for done, (key, authority) in enumerate(present_first, start=1):
        area = areas.get(key)
        body = _find_body(authority, area)
        if body is None:
            proposed = [authority.slug, authority.name, authority.official_name]
            body = Body(slug=slugs.take(*proposed))
        save_row(
            report,
            "bodies",
            body,
            code=authority.code,
            name=authority.official_name,
            nation=authority.nation,
            area_id=area.pk if area else body.area_id,
            ended_on=authority.ends_on or body.ended_on,
        )
        progress(f"{done} of {len(authorities)} bodies")


def _find_body(authority: Authority, area: Area | None) -> Body | None:
    """Find a body by its code, or one without code that somebody made for the area."""
    mine = Q(code=authority.code)
    if area is not None:
        mine |= Q(code=None, area=area)
    return Body.objects.filter(mine).order_by("code").first()
