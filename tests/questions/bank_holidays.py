"""The bank holidays as the library `holidays` has them, as lines of questions/bank_holidays.csv.

After an update of the library, write them anew: python -m tests.questions.bank_holidays
"""

from collections import defaultdict
from datetime import date
from pathlib import Path

import holidays

NATIONS = ("ENG", "WLS", "SCT", "NIR")
FILE = Path(__file__).parents[2] / "questions" / "bank_holidays.csv"
YEARS = range(1974, 2101)


def lines_of_library() -> list[str]:
    """Return a line for each day and name, with the nations that have it off."""
    nations: dict[tuple[date, str], list[str]] = defaultdict(list)
    for nation in NATIONS:
        for day, name in holidays.country_holidays(
            "GB", subdiv=nation, years=YEARS, language="en_GB"
        ).items():
            if day.year in YEARS:
                nations[day, name].append(nation)
    return [
        f"{day.isoformat()},{' '.join(nations[day, name])},{name}" for day, name in sorted(nations)
    ]


if __name__ == "__main__":
    text = "\n".join(lines_of_library())
    FILE.write_text(f"{text}\n", encoding="utf-8")
