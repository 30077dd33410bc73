"""The contact sheet: a page to scroll through, and pictures of it that can be handed around."""

import json
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from playwright.sync_api import Browser, Page

from bench.look.sight import Picture, Visit

LIST, INDEX = "list.json", "index.html"
SHEET_WIDTH = 1920
CELLS_ON_A_SHEET = {"narrow": 24, "wide": 16}
LARGEST_SHEET = 2_000_000  # bytes
FEWEST_CELLS = 2
NARROW = 480  # pixels
Cell = tuple[Visit, Picture]
STYLE = """
body { margin: 16px; font: 14px/1.4 system-ui, sans-serif; background: #ecebe7; color: #222 }
h1 { font-size: 20px } h2 { font-size: 15px; margin: 24px 0 6px }
.bad { color: #a3231f; margin: 2px 0 }
.grid, .row { display: grid; gap: 8px; align-items: start }
.grid.narrow { grid-template-columns: repeat(8, 1fr) }
.grid.wide { grid-template-columns: repeat(4, 1fr) }
.row { grid-auto-flow: column; justify-content: start }
figure { margin: 0; min-width: 0 } figcaption { font-size: 12px; overflow-wrap: anywhere }
img { display: block; width: 100%; max-height: 580px; object-fit: cover; object-position: top;
  box-shadow: 0 0 0 1px #999 }
.row img { width: auto; height: 260px; max-width: 420px }
"""


def write_list(folder: Path, visits: list[Visit]) -> None:
    """Write a row for each picture, as programs read it."""
    rows = [
        {
            "page": visit.sight.name,
            "role": visit.role,
            "path": visit.sight.path,
            "status": visit.status,
            "page_bytes": visit.page_bytes,
            "errors": visit.errors,
            "width": picture.width,
            "scheme": picture.scheme,
            "scrolls_sideways": picture.overflow > 0,
            "height": picture.height,
            "file": picture.file,
            "bytes": picture.bytes,
        }
        for visit, picture in _pictures(visits)
    ]
    (folder / LIST).write_text(json.dumps(rows, indent=1) + "\n")


def write_index(folder: Path, visits: list[Visit]) -> None:
    """Write the page: everything that was seen of a page in one row."""
    rows = []
    for visit in visits:
        facts = f"{visit.status} · {visit.page_bytes / 1000:.1f} kB · {visit.sight.path}"
        errors = "".join(f'<p class="bad">{escape(error)}</p>' for error in visit.errors)
        figures = "".join(_figure(visit, picture) for picture in visit.pictures)
        head = (
            f"<h2>{escape(visit.sight.name)}, {escape(visit.role)} <small>{escape(facts)}</small>"
        )
        rows.append(f'<section>{head}</h2>{errors}<div class="row">{figures}</div></section>')
    (folder / INDEX).write_text(_document("".join(rows)))


def draw_sheets(folder: Path, visits: list[Visit], browser: Browser) -> list[str]:
    """Draw the sheets, width by width with light beside dark; returns their names."""
    page = browser.new_page(viewport={"width": SHEET_WIDTH, "height": 100})
    names = []
    for width in sorted({picture.width for _visit, picture in _pictures(visits)}):
        cells = [cell for cell in _pictures(visits) if cell[1].width == width]
        for number, sheet in enumerate(_sheets(page, folder, cells), 1):
            names.append(f"sheet-{width}-{number:02}.png")
            (folder / names[-1]).write_bytes(sheet)
    page.close()
    return names


def remove_old(folder: Path) -> None:
    """Delete what an earlier run has left in the folder, and nothing else."""
    earlier = folder / LIST
    if earlier.exists():
        for row in json.loads(earlier.read_text()):
            (folder / Path(row["file"]).name).unlink(missing_ok=True)
    for sheet in folder.glob("sheet-*-[0-9][0-9].png"):
        sheet.unlink()


def _sheets(page: Page, folder: Path, cells: list[Cell]) -> Iterator[bytes]:
    """Draw so many cells on a sheet that none becomes too heavy."""
    most = CELLS_ON_A_SHEET[_kind(cells[0])]
    if len(cells) <= most:
        sheet = _draw(page, folder, cells)
        if len(sheet) <= LARGEST_SHEET or len(cells) <= FEWEST_CELLS:
            yield sheet
            return
        most = len(cells) // 2 + len(cells) // 2 % 2
    yield from _sheets(page, folder, cells[:most])
    yield from _sheets(page, folder, cells[most:])


def _draw(page: Page, folder: Path, cells: list[Cell]) -> bytes:
    draft = folder / "sheet.html"
    figures = "".join(_figure(visit, picture) for visit, picture in cells)
    draft.write_text(_document(f'<div class="grid {_kind(cells[0])}">{figures}</div>'))
    page.goto(draft.resolve().as_uri(), wait_until="load")
    sheet = page.screenshot(full_page=True)
    draft.unlink()
    return sheet


def _figure(visit: Visit, picture: Picture) -> str:
    name = escape(f"{visit.sight.name}, {visit.role}, {picture.width} {picture.scheme}")
    wide = f' <b class="bad">{picture.overflow} pixels too wide</b>' if picture.overflow else ""
    image = f'<a href="{escape(picture.file)}"><img src="{escape(picture.file)}" alt=""></a>'
    return f"<figure>{image}<figcaption>{name}{wide}</figcaption></figure>"


def _document(body: str) -> str:
    return (
        '<!doctype html><html lang="en-GB"><meta charset="utf-8"><title>Contact sheet</title>'
        f"<style>{STYLE}</style>{body}</html>\n"
    )


def _pictures(visits: Iterable[Visit]) -> list[Cell]:
    return [(visit, picture) for visit in visits for picture in visit.pictures]


def _kind(cell: Cell) -> str:
    return "narrow" if cell[1].width <= NARROW else "wide"
