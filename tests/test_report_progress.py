"""The progress bar: late, on a terminal only, and gone at the end."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from migrator.report.progress import progress

SCRIPT = """
import sys, time
from migrator.report import progress as module
module.PATIENCE = float(sys.argv[1])
with module.progress("Reading [b]files") as update:
    for done in range(5):
        time.sleep(0.05)
        update(done, 5)
print("rich" in sys.modules)
"""


def at_terminal(patience, script=SCRIPT):
    main, side = pty.openpty()
    env = {**os.environ, "TERM": "xterm", "PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "-c", script, str(patience)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=side, check=True, env=env)
    os.close(side)
    shown = b""
    while True:
        try:
            data = os.read(main, 65536)
        except OSError:
            break
        if not data:
            break
        shown += data
    os.close(main)
    return done.stdout, shown


def test_a_long_scan_shows_it_and_wipes_it_away():
    out, shown = at_terminal(0.0)
    assert out == b"True\n"
    assert b"Reading [b]files" in shown
    assert shown.rstrip().endswith((b"\x1b[2K", b"\x1b[?25h"))


STEPS = """
import sys
from migrator import stages
from migrator.report import progress as module
module.PATIENCE = 0.0
with module.steps():
    for step in stages.STEPS:
        list(stages.told(step, range(3)))
        module.time.sleep(0.15)
        if stages.os.fork() == 0:
            stages.at("Reading", 77, 78)
            stages.os._exit(0)
        stages.os.wait()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_every_step_has_its_bar_and_other_processes_none():
    _, shown = at_terminal(0.0, STEPS)
    assert b"3/5 Deciding" in shown
    assert b"5/5 Checking the plan" in shown
    assert b"77" not in shown


def test_a_short_scan_shows_nothing():
    assert at_terminal(60.0) == (b"False\n", b"")


def test_no_terminal_no_bar(capsys):
    with progress("Reading") as update:
        assert update is None
    assert capsys.readouterr().err == ""


def test_an_error_inside_passes():
    with pytest.raises(KeyError), progress("Reading"):
        raise KeyError
