# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two ways to stand in for AWS: answers that botocore's Stubber checks against the service model,
and a small HTTP endpoint for what happens on the wire. Time is made up in both."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import use_retries
from ansible_collections.batchwork.aws.plugins.module_utils._aws.retries import Retries
from botocore.stub import Stubber


@dataclass
class MadeUpTime:
    """A clock that only sleeping moves. ``chance`` is what every random number is."""

    now: float = 1000.0
    chance: float = 1.0
    sleeps: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    def random(self) -> float:
        return self.chance

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds

    def retries(self, **options: Any) -> Retries:
        return Retries(sleep=self.sleep, random=self.random, clock=self.clock, **options)


@dataclass
class Stubbed:
    """A client whose answers are laid out in advance; requests and answers must fit the model."""

    client: Any
    stubber: Stubber
    time: MadeUpTime

    def answers(self, method: str, answer: dict[str, Any], **expected: Any) -> None:
        self.stubber.add_response(method, answer, expected)

    def fails(self, method: str, code: str, message: str = "no", status: int = 400) -> None:
        self.stubber.add_client_error(method, code, message, http_status_code=status)


@pytest.fixture
def made_up_time() -> MadeUpTime:
    return MadeUpTime()


@pytest.fixture
def stubbed(made_up_time: MadeUpTime) -> Iterator[Callable[[str], Stubbed]]:
    """Makes stubbed clients: `stubbed("ecs")`. All answers laid out must have been asked for."""
    made: list[Stubbed] = []

    def make(service: str) -> Stubbed:
        client = boto3.client(service)
        stub = Stubbed(client, Stubber(client), made_up_time)
        use_retries(client, made_up_time.retries())
        stub.stubber.activate()
        made.append(stub)
        return stub

    yield make
    for stub in made:
        stub.stubber.assert_no_pending_responses()


@dataclass
class Answer:
    """What the endpoint sends; with ``drop`` it reads the request and closes the connection."""

    body: Any = ""
    status: int = 200
    drop: bool = False
    content_type: str = "application/x-amz-json-1.1"

    @classmethod
    def error(cls, code: str, message: str, status: int = 400) -> Answer:
        return cls({"__type": code, "message": message}, status)


@dataclass
class Request:
    headers: dict[str, str]
    body: str


class Endpoint:
    """Listens on loopback, gives the laid-out answers one by one and keeps the requests."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.requests: list[Request] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Endpoint:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                endpoint.requests.append(Request(dict(self.headers.items()), body))
                answer = endpoint.answers.pop(0)
                if answer.drop:
                    self.close_connection = True
                    return
                text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.content_type)
                self.send_header("Content-Length", str(len(text.encode())))
                self.send_header("x-amzn-RequestId", "1-2-3")
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_arguments: Any) -> None:
                pass

        return Handler


@pytest.fixture
def answer() -> type[Answer]:
    return Answer


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as server:
        yield server
        assert not server.answers, "not all answers were asked for"


class Refused(Exception):
    """What AnsibleAWSModule.fail_json would have ended the module with."""


def _fail(msg: str, **_others: Any) -> None:
    raise Refused(msg)


@pytest.fixture
def aws_module(endpoint: Endpoint) -> Callable[..., Any]:
    """Makes stand-ins for AnsibleAWSModule: its options, with defaults, and fail_json."""

    def make(**options: Any) -> Any:
        defaults = {
            "access_key": "testing",
            "aws_ca_bundle": None,
            "aws_config": None,
            "endpoint_url": endpoint.url,
            "profile": None,
            "region": "ap-northeast-1",
            "secret_key": "testing",
            "session_token": None,
            "validate_certs": True,
        }
        return SimpleNamespace(params={**defaults, **options}, fail_json=_fail)

    return make
