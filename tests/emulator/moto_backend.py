# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last `Forward`: a call into moto, in this process and without a socket.

moto's state belongs to the process. One call at a time enters moto, since its dictionaries are not
made for several threads; this costs nothing, as moto is bound by the interpreter's lock anyway.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import traceback
import warnings
from io import BytesIO
from typing import Any
from urllib.parse import quote, unquote, urlencode

# Read by moto when IAM's state is made: without it the policies managed by AWS do not exist.
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"

from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from moto.iam.models import iam_backends
from moto.moto_api._internal.models import moto_api_backend
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    create_backend_app,
)

from emulator import models, moto_repairs
from emulator.layer import (
    ApiError,
    Call,
    RawAnswer,
    RawRequest,
    Response,
    XmlAnswer,
)

# moto remarks on an error of EC2 that it answers for ECS; the strict layer words it as ECS does.
warnings.filterwarnings("ignore", ".*does not match an error shape", UserWarning, "moto")

_XML_PROTOCOLS = ("query", "ec2")
_ONE_CALL_AT_A_TIME = threading.RLock()
_APPLICATION = DomainDispatcherApplication(create_backend_app)

moto_repairs.let_containers_be_without_memory()
moto_repairs.build_managed_policies_once()


def reset() -> None:
    """Forget everything that moto holds, in every account and region."""
    with _ONE_CALL_AT_A_TIME:
        # moto would fill IAM's backends with AWS's 1,500 managed policies once more (60 ms) only to
        # throw them away.
        iam_backends.clear()
        moto_api_backend.reset()


class MotoBackend:
    """Sends calls into moto. `host` is the address that moto writes into URLs, as a queue's."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.host = host

    def forward(self, call: Call) -> dict[str, Any]:
        """moto's answer, parsed by botocore's model; an error answer is raised as `ApiError`."""
        if call.raw is not None:
            return RawAnswer(self.send(call.raw, call.account))
        request = self._request(call)
        response = self.send(request, call.account)
        return self._parse(call, response)

    def send(self, request: RawRequest, account: str) -> Response:
        """One request through moto's WSGI application."""
        started: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
            started["status"] = int(status.split()[0])
            started["headers"] = {name.lower(): value for name, value in headers}

        try:
            with _ONE_CALL_AT_A_TIME:
                body = b"".join(_APPLICATION(self._environ(request, account), start_response))
        except NotImplementedError as error:
            # A status that no client retries.
            raise ApiError("NotImplemented", f"moto does not know this: {error}", 501) from error
        except Exception as error:
            traceback.print_exc(limit=-3, file=sys.stderr)
            raise ApiError("InternalFailure", f"moto failed: {error!r}", 500) from error
        return Response(started["status"], started["headers"], body)

    def _environ(self, request: RawRequest, account: str) -> dict[str, Any]:
        host, _colon, port = self.host.partition(":")
        uri = request.path + (f"?{request.query_string}" if request.query_string else "")
        environ = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(request.path, "latin-1"),
            "QUERY_STRING": request.query_string,
            "RAW_URI": uri,
            "REQUEST_URI": uri,
            "SERVER_NAME": host,
            "SERVER_PORT": port or "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(request.body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "HTTP_HOST": self.host,
            "HTTP_X_MOTO_ACCOUNT_ID": account,
            "CONTENT_LENGTH": str(len(request.body)),
        }
        for name, value in request.headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        environ["CONTENT_LENGTH"] = str(len(request.body))
        environ["HTTP_HOST"] = self.host
        return environ

    def _request(self, call: Call) -> RawRequest:
        """The request for a call, in the protocol that moto understands for its service."""
        operation = models.operation_model(call.service, call.operation)
        if operation is None:
            raise ApiError("UnknownOperationException", f"{call.service} has no {call.operation}")
        protocol = _moto_protocol(call.service)
        serialized = create_serializer(protocol, include_validation=False).serialize_to_request(
            call.parameters, operation
        )
        body = serialized["body"]
        if isinstance(body, dict):
            body = urlencode(body)
        headers = {name.lower(): value for name, value in serialized["headers"].items()}
        headers["authorization"] = _authorization(call)
        return RawRequest(
            method=serialized["method"],
            path=serialized["url_path"],
            query_string=urlencode(serialized["query_string"] or {}, doseq=True, quote_via=quote),
            headers=headers,
            body=body.encode() if isinstance(body, str) else bytes(body),
        )

    def _parse(self, call: Call, response: Response) -> dict[str, Any]:
        protocol = _moto_protocol(call.service)
        if response.status >= 301:
            raise _error(call, protocol, response)
        operation = models.operation_model(call.service, call.operation)
        assert operation is not None
        if protocol in _XML_PROTOCOLS:
            parsed = create_parser(protocol).parse(_parser_input(response), operation.output_shape)
            parsed.pop("ResponseMetadata", None)
            return XmlAnswer(parsed, response)
        answer = json.loads(response.body or b"{}")
        convert = models.timestamps_to_datetimes(operation.output_shape)
        return dict(convert(answer) if convert else answer)


def _moto_protocol(service: str) -> str:
    """The protocol that clients and moto speak: botocore's first choice where there are several."""
    model = models.service_model(service)
    assert model is not None
    return str(model.resolved_protocol)


def _authorization(call: Call) -> str:
    """A credential scope, from which moto reads service and region; nobody checks the signature."""
    name = models.SIGNING_NAME_OF_SERVICE.get(call.service, call.service)
    scope = f"{call.access_key}/20260101/{call.region}/{name}/aws4_request"
    return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"


def _parser_input(response: Response) -> dict[str, Any]:
    return {"status_code": response.status, "headers": response.headers, "body": response.body}


def _error(call: Call, protocol: str, response: Response) -> ApiError:
    """moto's error; the bytes of a query service are kept and passed on."""
    parsed = create_parser(protocol).parse(_parser_input(response), None)["Error"]
    code = str(parsed.get("Code") or "InternalFailure")
    raw = (
        response if protocol in _XML_PROTOCOLS or "x-amzn-query-error" in response.headers else None
    )
    return ApiError(code, str(parsed.get("Message") or ""), response.status, raw)
