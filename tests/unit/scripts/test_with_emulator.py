# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator that a command gets for itself: it is there, and it goes."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest


@pytest.fixture
def environment(scripts, tmp_path):
    python = Path(sys.executable).parent
    return {
        **os.environ,
        "PATH": f"{python}:/usr/bin:/bin",
        "TMPDIR": str(tmp_path),
        "BATCHWORK_CHECKOUT": str(scripts.parent),
    }


def answers(endpoint):
    try:
        socket.create_connection((urlsplit(endpoint).hostname, urlsplit(endpoint).port), 1).close()
    except OSError:
        return False
    return True


def test_the_command_finds_the_emulator_and_its_failure_is_kept(scripts, environment):
    ask = "import os, boto3; print(boto3.client('sts').get_caller_identity()['Account'])"
    command = f'echo "$AWS_ENDPOINT_URL"; {sys.executable} -c "{ask}"; exit 3'

    run = subprocess.run(
        [scripts / "with_emulator", "--", "bash", "-c", command],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    endpoint, account = run.stdout.split()
    assert run.returncode == 3
    assert account == "123456789012"
    assert not answers(endpoint)


def test_the_emulator_ends_with_a_run_that_is_interrupted(scripts, environment):
    run = subprocess.Popen(
        [scripts / "with_emulator", "--", "bash", "-c", 'echo "$AWS_ENDPOINT_URL"; sleep 60'],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with run:
        assert run.stdout
        endpoint = run.stdout.readline().strip()
        assert answers(endpoint)
        os.killpg(run.pid, signal.SIGTERM)
        run.wait(timeout=30)

    deadline = time.monotonic() + 10
    while answers(endpoint) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not answers(endpoint)


def test_an_emulator_that_does_not_start_says_why(scripts, environment, tmp_path):
    (tmp_path / "tests" / "emulator").mkdir(parents=True)
    (tmp_path / "tests" / "emulator" / "__main__.py").write_text("raise SystemExit('no port')")
    environment["BATCHWORK_CHECKOUT"] = str(tmp_path)

    run = subprocess.run(
        [scripts / "with_emulator", "--", shutil.which("true") or "true"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert run.returncode == 1
    assert "no port" in run.stderr
    assert "The emulator ended before it answered." in run.stderr
