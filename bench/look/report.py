"""What was seen, as a table that people read."""

from bench.look.sight import Visit


def print_report(visits: list[Visit], widths: list[int]) -> None:
    """Print a line for each page and person, then what is wrong."""
    columns = "".join(f"{width:>7}" for width in widths)
    print(f"{'page':<24}{'role':<12}{'status':>6}{'kB':>7}{columns}  errors")
    for visit in visits:
        beyond = "".join(f"{_overflow(visit, width):>7}" for width in widths)
        count = str(len(visit.errors)) if visit.errors else "-"
        size = visit.page_bytes / 1000
        line = f"{visit.sight.name:<24}{visit.role:<12}{visit.status:>6}{size:>7.1f}{beyond}"
        print(f"{line}{count:>8}")
    for visit in visits:
        for error in visit.errors:
            print(f"{visit.name}: {error}")
    wrong = sum(not visit.is_well for visit in visits)
    print(f"\n{len(visits)} pages looked at, {wrong} with something wrong")


def _overflow(visit: Visit, width: int) -> str:
    """Say by how many pixels a page is too wide for a window."""
    found = [picture.overflow for picture in visit.pictures if picture.width == width]
    if not found:
        return "none"
    return f"+{max(found)}" if max(found) else "ok"
