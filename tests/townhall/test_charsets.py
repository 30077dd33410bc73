from urllib.parse import urlencode

import pytest
from django.urls import reverse

from tests.fuzzing import ClientAtTheDoor

FORM = "application/x-www-form-urlencoded"
OTHERS = ["utf-16", "latin-1", "hex", "rot13", "punycode", "idna", '"utf-7"', "utf-16; x=y"]


@pytest.fixture
def member(cast):
    client = ClientAtTheDoor()
    client.force_login(cast.resident)
    return client


@pytest.mark.parametrize("charset", OTHERS)
def test_form_in_another_charset_is_refused_as_a_bad_request(cast, member, charset):
    response = member.generic(
        "POST",
        f"{reverse('accounts:profile-edit')}?q=%C3%A9",
        b"public_name=Kay&language=cy",
        content_type=f"{FORM}; charset={charset}",
    )

    cast.resident.refresh_from_db()
    assert (response.status_code, cast.resident.public_name) == (400, "Resident")
    assert "We did not understand that" in response.content.decode()


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", "utf_8", '"utf-8"', "made-up", "", "\xe9"])
def test_form_in_utf_8_is_taken_however_its_charset_is_spelt(cast, member, charset):
    response = member.generic(
        "POST",
        reverse("accounts:profile-edit"),
        urlencode({"public_name": "Siân", "language": "cy"}).encode(),
        content_type=f"{FORM}; charset={charset}",
    )

    cast.resident.refresh_from_db()
    assert (response.status_code, cast.resident.public_name) == (302, "Siân")


def test_file_is_sent_with_its_boundary_whatever_stands_beside_it(cast, member):
    words = (
        b'--edge\r\nContent-Disposition: form-data; name="public_name"\r\n\r\nKay\r\n--edge--\r\n'
    )

    response = member.generic(
        "POST",
        reverse("accounts:profile-edit"),
        words,
        content_type="multipart/form-data; charset=utf-8; boundary=edge",
    )

    assert 'value="Kay"' in response.content.decode()


def test_page_is_read_whatever_charset_a_program_names(member):
    response = member.get("/search/?q=%C3%A9", content_type=f"{FORM}; charset=hex")

    assert response.status_code == 200
    assert 'value="é"' in response.content.decode()
