# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator as a process: `python -m emulator`, run in the folder `tests`."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import threading
from pathlib import Path

from emulator.layer import Call
from emulator.server import Emulator


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m emulator", description="A local AWS on loopback."
    )
    parser.add_argument("--port", type=int, default=0, help="port to bind (default: a free one)")
    parser.add_argument(
        "--run-tasks",
        action="store_true",
        help="run the commands of started tasks as local processes, and fire schedules on time",
    )
    parser.add_argument("--log", type=Path, help="file that receives every call as a line of JSON")
    parser.add_argument("--port-file", type=Path, help="file that receives the port")
    parser.add_argument("--cluster", action="append", default=[], help="ECS cluster to create")
    parser.add_argument("--region", default="us-east-1", help="region of --cluster")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT. The first line of output is the endpoint."""
    options = parse_arguments(arguments)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_signal: stopped.set())
    with contextlib.ExitStack() as resources:
        log = resources.enter_context(options.log.open("a")) if options.log else None
        emulator = Emulator(run_tasks=options.run_tasks, port=options.port, log=log)
        for name in options.cluster:
            emulator.send(
                Call("ecs", "CreateCluster", options.region, parameters={"clusterName": name})
            )
        resources.enter_context(emulator)
        if options.port_file:
            options.port_file.write_text(f"{emulator.port}\n")
        print(emulator.endpoint, flush=True)
        stopped.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
