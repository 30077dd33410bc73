import subprocess
import sys

import holidays
import pytest

from questions.clock import BANK_HOLIDAYS_FILE, bank_holidays
from tests.questions.bank_holidays import NATIONS, YEARS, lines_of_library


def test_table_of_bank_holidays_is_that_of_the_library():
    assert BANK_HOLIDAYS_FILE.read_text(encoding="utf-8").splitlines() == lines_of_library()


@pytest.mark.parametrize("nation", NATIONS)
def test_bank_holidays_are_those_of_the_library(nation):
    for year in YEARS:
        expected = dict(
            holidays.country_holidays("GB", subdiv=nation, years=year, language="en_GB")
        )
        assert bank_holidays(nation, year) == expected


@pytest.mark.parametrize(("nation", "year"), [("", 2026), ("ENG", 1973), ("ENG", 2101)])
def test_no_bank_holidays_where_none_are_known(nation, year):
    assert bank_holidays(nation, year) == {}


def test_site_does_not_load_the_library():
    code = "import townhall.wsgi, sys; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
