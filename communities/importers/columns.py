"""Find the columns of a map that hold the codes and names of its areas."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from communities.importers.files import plain
from communities.importers.report import Refused

# How the Office for National Statistics begins the field names of each kind
FIELD_PREFIXES = {
    "county": ("CTY", "CTYUA"),
    "district": ("LAD",),
    "unitary": ("LAD", "UTLA", "CTYUA"),
    "ward": ("WD",),
    "division": ("CED",),
    "parish": ("PAR", "PARNCP"),
    "parish_ward": ("PARWD",),
}
CODE_FIELDS = ["area_code", "code", "gss_code"]
NAME_FIELDS = ["area_name", "name"]
CODE = re.compile(r"[A-Za-z0-9_.-]{1,40}")
NATIONAL_CODE = re.compile(r"[EWSNKJML]\d{8}")
# What the Ordnance Survey writes into AREA_CODE: the kind of an area, and not which it is
KIND = re.compile(
    "CCTY|CED|COI|CPC|CTY|DIS|DIW|EUR|EUP|FAR|GLA|IOS|LAC|LBO|LBW|MTD|MTW|NCP|SPC|SPE|UTA|UTE|UTW"
    "|WAC|WAE|WMC"
)


@dataclass(frozen=True)
class AreaChoices:
    """What the person who imports says about the areas in a file."""

    kind: str
    parent: str | None = None
    parent_field: str | None = None
    replaces: bool = False
    code_field: str | None = None
    name_field: str | None = None
    valid_from: date | None = None


@dataclass(frozen=True)
class Columns:
    """The fields of code and name; empty where a file has none."""

    code: str
    name: str


def find_columns(path: Path, rows: Sequence[dict[str, Any]], choices: AreaChoices) -> Columns:
    """Return the columns of a whole file: by its values, since names mean several things.

    Raise Refused where two of them could hold the codes and do not agree.
    """
    return Columns(
        choices.code_field or _find_code(path, rows, choices.kind),
        choices.name_field or _find_name(rows, choices.kind),
    )


def _find_code(path: Path, rows: Sequence[dict[str, Any]], kind: str) -> str:
    fields = _candidates(rows, kind, CODE_FIELDS, "CD")
    values = {field: [plain(row.get(field)) for row in rows] for field in fields}
    fitting = [field for field in fields if _may_be_codes(values[field])]
    national = [field for field in fitting if all(map(NATIONAL_CODE.fullmatch, values[field]))]
    if len({tuple(values[field]) for field in national}) > 1:
        raise Refused(
            f"{path}: refused, nothing was imported. {' and '.join(national)} could both be the"
            " code: say which with --code-field"
        )
    if not fitting and fields and all(map(KIND.fullmatch, values[fields[0]])):
        raise Refused(
            f"{path}: refused, nothing was imported. {fields[0]} says of what kind an area is: say"
            " with --code-field where its code is"
        )
    # Where none fits, the first one says what is wrong with it.
    return next(iter([*national, *fitting, *fields]), "")


def _may_be_codes(values: list[str]) -> bool:
    return (
        all(map(CODE.fullmatch, values))
        and len(set(values)) == len(values)
        and not all(map(KIND.fullmatch, values))
    )


def _find_name(rows: Sequence[dict[str, Any]], kind: str) -> str:
    """Find the names: a column that says the same of several areas names something else."""
    fields = _candidates(rows, kind, NAME_FIELDS, "NM")
    values = {field: {plain(row.get(field)) for row in rows} for field in fields}
    telling = [field for field in fields if len(values[field]) > 1 or len(rows) == 1]
    return next(iter([*telling, *fields]), "")


def _candidates(rows: Sequence[dict[str, Any]], kind: str, usual: list[str], end: str) -> list[str]:
    """Return the fields that our sources or the ONS (WD13CD) call so."""
    fields = list(dict.fromkeys(field for row in rows for field in row))
    found = [field for name in usual for field in fields if field.lower() == name]
    for prefix in FIELD_PREFIXES.get(kind, ()):
        pattern = re.compile(rf"{prefix}(\d\d)?{end}", re.IGNORECASE)
        found += [field for field in fields if pattern.fullmatch(field)]
    return found
