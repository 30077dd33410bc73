import json
import os

import pytest

from devstack import state
from devstack.console import Trouble


def test_lock_is_held_once_and_names_its_holder(tmp_path):
    with state.open_lock(tmp_path) as first, state.open_lock(tmp_path) as second:
        assert state.take(first, {"command": "run"}) is True
        assert state.take(second, {"command": "manage"}) is False
        assert state.read_holder(second) == {"pid": os.getpid(), "command": "run"}


def test_lock_is_free_again_afterwards(tmp_path):
    with state.open_lock(tmp_path) as first:
        state.take(first, {"command": "run"})

    with state.open_lock(tmp_path) as second:
        assert state.take(second, {"command": "manage"}) is True
        assert state.read_holder(second)["command"] == "manage"


def test_state_folder_of_somebody_else_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "state").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(Trouble, match="belongs to somebody else"):
        state.open_lock(tmp_path / "state")


def test_kept_state_has_a_socket_folder_only_while_it_is_used(tmp_path):
    with state.open_lock(tmp_path) as lock, state.kept(lock) as kept:
        sockets = kept.sockets
        assert sockets.is_dir()
        assert len(str(sockets)) < 40

    assert not sockets.exists()


def test_socket_folder_of_a_killed_start_is_removed(tmp_path):
    with state.open_lock(tmp_path) as lock:
        with state.kept(lock) as kept:
            left_behind = kept.sockets
        left_behind.mkdir()
        (left_behind / "redis.sock").touch()

        with state.kept(lock):
            assert not left_behind.exists()


def test_only_a_socket_folder_of_ours_is_removed(tmp_path):
    precious = tmp_path / "townhall-precious"
    precious.mkdir()
    (tmp_path / "sockets").write_text(str(precious))

    state.remove_old_sockets(tmp_path)

    assert precious.exists()


def test_thrown_away_state_is_deleted():
    with state.thrown_away() as thrown:
        (thrown.folder / "something").touch()

    assert not thrown.folder.exists()


def test_sweep_deletes_what_a_killed_test_run_left_and_nothing_else(tmp_path):
    dead, alive, unmarked = (
        tmp_path / f"{state.THROW_AWAY_PREFIX}{name}" for name in ("dead", "alive", "unmarked")
    )
    for folder in (dead, alive, unmarked):
        folder.mkdir()
    with state.hold(dead):
        pass

    with state.hold(alive):
        state.sweep(tmp_path)

    assert [path.exists() for path in (dead, alive, unmarked)] == [False, True, True]


def test_emptying_deletes_the_data_and_keeps_the_key(tmp_path):
    kept = state.State(tmp_path, tmp_path / "sockets", is_kept=True)
    key = kept.secret_key()
    for name in state.DATA:
        kept.private_folder(name)

    kept.empty()

    assert [name for name in state.DATA if (tmp_path / name).exists()] == []
    assert kept.secret_key() == key


def test_site_is_read_only_while_its_own_process_holds_the_lock(tmp_path):
    noted = {"pid": 4321, "environment": {"SITE_URL": "http://localhost:8000"}}
    state.write_private(tmp_path / "site.json", json.dumps(noted))

    assert state.read_site(tmp_path, 4321) == noted
    assert state.read_site(tmp_path, 1234) is None
    assert state.read_site(tmp_path / "nowhere", 4321) is None


def test_two_checkouts_have_two_states(tmp_path):
    assert state.kept_folder(tmp_path / "one") != state.kept_folder(tmp_path / "two")
