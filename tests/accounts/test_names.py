import pytest

from accounts.names import is_protected


@pytest.mark.parametrize(
    "name",
    [
        "Admin",
        "The Moderator",
        "councillor Reed",
        "C\u043euncill\u043er Reed",  # Cyrillic o
        "M0derator",
        "\u039c\u039f\u0394 m\u00f3derator",  # an accent
        "Staff!",
        "Northmoor",
        "n\u043erthm00r",
    ],
)
def test_name_that_poses_is_protected(name):
    assert is_protected(name)


@pytest.mark.parametrize(
    "name", ["Mo Barker", "shaz_nm4", "Bev from No. 9", "Mayorga", "Siân", "李"]
)
def test_name_of_a_person_is_free(name):
    assert not is_protected(name)
