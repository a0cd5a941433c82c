# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator as a process, and what keeps tests away from real accounts."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

TESTS = Path(__file__).resolve().parents[2]


@pytest.fixture
def start(tmp_path):
    """Starts the command with options; it is ended by its own id when the test is over."""
    started = []

    def start_command(*options):
        command = [sys.executable, "-m", "emulator", *options]
        process = subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process, process.stdout.readline().strip()

    yield start_command
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


class TestCommand:
    def test_from_start_to_end(self, start, tmp_path):
        log, port_file = tmp_path / "calls", tmp_path / "port"
        options = ["--cluster", "batch", "--cluster", "other", "--region", "eu-west-1"]
        process, endpoint = start(*options, "--log", str(log), "--port-file", str(port_file))
        assert endpoint == f"http://127.0.0.1:{port_file.read_text().strip()}"
        ecs = boto3.client("ecs", endpoint_url=endpoint, region_name="eu-west-1")
        arns = ecs.list_clusters()["clusterArns"]
        assert [arn.rpartition("/")[2] for arn in arns] == ["batch", "other"]
        logged = [json.loads(line) for line in log.read_text().splitlines()]
        assert [(call["operation"], call["access"]) for call in logged] == [
            ("ListClusters", "read")
        ]
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0

    def test_it_listens_on_loopback_only(self, emulator):
        assert emulator.endpoint.startswith("http://127.0.0.1:")
        bound = emulator._server.socket.getsockname()
        assert bound == ("127.0.0.1", emulator.port)


class TestConftest:
    def test_credentials_are_dummies(self):
        credentials = boto3.Session().get_credentials()
        assert (credentials.access_key, credentials.secret_key) == ("testing", "testing")
        assert os.environ["AWS_EC2_METADATA_DISABLED"] == "true"
        assert "AWS_PROFILE" not in os.environ

    def test_a_client_without_endpoint_reaches_nobody(self):
        ecs = boto3.client("ecs")
        assert ecs.meta.endpoint_url == "http://127.0.0.1:9"
        ecs.meta.config.retries = {"total_max_attempts": 1}
        with pytest.raises(EndpointConnectionError):
            ecs.list_clusters()

    def test_no_socket_leaves_loopback(self):
        with socket.socket() as outside, pytest.raises(RuntimeError, match="loopback only"):
            outside.connect(("192.0.2.1", 443))
