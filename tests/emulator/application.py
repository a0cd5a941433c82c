# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The WSGI application: requests in, through the stack, responses out; and the control paths."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Iterable
from dataclasses import asdict
from http.client import responses as reasons
from typing import TYPE_CHECKING, Any

from emulator import wire
from emulator.layer import ApiError, ConnectionLost, Forward, RawRequest, Response

if TYPE_CHECKING:
    from emulator.server import Emulator

CONTROL = "/_emulator/"
MOTO_CONTROL = "/moto-api/"

StartResponse = Callable[..., Any]


class Application:
    """Serves one emulator. `forward` is the whole stack."""

    def __init__(self, emulator: Emulator, forward: Forward) -> None:
        self._emulator = emulator
        self._forward = forward

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request: of the emulator's own paths, of moto's, or an API call."""
        request = _read_request(environ)
        if request.path.startswith(CONTROL):
            response = self._control(request)
        elif request.path.startswith(MOTO_CONTROL):
            response = self._emulator.moto.send(request, "")
        else:
            response = self._call(request)
        headers = {**response.headers, "content-length": str(len(response.body))}
        headers.pop("transfer-encoding", None)
        status = f"{response.status} {reasons.get(response.status, '')}"
        start_response(status, list(headers.items()))
        return [response.body]

    def _call(self, request: RawRequest) -> Response:
        """One API call. `ConnectionLost` goes up: the server then closes the connection."""
        call, protocol = None, wire.JSON
        try:
            call, protocol = wire.read_call(request)
            return wire.write_answer(call, protocol, self._forward(call))
        except ApiError as error:
            return wire.write_error(call, protocol, error)
        except ConnectionLost:
            raise ConnectionResetError("a fault dropped this connection") from None
        except Exception as error:
            # The emulator's own mistake: say so loudly here, and answer as a service would.
            traceback.print_exc(file=sys.stderr)
            failure = ApiError("InternalFailure", f"the emulator failed: {error!r}", 500)
            return wire.write_error(call, protocol, failure)

    def _control(self, request: RawRequest) -> Response:
        name = f"{request.method} {request.path.removeprefix(CONTROL)}"
        action, runner = _CONTROLS.get(name), self._emulator.runner
        try:
            body = json.loads(request.body or b"{}")
            if action is not None:
                return _json(200, action(self._emulator, body))
            answer = runner.control(request.method, request.path, body) if runner else None
        except (ValueError, TypeError, KeyError) as error:
            return _json(400, {"error": str(error)})
        if answer is None:
            return _json(404, {"error": f"{name} is unknown", "known": sorted(_CONTROLS)})
        return _json(200, answer)


def _read_request(environ: dict[str, Any]) -> RawRequest:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    headers = {
        key[5:].replace("_", "-").lower(): value
        for key, value in environ.items()
        if key.startswith("HTTP_")
    }
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    terminated = environ.get("wsgi.input_terminated")
    body = environ["wsgi.input"].read() if terminated else environ["wsgi.input"].read(length)
    return RawRequest(
        method=environ["REQUEST_METHOD"],
        path=environ.get("RAW_URI", environ["PATH_INFO"]).split("?")[0],
        query_string=environ.get("QUERY_STRING", ""),
        headers=headers,
        body=body,
    )


def _json(status: int, value: Any) -> Response:
    body = json.dumps(value, default=str).encode()
    return Response(status, {"content-type": "application/json"}, body)


def _calls(emulator: Emulator, _body: dict[str, Any]) -> dict[str, Any]:
    calls = list(emulator.calls)
    writes = sum(call.access == "write" for call in calls)
    logged = [asdict(call) for call in calls]
    return {"calls": logged, "writes": writes, "reads": len(calls) - writes}


def _clear_calls(emulator: Emulator, _body: dict[str, Any]) -> dict[str, Any]:
    emulator.clear_calls()
    return {}


def _reset(emulator: Emulator, _body: dict[str, Any]) -> dict[str, Any]:
    emulator.reset()
    return {}


def _add_fault(emulator: Emulator, arguments: dict[str, Any]) -> dict[str, Any]:
    emulator.fault(**arguments)
    return {}


def _clear_faults(emulator: Emulator, _body: dict[str, Any]) -> dict[str, Any]:
    emulator.clear_faults()
    return {}


def _deny(emulator: Emulator, arguments: dict[str, Any]) -> dict[str, Any]:
    emulator.deny(**arguments)
    return {}


def _clear_denials(emulator: Emulator, _body: dict[str, Any]) -> dict[str, Any]:
    emulator.clear_denials()
    return {}


def _manage_rule(emulator: Emulator, arguments: dict[str, Any]) -> dict[str, Any]:
    emulator.manage_rule(**arguments)
    return {}


def _lag_tagging_index(emulator: Emulator, arguments: dict[str, Any]) -> dict[str, Any]:
    emulator.lag_tagging_index(**arguments)
    return {}


def _health(emulator: Emulator, _body: dict[str, Any]) -> dict[str, Any]:
    return {"status": "running", "run_tasks": emulator.run_tasks}


_CONTROLS: dict[str, Callable[[Emulator, dict[str, Any]], dict[str, Any]]] = {
    "GET calls": _calls,
    "DELETE calls": _clear_calls,
    "POST reset": _reset,
    "POST faults": _add_fault,
    "DELETE faults": _clear_faults,
    "POST denials": _deny,
    "DELETE denials": _clear_denials,
    "POST managed-rules": _manage_rule,
    "POST tagging-index": _lag_tagging_index,
    "GET health": _health,
}
