# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator behind AWS's quotas and latency: ``python -m bench.throttled_emulator``."""

from __future__ import annotations

import signal
import threading

from bench.quotas import Throttling
from emulator.server import Emulator


def main() -> None:
    """Serve until SIGTERM or SIGINT. The first line of output is the endpoint."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_signal: stopped.set())
    with Emulator(middlewares=[Throttling()]) as emulator:
        print(emulator.endpoint, flush=True)
        stopped.wait()


if __name__ == "__main__":
    main()
