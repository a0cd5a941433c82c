# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every test relies on: the imports, no way to a real AWS account, and the emulator.

It works with plain pytest from any checkout and under ansible-test, which brings a collection
finder of its own.
"""

from __future__ import annotations

import atexit
import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
REGION = "ap-northeast-1"
NO_ENDPOINT = "http://127.0.0.1:9"
"""The default endpoint: nobody listens there, so a test that names no endpoint of its own fails."""

_FORGOTTEN = (
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_DEFAULT_PROFILE",
    "AWS_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_SECURITY_TOKEN",
    "AWS_SESSION_TOKEN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
)
_DUMMIES = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_ENDPOINT_URL": NO_ENDPOINT,
    "AWS_REGION": REGION,
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


def _forget_real_credentials() -> None:
    for name in _FORGOTTEN:
        os.environ.pop(name, None)
    os.environ.update(_DUMMIES)


def _stay_on_loopback(event: str, arguments: tuple[Any, ...]) -> None:
    """Audit hook: no socket of this process connects to anything but loopback."""
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
        raise RuntimeError(f"tests talk to loopback only, this one tried {address[0]}")


def _find_collection() -> None:
    """Let this checkout be imported as ansible_collections.batchwork.aws, wherever it lies."""
    if "ansible_collections" in sys.modules and importlib.util.find_spec(
        "ansible_collections.batchwork"
    ):
        return
    # pylint: disable-next=import-outside-toplevel
    from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder

    stage = Path(tempfile.mkdtemp(prefix="collections-"))
    atexit.register(shutil.rmtree, stage, True)
    namespace = stage / "ansible_collections" / "batchwork"
    namespace.mkdir(parents=True)
    (namespace / "aws").symlink_to(ROOT)
    installed = [path for path in sys.path if path.endswith("site-packages")]
    _AnsibleCollectionFinder(paths=[str(stage), *installed])._install()


_forget_real_credentials()
sys.addaudithook(_stay_on_loopback)
sys.path.insert(0, str(TESTS))
_find_collection()


@pytest.fixture(scope="session")
def emulator_server() -> Iterator[Any]:
    """One emulator for the whole run. Tests use `emulator`."""
    from emulator.server import Emulator

    with Emulator() as server:
        yield server


@pytest.fixture
def emulator(emulator_server: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An emulator with empty accounts, no calls and no faults, as this process's AWS endpoint."""
    emulator_server.reset()
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator_server.endpoint)
    return emulator_server


@pytest.fixture
def aws(emulator: Any) -> Callable[..., Any]:
    """Makes boto3 clients of the emulator: `aws("ecs")`. Nothing is retried or checked locally, so
    that the emulator decides."""
    import boto3
    from botocore.config import Config

    config = Config(parameter_validation=False, retries={"total_max_attempts": 1})

    def client(service: str, **options: Any) -> Any:
        key = (emulator.endpoint, service, *sorted(options.items()))
        if key not in _CLIENTS:
            options = {"region_name": REGION, "config": config, **options}
            _CLIENTS[key] = boto3.client(service, endpoint_url=emulator.endpoint, **options)
        return _CLIENTS[key]

    return client


_CLIENTS: dict[tuple[Any, ...], Any] = {}
"""Making a client takes longer than most of its calls."""
