# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP requests to calls, answers and errors to HTTP responses, in each service's protocol.

Read and written here: json (ECS, EventBridge, Logs, the tagging API), rest-json (Scheduler), query
and ec2 (IAM, STS, SNS, EC2). Whatever else arrives is passed through unread.
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, unquote
from xml.sax.saxutils import escape

from moto.core.parse import PROTOCOL_PARSERS
from moto.core.serialize import SerializationContext, get_serializer_class
from werkzeug.datastructures import MultiDict

from emulator import models
from emulator.layer import (
    DEFAULT_ACCOUNT,
    ApiError,
    Call,
    RawAnswer,
    RawRequest,
    Response,
    XmlAnswer,
)

JSON = "json"
REST_JSON = "rest-json"
QUERY = "query"
EC2 = "ec2"
RAW = "raw"

_SCOPE = re.compile(r"Credential=([^/,\s]+)/\d+/([^/,\s]+)/([^/,\s]+)/aws4_request")
_ACCOUNT = re.compile(r"\d{12}")


def read_call(request: RawRequest) -> tuple[Call, str]:
    """The call that a request makes, and the protocol it speaks.

    Service, region and account come from the credential scope: an access key of twelve digits is
    itself the account, any other belongs to moto's default account.
    """
    access_key, region, signing_name = _credential_scope(request)
    service = models.SERVICE_OF_SIGNING_NAME.get(signing_name, signing_name)
    place: dict[str, Any] = {
        "service": service,
        "region": region,
        "account": access_key if _ACCOUNT.fullmatch(access_key) else DEFAULT_ACCOUNT,
        "access_key": access_key,
    }
    protocol, operation = _recognise(service, request)
    if protocol == RAW:
        return Call(operation=operation, raw=request, **place), RAW
    parameters = _READERS[protocol](service, operation, request)
    return Call(operation=operation, parameters=parameters, **place), protocol


def _credential_scope(request: RawRequest) -> tuple[str, str, str]:
    found = _SCOPE.search(request.headers.get("authorization", ""))
    return (found[1], found[2], found[3]) if found else ("testing", "us-east-1", "unsigned")


def _recognise(service: str, request: RawRequest) -> tuple[str, str]:
    """The protocol and the operation, from the marks that each protocol leaves in its requests."""
    protocol, operation = RAW, f"{request.method} {request.path}"
    model = models.service_model(service)
    if model is None:
        return protocol, operation
    if "x-amz-target" in request.headers:
        protocol, operation = JSON, request.headers["x-amz-target"].rpartition(".")[2]
    elif request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        protocol = EC2 if model.resolved_protocol == "ec2" else QUERY
        operation = parse_qs(request.body.decode()).get("Action", [""])[0]
    elif model.resolved_protocol == REST_JSON:
        return _recognise_route(service, request)
    if models.operation_model(service, operation) is None:
        return RAW, operation
    return protocol, operation


def _recognise_route(service: str, request: RawRequest) -> tuple[str, str]:
    for route in models.routes(service):
        if route.method == request.method and route.path.fullmatch(request.path):
            operation = models.operation_model(service, route.operation)
            assert operation is not None
            return (REST_JSON if models.is_plain(operation) else RAW), route.operation
    return RAW, f"{request.method} {request.path}"


def _input_shape(service: str, operation: str) -> Any:
    model = models.operation_model(service, operation)
    return model.input_shape if model else None


def _read_json(service: str, operation: str, request: RawRequest) -> dict[str, Any]:
    parameters = _loads(request.body)
    convert = models.timestamps_to_datetimes(_input_shape(service, operation))
    return convert(parameters) if convert else parameters


def _loads(body: bytes) -> dict[str, Any]:
    try:
        parameters = json.loads(body or b"{}")
    except ValueError as error:
        raise ApiError("SerializationException", f"The body is not JSON: {error}") from error
    if not isinstance(parameters, dict):
        raise ApiError("SerializationException", "The body is not a JSON object.")
    return parameters


def _read_query(service: str, operation: str, request: RawRequest) -> dict[str, Any]:
    model = models.operation_model(service, operation)
    assert model is not None
    values = parse_qs(request.body.decode(), keep_blank_values=True)
    protocol = EC2 if model.service_model.resolved_protocol == "ec2" else QUERY
    parser = PROTOCOL_PARSERS[protocol](model, map_type=dict)
    # moto's parser takes what werkzeug gives it, and names a narrower type.
    return dict(parser.parse({"values": MultiDict(values)}))  # type: ignore[typeddict-item]


def _read_rest_json(service: str, operation: str, request: RawRequest) -> dict[str, Any]:
    parameters = _read_json(service, operation, request)
    shape = _input_shape(service, operation)
    if shape is None:
        return parameters
    path = _path_values(service, operation, request.path)
    query = parse_qs(request.query_string, keep_blank_values=True)
    for name, member in shape.members.items():
        wire_name = member.serialization.get("name", name)
        location = member.serialization.get("location")
        if location == "uri":
            parameters[name] = unquote(path[wire_name])
        elif location == "querystring" and wire_name in query:
            parameters[name] = _query_value(member, query[wire_name])
    return parameters


def _path_values(service: str, operation: str, path: str) -> dict[str, str]:
    for route in models.routes(service):
        found = route.path.fullmatch(path)
        if route.operation == operation and found:
            return dict(found.groupdict())
    return {}


def _query_value(shape: Any, values: list[str]) -> Any:
    if shape.type_name == "list":
        return values
    if shape.type_name in ("integer", "long"):
        return int(values[0]) if re.fullmatch(r"-?\d+", values[0]) else values[0]
    if shape.type_name == "boolean":
        return values[0] == "true"
    return values[0]


_READERS = {
    JSON: _read_json,
    QUERY: _read_query,
    EC2: _read_query,
    REST_JSON: _read_rest_json,
}


def write_answer(call: Call, protocol: str, answer: dict[str, Any]) -> Response:
    """The response that carries an answer; a query service's own bytes are passed on unchanged."""
    if isinstance(answer, (RawAnswer, XmlAnswer)):
        return answer.raw
    model = models.operation_model(call.service, call.operation)
    if model is None:
        raise ApiError("InternalFailure", f"no model to answer {call.operation} with", 500)
    status = model.http.get("responseCode", 200)
    if protocol in (QUERY, EC2):
        serializer = get_serializer_class(call.service, protocol)(
            model, context=SerializationContext(str(uuid.uuid4()))
        )
        body = serializer.serialize(answer)["body"]
        return _response(200, "text/xml", body.encode() if isinstance(body, str) else body)
    return _response(status, _json_content_type(call, protocol), dumps(answer))


def write_error(call: Call | None, protocol: str, error: ApiError) -> Response:
    """The response that carries an error, as the service's protocol writes it."""
    if error.raw is not None:
        return error.raw
    if protocol == QUERY:
        return _response(error.status, "text/xml", _query_error(error))
    if protocol == EC2:
        return _response(error.status, "text/xml", _ec2_error(error))
    body = {"__type": error.code, "message": error.message}
    content_type = _json_content_type(call, protocol)
    return _response(error.status, content_type, dumps(body), {"x-amzn-errortype": error.code})


def _query_error(error: ApiError) -> bytes:
    kind = "Receiver" if error.status >= 500 else "Sender"
    return (
        f"<ErrorResponse><Error><Type>{kind}</Type><Code>{escape(error.code)}</Code>"
        f"<Message>{escape(error.message)}</Message></Error>"
        f"<RequestId>{uuid.uuid4()}</RequestId></ErrorResponse>"
    ).encode()


def _ec2_error(error: ApiError) -> bytes:
    return (
        f"<Response><Errors><Error><Code>{escape(error.code)}</Code>"
        f"<Message>{escape(error.message)}</Message></Error></Errors>"
        f"<RequestID>{uuid.uuid4()}</RequestID></Response>"
    ).encode()


def _json_content_type(call: Call | None, protocol: str) -> str:
    model = models.service_model(call.service) if call else None
    if protocol != JSON or model is None:
        return "application/json"
    return f"application/x-amz-json-{model.metadata.get('jsonVersion', '1.0')}"


def _response(
    status: int, content_type: str, body: bytes, headers: dict[str, str] | None = None
) -> Response:
    own = {"content-type": content_type, "x-amzn-requestid": str(uuid.uuid4())}
    return Response(status, {**own, **(headers or {})}, body)


def dumps(value: Any) -> bytes:
    """JSON as the services write it: datetimes as epoch seconds, bytes as base64."""
    return json.dumps(value, default=_json_default).encode()


def _json_default(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} has no JSON form")
