from django.core.cache import caches

from townhall import pulse
from townhall.tasks import beat_pulse


def test_healthz_says_the_process_is_up(client):
    assert client.get("/healthz").json() == {"process": "up"}


def test_readyz_fails_without_a_pulse_of_the_worker(db, client):
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (503, {"database": True, "worker": False})


def test_readyz_passes_after_the_worker_did_something(db, client):
    beat_pulse()

    assert client.get("/readyz").status_code == 200


def test_readyz_fails_on_an_old_pulse(db, client):
    caches["redis"].set(pulse.KEY, 1)

    assert client.get("/readyz").status_code == 503
