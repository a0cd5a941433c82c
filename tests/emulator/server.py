# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator as a whole, for tests as a context manager: `with Emulator() as emulator: ...`."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Any, TextIO

from werkzeug.serving import WSGIRequestHandler, make_server

from emulator import moto_backend
from emulator.application import Application
from emulator.call_log import CallLog, LoggedCall
from emulator.denials import Denial, Denials
from emulator.faults import Fault, Faults
from emulator.layer import DEFAULT_ACCOUNT, Call, Middleware, Runner, stack
from emulator.strict import cloudtrail, events, strict_layer, tagging

HOST = "127.0.0.1"


class Emulator:
    """A local AWS on a loopback port.

    `port` 0 takes a free one. `middlewares` are put between the faults and the strict layer.
    `run_tasks` really runs the commands of started tasks as local processes. `log` receives every
    call as a line of JSON.

    moto's state belongs to the process: all emulators of one process see the same accounts, and
    `reset()` of one empties them for all. Calls and faults are each emulator's own.
    """

    def __init__(
        self,
        run_tasks: bool = False,
        port: int = 0,
        middlewares: Sequence[Middleware] = (),
        log: TextIO | None = None,
    ) -> None:
        self.run_tasks = run_tasks
        self.moto = moto_backend.MotoBackend()
        self._log = CallLog(log)
        self._faults = Faults()
        self._denials = Denials()
        self.runner = _runner() if run_tasks else None
        runners: list[Middleware] = [self.runner] if self.runner is not None else []
        self._inner = stack([strict_layer.strict, *runners], self.moto.forward)
        outer: list[Middleware] = [self._log, cloudtrail.record_calls, self._faults, self._denials]
        forward = stack([*outer, *middlewares], self._inner)
        self._server = make_server(
            HOST, port, Application(self, forward), threaded=True, request_handler=_QuietHandler
        )
        self.port = self._server.server_port
        self.endpoint = f"http://{HOST}:{self.port}"
        self.moto.host = f"{HOST}:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def start(self) -> Emulator:
        """Serve in a thread, until `stop`."""
        self._thread.start()
        if self.runner is not None:
            self.runner.start(self._inner)
        return self

    def stop(self) -> None:
        """End the server, and every task that still runs."""
        if self.runner is not None:
            self.runner.stop()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Emulator:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def calls(self) -> list[LoggedCall]:
        """Every call that clients made since the start, `clear_calls` or `reset`."""
        return self._log.calls

    def writes(self) -> list[LoggedCall]:
        """The calls that could change something."""
        return [call for call in self.calls if call.access == "write"]

    def reads(self) -> list[LoggedCall]:
        """The calls that only look."""
        return [call for call in self.calls if call.access == "read"]

    def clear_calls(self) -> None:
        """Forget the calls made so far, and nothing else."""
        self._log.clear()

    def reset(self) -> None:
        """Empty every account, and forget calls and faults."""
        if self.runner is not None:
            self.runner.reset()
        moto_backend.reset()
        strict_layer.reset()
        self.clear_faults()
        self.clear_denials()
        self.clear_calls()

    def fault(
        self,
        service: str,
        operation: str,
        *,
        error: Sequence[Any] | None = None,
        **options: Any,
    ) -> None:
        """Make calls fail; `faults.Fault` says what the options mean."""
        self._faults.add(
            Fault(service, operation, error=tuple(error) if error else None, **options)
        )

    def clear_faults(self) -> None:
        """Take back every fault."""
        self._faults.clear()

    def deny(self, action: str, resource_pattern: str | None = None) -> None:
        """Refuse an action, such as `iam:PassRole`; `denials.Denial` says what the two mean."""
        self._denials.add(Denial(action, resource_pattern))

    def clear_denials(self) -> None:
        """Allow everything again."""
        self._denials.clear()

    def manage_rule(
        self,
        name: str,
        *,
        region: str,
        managed_by: str = "ecs.amazonaws.com",
        account: str = DEFAULT_ACCOUNT,
        bus: str = "default",
    ) -> None:
        """Make an existing rule one that an AWS service manages."""
        events.manage_rule(account, region, name, managed_by, bus)

    def lag_tagging_index(self, lags: bool = True) -> None:
        """Let GetResources answer what was there before this call, until it is taken back."""
        tagging.lag(lags)

    def send(self, call: Call) -> dict[str, Any]:
        """A call from inside, past the log and the faults: for looking behind a client's back."""
        return self._inner(call)


def _runner() -> Runner:
    # Only loaded when asked for: it is the part that starts processes.
    from emulator.task_runner import TaskRunner

    runner: Runner = TaskRunner()
    return runner


class _QuietHandler(WSGIRequestHandler):
    """Says nothing about single requests, since the call log does that, and drops connections."""

    def connection_dropped(
        self, error: BaseException, environ: dict[str, Any] | None = None
    ) -> None:
        # Otherwise the handler would wait for a next request and leave the client waiting too.
        self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""
