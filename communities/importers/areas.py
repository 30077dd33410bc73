"""Take areas and their boundaries in from GeoJSON."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify

from communities.importers.columns import CODE, AreaChoices, Columns, find_columns
from communities.importers.files import plain, read_whole_text
from communities.importers.geojson import Feature, read_features
from communities.importers.report import Problems, Progress, Refused, Report, save_row
from communities.models import Area, PostcodeArea
from communities.outline import Geometry, contains, draw, inner_point

AUTHORITIES = {"county", "district", "unitary"}


@dataclass
class Draft:
    """An area as the file has it."""

    label: str
    code: str
    name: str
    name_cy: str
    parent: Area | None
    boundary: Geometry


def import_areas(path: Path, choices: AreaChoices, progress: Progress) -> Report:
    """Add or change the areas of a file; with `replaces`, close those it leaves out.

    A file with anything wrong in it raises Refused.
    """
    problems, report = Problems(path), Report(path)
    drafts = _read_drafts(path, choices, problems)
    known = Area.objects.in_bulk(list(drafts), field_name="code")
    starts_on = choices.valid_from or timezone.localdate()
    for draft in drafts.values():
        _check(draft, known.get(draft.code), choices, problems)
    closing = []
    if choices.replaces:
        closing = _find_closing(drafts, known, starts_on, choices.kind, problems)
    problems.refuse()

    has_start = choices.replaces or choices.valid_from
    areas = []
    for done, draft in enumerate(drafts.values(), start=1):
        area = known.get(draft.code) or Area(
            code=draft.code,
            kind=choices.kind,
            valid_from=starts_on if has_start else None,
        )
        if area.kind != choices.kind:
            report.note(f"{area.code} stays a {area.get_kind_display()}")
        _save(report, area, draft)
        areas.append(area)
        progress(f"{done} of {len(drafts)} areas")
    for area in closing:
        _close(report, area, starts_on - timedelta(days=1), areas)
    return report


def _read_drafts(path: Path, choices: AreaChoices, problems: Problems) -> dict[str, Draft]:
    parents = _Parents(choices)
    drafts: dict[str, Draft] = {}
    features = list(read_features(path, problems))
    columns = find_columns(path, [feature.properties for feature in features], choices)
    for feature in features:
        try:
            draft = _read_draft(feature, choices, columns, parents)
            if draft.code in drafts:
                raise ValueError(f"the code {draft.code} is in the file twice")
        except ValueError as error:
            problems.add(feature.label, error)
        else:
            drafts[draft.code] = draft
    problems.refuse()
    if not drafts:
        raise Refused(f"{path}: there are no areas in it")
    return drafts


def _read_draft(
    feature: Feature, choices: AreaChoices, columns: Columns, parents: "_Parents"
) -> Draft:
    fields = feature.properties
    name = read_whole_text(fields.get(columns.name), "the name")
    if not name:
        raise ValueError("it has no name; say where with --name-field")
    parent = parents.find(fields)
    given = plain(fields.get(columns.code))
    code = given if columns.code else _make_code(choices.kind, parent, name)
    if not re.fullmatch(CODE, code):
        raise ValueError(f"{code!r} in {columns.code} cannot be a code")
    if len(name) > 120:
        raise ValueError("its name is longer than 120 characters")
    welsh = read_whole_text(fields.get(f"{columns.name}W"), "the Welsh name")[:120]
    return Draft(feature.label, code, name, welsh, parent, feature.geometry)


def _make_code(kind: str, parent: Area | None, name: str) -> str:
    """Make a code of the name, the same each time, for areas that have none."""
    start = "-".join([kind, *([parent.code] if parent else [])])
    code = f"{start}-{slugify(name)}"
    if len(code) <= 40:
        return code
    return f"{code[:33].rstrip('-')}-{sha256(code.encode()).hexdigest()[:6]}"


class _Parents:
    """Find the area that each feature lies in, as the flags say."""

    def __init__(self, choices: AreaChoices) -> None:
        self.choices = choices
        self.known: dict[str, Area] = {}

    def find(self, fields: dict[str, Any]) -> Area | None:
        code = self.choices.parent or ""
        if self.choices.parent_field:
            code = plain(fields.get(self.choices.parent_field))
            if not code:
                raise ValueError(f"{self.choices.parent_field} is empty")
        if code and code not in self.known:
            parent = Area.objects.for_page().filter(code=code).first()
            if parent is None:
                raise ValueError(f"it lies in {code}, but no area has that code")
            self.known[code] = parent
        return self.known.get(code)


def _check(draft: Draft, area: Area | None, choices: AreaChoices, problems: Problems) -> None:
    """Add what speaks against changing an area that is there already."""
    if area is None:
        return
    if area.kind != choices.kind and not {area.kind, choices.kind} <= AUTHORITIES:
        problems.add(draft.label, f"{area.code} is a {area.get_kind_display()} already")
    above = draft.parent
    while above is not None:
        if above.pk == area.pk:
            problems.add(draft.label, f"{area.code} cannot lie in itself")
            return
        above = above.parent


def _find_closing(
    drafts: dict[str, Draft],
    known: dict[str, Area],
    starts_on: date,
    kind: str,
    problems: Problems,
) -> list[Area]:
    """Pick the siblings, open on the first day of a new map, that it leaves out."""
    siblings = Q(pk=None)
    for draft in drafts.values():
        area = known.get(draft.code)
        if area and area.valid_to and area.valid_to < starts_on:
            problems.add(draft.label, f"{area.code} ended on {area.valid_to}")
        siblings |= Q(parent=draft.parent or (area.parent_id if area else None))
    left_out = Area.objects.filter(siblings, kind=kind).exclude(code__in=drafts)
    closing = list(left_out.filter(Q(valid_to=None) | Q(valid_to__gte=starts_on)))
    for area in closing:
        if area.valid_from and area.valid_from >= starts_on:
            why = f"it begins on {area.valid_from}, so it cannot end before {starts_on}"
            problems.add(f"{area.code} {area.name}, which the file leaves out", why)
    return closing


def _save(report: Report, area: Area, draft: Draft) -> None:
    outline = draw(draft.boundary)
    save_row(
        report,
        "areas",
        area,
        name=draft.name,
        name_cy=draft.name_cy or area.name_cy,
        parent_id=draft.parent.pk if draft.parent else area.parent_id,
        boundary=draft.boundary,
        outline=outline.path,
        box_left=outline.left,
        box_top=outline.top,
        box_right=outline.right,
        box_bottom=outline.bottom,
    )


def _close(report: Report, area: Area, last_day: date, new: list[Area]) -> None:
    """End an area and note what follows it.

    A successor is a new area that holds an inner point of the old one, or the other
    way round: the main heirs, not every area that gained a corner.
    """
    area.valid_to = last_day
    area.save(update_fields=["valid_to"])
    heirs = [heir for heir in new if _overlap(area, heir)]
    area.successors.add(*heirs)
    places = PostcodeArea.objects.filter(area=area, valid_to=None)
    postcodes = places.update(valid_to=last_day)
    report.count("areas", "closed")
    names = ", ".join(f"{heir.code} {heir.name}" for heir in heirs) or "nothing"
    line = f"closed {area.code} {area.name} on {last_day}; followed by {names}"
    report.note(line + (f"; {postcodes} postcodes left it" if postcodes else ""))


def _overlap(old: Area, new: Area) -> bool:
    if not old.boundary or not new.boundary:
        return False
    return contains(new.boundary, *inner_point(old.boundary)) or contains(
        old.boundary, *inner_point(new.boundary)
    )
