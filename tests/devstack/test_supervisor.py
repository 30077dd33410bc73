import json
import os
import signal
import subprocess
import sys
import time

import pytest

from devstack.console import Trouble
from devstack.processes import birth, command_line
from devstack.supervisor import Program, Supervisor, find_left_overs, stop_left_overs

SLEEP = (sys.executable, "-c", "import time; time.sleep(60)")
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    " print('deaf', flush=True); time.sleep(60)"
)


@pytest.fixture
def supervisor(tmp_path):
    supervisor = Supervisor(tmp_path / "pids.json")
    yield supervisor
    supervisor.stop()


def program(name, *command, **options):
    return Program(name, command, os.environ, **options)


def note(tmp_path, pid, birth_):
    entry = {"name": "web", "pid": pid, "birth": birth_, "signal": int(signal.SIGTERM)}
    (tmp_path / "pids.json").write_text(json.dumps([entry]))
    return tmp_path / "pids.json"


def test_run_shows_every_line_with_its_speaker(supervisor, capfd):
    status = supervisor.run(
        program("step", sys.executable, "-c", "print('one\\ntwo', end=''); exit(3)")
    )

    assert status == 3
    assert capfd.readouterr().out == "step     | one\nstep     | two\n"
    assert supervisor.children == []


def test_line_that_counts_upwards_is_shown_as_it_ends(supervisor, capfd):
    counting = r"print('1 of 2   \r2 of 2   \r\ndone')"
    supervisor.run(program("step", sys.executable, "-c", counting))

    assert capfd.readouterr().out == "step     | 2 of 2\nstep     | done\n"


def test_check_names_the_child_that_ended(supervisor):
    child = supervisor.start(program("web", sys.executable, "-c", "exit(4)"))
    child.process.wait()

    with pytest.raises(Trouble, match="web ended with status 4; stopping the rest"):
        supervisor.check()


def test_stop_ends_services_last(supervisor, monkeypatch):
    stopped = []
    monkeypatch.setattr(
        supervisor, "stop_all", lambda children: stopped.append([c.name for c in children])
    )
    names = {"postgres": True, "web": False, "valkey": True, "worker": False}
    supervisor.children = [
        type("Fake", (), {"name": name, "program": program(name, is_service=is_service)})()
        for name, is_service in names.items()
    ]

    supervisor.stop()

    supervisor.children = []
    assert stopped == [["web", "worker"], ["postgres", "valkey"]]


def test_stop_kills_what_does_not_stop_in_time(supervisor, capfd):
    child = supervisor.start(program("web", sys.executable, "-c", STUBBORN, grace=0.1))
    while "deaf" not in capfd.readouterr().out:
        supervisor.wait(0.05)

    supervisor.stop()

    assert child.process.returncode == -signal.SIGKILL
    assert "web did not stop in 0 s; killing it" in capfd.readouterr().out


def test_stop_leaves_no_grandchild(supervisor, capfd):
    script = "import subprocess, sys, time; p = subprocess.Popen(['sleep', '60']); print(p.pid)"
    child = supervisor.start(program("web", sys.executable, "-uc", f"{script}; time.sleep(60)"))
    said = ""
    while "web" not in said:
        supervisor.wait(0.05)
        said += capfd.readouterr().out
    grandchild = int(said.split("|")[1])

    supervisor.stop()

    assert not child.is_running
    assert is_gone(grandchild)


def test_children_die_with_a_killed_supervisor(tmp_path):
    script = (
        "from pathlib import Path; from devstack.supervisor import *; import os;"
        f"s = Supervisor(Path({str(tmp_path)!r}) / 'pids.json');"
        "c = s.start(Program('web', ['sleep', '60'], os.environ));"
        "print(c.process.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, check=False
    )

    assert done.returncode == -signal.SIGKILL
    assert is_gone(int(done.stdout))


def test_left_over_is_found_and_stopped(tmp_path, capfd):
    with subprocess.Popen(SLEEP) as left_over:
        pids = note(tmp_path, left_over.pid, birth(left_over.pid))

        assert [entry["pid"] for entry in find_left_overs(pids)] == [left_over.pid]
        stop_left_overs(pids)

        assert left_over.wait() == -signal.SIGTERM
    assert f"stopping web (pid {left_over.pid})" in capfd.readouterr().out
    assert not pids.exists()


def test_reused_pid_is_not_taken_for_a_left_over(tmp_path):
    with subprocess.Popen(SLEEP) as somebody_else:
        pids = note(tmp_path, somebody_else.pid, "12345")

        stop_left_overs(pids)

        assert somebody_else.poll() is None
        somebody_else.kill()


@pytest.mark.parametrize("text", ["", "[{", "null"])
def test_damaged_pid_file_holds_no_left_over(tmp_path, text):
    (tmp_path / "pids.json").write_text(text)

    assert find_left_overs(tmp_path / "pids.json") == []


def test_birth_and_command_line_of_a_process():
    assert birth(os.getpid())
    assert os.path.basename(sys.executable) in command_line(os.getpid())
    assert birth(2**22 + 1) == command_line(2**22 + 1) == ""


def is_gone(pid):
    deadline = time.monotonic() + 5
    while birth(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not birth(pid)
