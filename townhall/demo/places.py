"""Put the demonstration council on the map."""

import csv
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from communities.importers.areas import import_areas
from communities.importers.columns import AreaChoices
from communities.importers.postcodes import PostcodeFields, import_postcodes
from communities.importers.report import Progress
from communities.models import Area
from townhall.demo.content import Entry
from townhall.demo.town import Town

KINDS = ["county", "district", "ward", "division", "parish"]


def make_places(town: Town, progress: Progress) -> None:
    """Import areas and postcodes the way a council does, from files."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for kind in KINDS:
            features = [
                place for place in town.content.places if place["properties"]["kind"] == kind
            ]
            path = folder / f"{kind}.geojson"
            path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
            parent_field = "parent" if features[0]["properties"]["parent"] else None
            import_areas(path, AreaChoices(kind=kind, parent_field=parent_field), progress)
        path = folder / "postcodes.csv"
        _write_postcodes(path, town.content.postcodes)
        import_postcodes(path, PostcodeFields(), progress)
    codes = [place["properties"]["code"] for place in town.content.places]
    town.areas = Area.objects.for_page().in_bulk(codes, field_name="code")


def _write_postcodes(path: Path, postcodes: list[Entry]) -> None:
    """Write a line for each ward of each postcode: two are a straddle."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(PostcodeFields())
        for postcode in postcodes:
            for ward in postcode.get("wards") or [postcode["ward_code"]]:
                table.writerow([postcode["code"], ward, postcode["lat"], postcode["lon"]])
