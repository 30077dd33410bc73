"""Every page of the catalogue as a strict parser reads it, without a browser."""

import re
from collections import defaultdict

import pytest

from tests.accessibility.faults import fail_if_any
from tests.accessibility.markup import Document, faults_of
from tests.pages import LETTERS, PAGES
from tests.pages.worlds import BUILDERS

pytestmark = pytest.mark.django_db
# What changes from one visit to the next, and says nothing of the state.
FLEETING = re.compile(r'name="(csrfmiddlewaretoken|submit_key)" value="[^"]*"')


@pytest.mark.parametrize("language", ["en-gb", "cy"])
@pytest.mark.parametrize("world", list(BUILDERS))
def test_html_has_no_faults(visits, world, language):
    pages = [page for page in PAGES if page.language == language]
    faults, titles, shown = [], defaultdict(set), defaultdict(dict)

    for page, role, response in visits(pages, world):
        html = response.content.decode()
        told = faults_of(html, is_mail=page.route in LETTERS)
        faults += [f"{page} as {role}: {fault}" for fault in told]
        if page.status == 200:
            titles[Document(html).title].add(page.route)
        twin = shown[page.route, role].setdefault(FLEETING.sub("", html), page)
        if twin is not page:
            faults.append(f"{page} as {role} shows the same as {twin}")
        if page.is_refused and 'role="alert"' not in html and "errornote" not in html:
            faults.append(f"{page} as {role} does not say what is wrong")

    shared = {title: routes for title, routes in titles.items() if len(routes) > 1}
    fail_if_any([*faults, *(f"{title!r} is the title of {shared[title]}" for title in shared)])
