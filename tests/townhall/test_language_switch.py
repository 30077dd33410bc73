import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("/", "/cy/"),
        ("/cy/", "/"),
        ("/communities/", "/cy/communities/"),
        ("/cy/communities/", "/communities/"),
        ("/search/?q=a+b&amp;page=1", "/cy/search/?q=a+b&amp;page=1"),
        ("/cy/search/?q=cath", "/search/?q=cath"),
    ],
)
def test_each_page_links_its_twin_in_the_other_language(client, here, there):
    page = client.get(here.replace("&amp;", "&")).content.decode()

    assert f'<a href="{there}" lang="' in page


def test_link_never_leads_to_another_host(client):
    page = client.get("/cy//example.org/").content.decode()

    assert '<a href="/example.org/" lang="en-GB"' in page
    assert 'href="//' not in page


def test_link_says_its_language_in_that_language(client):
    assert 'lang="cy" hreflang="cy"' in client.get("/").content.decode()
    assert "Cymraeg" in client.get("/").content.decode()
    assert "English" in client.get("/cy/").content.decode()
