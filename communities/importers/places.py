"""Tell positions that can be meant from slips: swapped, in metres, or not there at all."""

from math import isfinite

from django.conf import settings

MAX_LONGITUDE, MAX_LATITUDE = 180, 90


def check_position(lon: float, lat: float) -> None:
    """Raise ValueError, saying what to do, where no area of the site can lie.

    settings.PLACE_BOUNDS says where they can: west, south, east and north, in degrees.
    """
    shown = f"[{lon:.10g}, {lat:.10g}]"
    if not isfinite(lon) or not isfinite(lat):
        raise ValueError(
            f"{shown} is not in degrees of longitude and latitude: they must be numbers"
        )
    if not (abs(lon) <= MAX_LONGITUDE and abs(lat) <= MAX_LATITUDE):
        raise ValueError(
            f"{shown} is not in degrees of longitude and latitude: if it is in metres of a national"
            " grid, convert the file to WGS 84 first"
        )
    if _is_inside(lon, lat):
        return
    if _is_inside(lat, lon):
        raise ValueError(f"{shown} has longitude and latitude swapped: longitude comes first")
    if lon == lat == 0:
        raise ValueError(f"{shown} stands for a place that is not known: leave it out")
    west, south, east, north = settings.PLACE_BOUNDS
    raise ValueError(
        f"{shown} is far from here: longitude {west} to {east}, latitude {south} to {north}. If it"
        " is right, set PLACE_BOUNDS"
    )


def _is_inside(lon: float, lat: float) -> bool:
    west, south, east, north = settings.PLACE_BOUNDS
    return bool(west <= lon <= east and south <= lat <= north)
