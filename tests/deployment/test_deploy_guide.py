"""docs/deploy.md, followed to the letter in a bare Debian; only run where it is asked for.

    ./dev test -m bare_system

It needs root, debootstrap and the network, and takes about ten minutes; BARE_DEBIAN may name a
folder that debootstrap made before.
"""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from tests.deployment.bare_system import BareSystem, steps_of

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs/deploy.md"
NAME = "townhall.example.gov.uk"
PASSWORD = "Nine herons by the weir"
# What the guide says is to be put in its place, and what a person types when asked.
IN_THEIR_PLACE = {
    "ADDRESS-OF-YOUR-COPY": "file:///srv/copy",
    "smtp+tls://user:password@mail.example.gov.uk:587": "file:///var/lib/townhall/mail",
    "townhall createsuperuser\n": (
        # As a person types: what comes before a password is asked for is thrown away.
        f"for line in clerk@example.gov.uk 'The clerk' '{PASSWORD}' '{PASSWORD}'; do"
        " sleep 20; echo \"$line\"; done | script -qec 'townhall createsuperuser' /dev/null\n"
    ),
}
COMMUNITY = """
from django.test import Client
from accounts.models import User
from communities.models import Community
browser = Client(HTTP_HOST="townhall.example.gov.uk", headers={"x-forwarded-proto": "https"})
browser.force_login(User.objects.get(email="clerk@example.gov.uk"))
links = {"links-TOTAL_FORMS": 3, "links-INITIAL_FORMS": 0}
for number in range(3):
    links |= {
        f"links-{number}-title": "A link",
        f"links-{number}-url": f"https://example.org/{number}",
        f"links-{number}-position": number,
    }
words = {"name": "Walking", "slug": "walking", "kind": "interest", "visibility": "public"}
words["description"] = "People who walk."
answer = browser.post("/admin/communities/community/add/", {**words, **links})
print(answer.status_code, answer.get("Location"), answer.context and answer.context.get("errors"))
print([community.slug for community in Community.objects.all()])
"""

pytestmark = pytest.mark.bare_system


@pytest.fixture(scope="module")
def system(request):
    if "bare_system" not in request.config.option.markexpr:
        pytest.skip("follows deploy.md in a bare Debian: ./dev test -m bare_system")
    if os.geteuid() != 0:
        pytest.skip("only root can make a bare Debian to follow deploy.md in")
    missing = [name for name in ("debootstrap", "nsenter", "ip") if not shutil.which(name)]
    if missing:
        pytest.skip(f"a bare Debian needs these programs, please install them: {missing}")
    folder = Path(tempfile.mkdtemp(prefix="townhall-bare-"))
    system = BareSystem(folder / "root")
    system.make()
    try:
        with system.running():
            system.furnish(ROOT)
            yield system
    finally:
        # Never through a mount that is still there.
        subprocess.run(["rm", "-rf", "--one-file-system", folder], check=False)


def put_in_place(text):
    for words, others in IN_THEIR_PLACE.items():
        text = text.replace(words, others)
    return text


def report(steps, system):
    lines = [f"{seconds:7.1f} s  {what}" for what, seconds in system.seconds.items()]
    for step in steps:
        reason = step.reason_not_to_run
        lines.append(f"{'not run: ' + reason if reason else f'{step.seconds:7.1f} s'}  {step.name}")
    print("\n" + "\n".join(lines))


def test_guide_makes_a_site_on_a_bare_system(system, capsys):
    steps = steps_of(put_in_place(GUIDE.read_text()))
    updates = [step for step in steps if step.section == "12"]
    began = time.monotonic()

    for step in steps:
        if step in updates or step.reason_not_to_run:
            continue
        system.follow(step)
        assert step.status == 0, f"{step.name}\n{step.output[-4000:]}"
    system.seconds["from the bare system to the site"] = time.monotonic() - began
    status, said = system.run(
        f"cat > /tmp/c.py <<'EOF'\n{COMMUNITY}EOF\ntownhall shell < /tmp/c.py"
    )
    assert "walking" in said, (status, said)
    for step in updates:
        system.follow(step)
        assert step.status == 0, f"{step.name}\n{step.output[-4000:]}"

    page = through_nginx(system, "/communities/walking/")
    assert "Walking" in page
    assert wait_until_ready(system) == '{"database": true, "worker": true}'
    assert "made and checked" in system.run("townhall backup /var/backups/townhall")[1]
    with capsys.disabled():
        report(steps, system)


def through_nginx(system, path):
    ask = f"curl -sS --fail -H 'Host: {NAME}' -H 'X-Forwarded-Proto: https' http://127.0.0.1{path}"
    # nginx says that it was plain http, as it was; web is asked as if through TLS.
    status, redirect = system.run(
        f"curl -sS -o /dev/null -w '%{{http_code}}' -H 'Host: {NAME}' http://127.0.0.1{path}"
    )
    assert redirect == "301", (status, redirect)
    status, page = system.run(ask.replace("127.0.0.1/", "127.0.0.1:8000/"))
    assert status == 0, page
    return page


def wait_until_ready(system, seconds=120):
    ask = f"curl -sS -H 'Host: {NAME}' http://127.0.0.1/readyz"
    end = time.monotonic() + seconds
    answer = ""
    while '"worker": true' not in answer and time.monotonic() < end:
        time.sleep(3)
        answer = system.run(ask)[1].strip()
    return answer


def test_blocks_of_the_guide_are_found():
    steps = steps_of(GUIDE.read_text())

    assert len(steps) > 15
    assert {step.section for step in steps} >= {"1", "2", "3", "5", "7", "8", "9", "11", "12"}
    assert [step.name for step in steps if step.reason_not_to_run] == [
        f"9. certbot --nginx --redirect -d {NAME}"
    ]
