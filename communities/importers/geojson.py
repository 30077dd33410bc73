"""Read the features of a GeoJSON file and put their geometry into one shape."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from communities.importers.files import plain, read_json
from communities.importers.places import check_position
from communities.importers.report import Problems, Refused
from communities.outline import Geometry

DEGREES = re.compile(r"CRS84|\b4326$|\b4258$", re.IGNORECASE)
DECIMALS = 7  # about a centimetre


class Feature(NamedTuple):
    """One feature: how to name it in a message, and what it holds."""

    label: str
    properties: dict[str, Any]
    geometry: Geometry


def read_features(path: Path, problems: Problems) -> Iterator[Feature]:
    """Give each feature that has a boundary; the others are problems."""
    for number, raw in enumerate(_features(path), start=1):
        label = f"feature {number}"
        if not isinstance(raw, dict) or not isinstance(raw.get("properties"), dict):
            problems.add(label, "it is not a GeoJSON feature with properties")
            continue
        names = [
            plain(value)
            for field, value in raw["properties"].items()
            if value and re.search(r"name$|nm$", field, re.IGNORECASE)
        ]
        label = f"{label} ({names[0]})" if names else label
        try:
            geometry = read_geometry(raw.get("geometry"))
        except ValueError as error:
            problems.add(label, error)
        else:
            yield Feature(label, raw["properties"], geometry)


def read_geometry(raw: Any) -> Geometry:
    """Turn a geometry into numbers and closed rings, or raise ValueError with the reason."""
    if not isinstance(raw, dict) or not raw.get("type"):
        raise ValueError("it has no geometry, so no boundary")
    if raw["type"] not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"it is a {plain(raw['type'])}; an area needs a Polygon or MultiPolygon")
    is_single = raw["type"] == "Polygon"
    coordinates: Any = raw.get("coordinates")
    polygons: Any = [coordinates] if is_single else coordinates
    try:
        read = [[_ring(ring) for ring in polygon] for polygon in polygons]
    except (TypeError, IndexError, KeyError):
        raise ValueError("its coordinates are not lists of positions") from None
    if not read or not all(read):
        raise ValueError("its coordinates are empty")
    return {"type": raw["type"], "coordinates": read[0] if is_single else read}


def _features(path: Path) -> list[Any]:
    collection = read_json(path)
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        raise Refused(f"{path}: is not a GeoJSON FeatureCollection")
    try:
        crs = str(collection["crs"]["properties"]["name"])
    except (KeyError, TypeError):
        return collection["features"]
    if not DEGREES.search(crs):
        raise Refused(
            f"{path}: its coordinates are in {plain(crs)}; convert them to degrees "
            "of longitude and latitude (WGS 84) first"
        )
    return collection["features"]


def _ring(raw: list[Any]) -> list[list[float]]:
    ring = [_position(position) for position in raw]
    if ring and ring[0] != ring[-1]:
        ring.append(ring[0])
    if len(ring) < 4:
        raise ValueError(f"a ring of {len(ring)} positions encloses nothing")
    return ring


def _position(raw: list[Any]) -> list[float]:
    try:
        lon, lat = float(raw[0]), float(raw[1])
    except (ValueError, OverflowError):
        raise ValueError(f"{str(raw[:2])[:60]} is not a position") from None
    check_position(lon, lat)
    return [round(lon, DECIMALS), round(lat, DECIMALS)]
