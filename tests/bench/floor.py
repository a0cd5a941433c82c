# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The floor: a bare boto3 loop that makes the calls of another run once more, in as many threads.

It thinks nothing, checks nothing and remembers nothing, so that no tool that makes these calls with
boto3 can be faster. As a command: ``python -m bench.floor ROUNDS_FILE THREADS``.
"""

from __future__ import annotations

import json
import pathlib
import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

TOKENS = ("NextToken", "nextToken", "PaginationToken")

Request = dict[str, Any]
"""Service, operation, parameters, and how many ``pages`` were asked for."""


def rounds_of(calls: Iterable[Mapping[str, Any]]) -> list[list[Request]]:
    """Return a run's calls in rounds, each of one operation, in the order in which each operation
    came first: what depends on another call was begun after it. The pages of one listing are one
    request."""
    rounds: dict[tuple[str, str], dict[str, Request]] = {}
    for call in calls:
        service, operation = call["service"], call["operation"]
        given = {key: value for key, value in call["parameters"].items() if key not in TOKENS}
        requests = rounds.setdefault((service, operation), {})
        known = requests.get(json.dumps(given, sort_keys=True))
        is_page = len(given) < len(call["parameters"])
        if known is not None and is_page:
            known["pages"] += 1
            continue
        key = f"{len(requests)}" if known is not None else json.dumps(given, sort_keys=True)
        requests[key] = {
            "service": service,
            "operation": operation,
            "parameters": given,
            "pages": 1,
        }
    return [list(requests.values()) for requests in rounds.values()]


def repeat(rounds: list[list[Request]], threads: int) -> None:
    """Make all calls, round by round."""
    import boto3  # Here, since its loading is part of every tool's time.
    from botocore import xform_name
    from botocore.config import Config
    from botocore.exceptions import ClientError

    config = Config(max_pool_connections=max(threads, 10))
    services = sorted({request["service"] for requests in rounds for request in requests})
    clients = {service: boto3.client(service, config=config) for service in services}

    def send(request: Request) -> None:
        method = getattr(clients[request["service"]], xform_name(request["operation"]))
        parameters = request["parameters"]
        for _page in range(request["pages"]):
            try:
                answer = method(**parameters)
            except ClientError:
                return  # It was refused the first time too: what is asked for does not exist.
            token = next((name for name in TOKENS if answer.get(name)), None)
            if token is None:
                return
            parameters = {**request["parameters"], token: answer[token]}

    for requests in rounds:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(send, requests))


def main() -> None:
    """Run the loop."""
    rounds = json.loads(pathlib.Path(sys.argv[1]).read_text())
    repeat(rounds, int(sys.argv[2]))


if __name__ == "__main__":
    main()
