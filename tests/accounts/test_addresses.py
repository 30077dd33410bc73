import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts.addresses import address_of


@pytest.mark.parametrize("language", ["en-gb", "cy"])
@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("discussions:post-detail", [7]),
        ("discussions:thread-detail", [7, "a-heron"]),
        ("councillor-detail", ["anne-reed"]),
        ("place-detail", ["E05000001"]),
    ],
)
def test_address_is_what_reverse_says(language, name, keys):
    with override(language):
        assert [address_of(name, *keys) for _time in range(2)] == [reverse(name, args=keys)] * 2
