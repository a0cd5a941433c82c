# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong between this collection and AWS, as typed errors with a clear sentence each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

LONGEST_MESSAGE = 1000
"""Characters of a message that are shown; a proxy may answer with a whole page."""


@dataclass(frozen=True)
class Call:
    """Which call to AWS this is, and what it is for.

    ``service`` and ``operation`` are botocore's names (``events``, ``PutRule``); ``doing``
    completes the sentence "Failed ...": ``putting the rule hello``. ``operation`` is empty where
    the failure came before any call.
    """

    service: str
    operation: str
    doing: str

    @property
    def label(self) -> str:
        """Return ``service:Operation``, which for most services is the IAM action as well."""
        return f"{self.service}:{self.operation}"


class AwsError(Exception):
    """A call that failed. ``str()`` says what was being done, what came back and how often.

    ``code``, ``status`` and ``request_id`` come from AWS's answer; ``code`` is empty where there
    was none. ``attempts`` and ``seconds`` tell how often and how long it was tried.
    ``after_lost_answer`` is true where the answer of an earlier attempt was lost, so that the call
    may have been carried out all the same.
    """

    outcome_unknown = False
    """Whether AWS may have carried out the call although it failed."""

    remedy = ""

    def __init__(
        self,
        call: Call,
        message: str,
        *,
        code: str = "",
        status: int | None = None,
        request_id: str | None = None,
    ) -> None:
        self.call = call
        self.message = _one_line(message)
        super().__init__(self.message)
        self.code = code
        self.status = status
        self.request_id = request_id
        self.attempts = 1
        self.seconds = 0.0
        self.after_lost_answer = False

    @property
    def service(self) -> str:
        """Return botocore's name of the service, such as ``ecs``."""
        return self.call.service

    @property
    def operation(self) -> str:
        """Return the API's name of the operation, such as ``RegisterTaskDefinition``."""
        return self.call.operation

    @property
    def doing(self) -> str:
        """Return what was being done, such as "registering the task definition of family hello"."""
        return self.call.doing

    def __str__(self) -> str:
        remedy = REMEDIES.get(self.code, self.remedy)
        sentence = f"Failed {self.doing}: {self.told()}"
        if self.call.operation:
            sentence += f" ({self.call.label}, {self._tried()})"
        return f"{sentence}. {remedy}" if remedy else sentence

    def told(self) -> str:
        """Return what AWS answered, or what came instead of an answer."""
        if not self.code:
            return self.message
        return (
            f"AWS answered {self.code}: {self.message}"
            if self.message
            else f"AWS answered {self.code}"
        )

    def _tried(self) -> str:
        if self.attempts == 1:
            return "tried once"
        return f"tried {self.attempts} times in {self.seconds:.0f} s"


class NotFound(AwsError):
    """AWS says that the thing does not exist. Nothing else counts as absent."""


class AccessDenied(AwsError):
    """The caller, or a policy above it, does not allow the call."""


class Throttled(AwsError):
    """Too many calls in too little time."""


class Conflict(AwsError):
    """Something else changed the same thing, or a thing of this name exists already."""


class Rejected(AwsError):
    """AWS, or botocore before it, refuses the request as it is."""


class QuotaExceeded(Rejected):
    """The request is right, but the account has no room for it."""


class ServerFault(AwsError):
    """AWS failed on its side (5xx)."""

    outcome_unknown = True


class ConnectionFailed(AwsError):
    """No connection came about, so the request was not sent."""

    remedy = "Check the region, endpoint_url, the proxy and the network."


class CertificateRefused(ConnectionFailed):
    """TLS failed; trying again does not help."""

    remedy = "Check endpoint_url, aws_ca_bundle and validate_certs."


class ConnectionLost(ConnectionFailed):
    """The connection broke, or timed out, after the request may have been sent."""

    outcome_unknown = True


class CredentialsMissing(AwsError):
    """No credentials could be had."""

    remedy = "Set profile, or access_key and secret_key, or AWS's usual environment variables."


class CredentialsRejected(AwsError):
    """AWS does not accept the credentials."""

    remedy = "Check the credentials: they are expired, incomplete or not of this partition."


class RegionMissing(AwsError):
    """No region is known."""

    remedy = "Set region, AWS_REGION, or a region in the profile."


class ConnectionOptionsRejected(AwsError):
    """botocore cannot make a client of the options (endpoint_url, region, aws_config, ...)."""

    remedy = "Check endpoint_url, region, profile and aws_config."


class UnexpectedAnswer(AwsError):
    """An answer came that AWS would not give, from a proxy or another server."""

    outcome_unknown = True
    remedy = "Check endpoint_url and the proxy."


class AnswerLost(AwsError):
    """A call that must not be repeated blindly was sent, and how it ended is unknown.

    ``cause`` is the error that came instead of the answer.
    """

    outcome_unknown = True

    def __init__(self, cause: AwsError) -> None:
        super().__init__(
            cause.call,
            cause.message,
            code=cause.code,
            status=cause.status,
            request_id=cause.request_id,
        )
        self.cause = cause

    def told(self) -> str:
        """Return what came instead of the answer, and what that means."""
        return f"{self.cause.told()}; AWS may have carried it out all the same"


@dataclass(frozen=True)
class FailedEntry:
    """One entry of a request that AWS refused while it took others."""

    id: str
    code: str
    message: str

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.id, self.code, _one_line(self.message).rstrip("."))))


class PartialFailure(AwsError):
    """AWS answered 200 and refused some of the entries.

    ``entries`` are those that were refused, ``done`` what AWS did for the others, in the API's
    spelling.
    """

    def __init__(
        self, call: Call, entries: Iterable[FailedEntry], done: Iterable[Any] = ()
    ) -> None:
        self.entries = tuple(entries)
        self.done = tuple(done)
        super().__init__(call, "; ".join(map(str, self.entries)))

    def told(self) -> str:
        """Return the refused entries with id, code and message."""
        noun = "entry" if len(self.entries) == 1 else "entries"
        return f"AWS refused {len(self.entries)} {noun}: {self.message}"

    def causes(self) -> list[AwsError]:
        """Return the error that each refused entry would be had it been a call of its own."""
        return [from_answer(self.call, entry.code, entry.message) for entry in self.entries]


REMEDIES = {
    "ExpiredToken": "The credentials have expired: renew them and run again.",
    "ExpiredTokenException": "The credentials have expired: renew them and run again.",
    "RequestExpired": "The credentials have expired, or this machine's clock is wrong.",
    "InvalidSignatureException": "Check secret_key and this machine's clock.",
    "SignatureDoesNotMatch": "Check secret_key and this machine's clock.",
}
"""What to do about an error code, where that is more exact than what its class says."""

NOT_FOUND_CODES = frozenset(
    {
        ("ecr", "ImageNotFoundException"),
        ("ecr", "RepositoryNotFoundException"),
        ("ecs", "ClusterNotFoundException"),
        ("ecs", "ResourceNotFoundException"),
        ("events", "ResourceNotFoundException"),
        ("iam", "NoSuchEntity"),
        ("iam", "NoSuchEntityException"),
        ("kms", "NotFoundException"),
        ("logs", "ResourceNotFoundException"),
        ("scheduler", "ResourceNotFoundException"),
        ("secretsmanager", "ResourceNotFoundException"),
        ("sqs", "AWS.SimpleQueueService.NonExistentQueue"),
        ("sqs", "QueueDoesNotExist"),
        ("stepfunctions", "ResourceNotFound"),
        ("stepfunctions", "StateMachineDoesNotExist"),
    }
)
"""By service, since "not found" may mean something else elsewhere. Source: botocore's models."""

CODES: dict[type[AwsError], frozenset[str]] = {
    AccessDenied: frozenset(
        {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "OptInRequired"}
    ),
    CredentialsRejected: frozenset(
        {
            "AuthFailure",
            "ExpiredToken",
            "ExpiredTokenException",
            "IncompleteSignature",
            "IncompleteSignatureException",
            "InvalidAccessKeyId",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "InvalidToken",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "RequestExpired",
            "SignatureDoesNotMatch",
            "UnrecognizedClientException",
        }
    ),
    Throttled: frozenset(
        {
            "BandwidthLimitExceeded",
            "EC2ThrottledException",
            "PriorRequestNotComplete",
            "ProvisionedThroughputExceededException",
            "RequestLimitExceeded",
            "RequestThrottled",
            "RequestThrottledException",
            "SlowDown",
            "ThrottledException",
            "Throttling",
            "ThrottlingException",
            "TooManyRequestsException",
            "TransactionInProgressException",
        }
    ),
    ServerFault: frozenset(
        {
            "InternalError",
            "InternalException",
            "InternalFailure",
            "InternalServerError",
            "InternalServerException",
            "InternalServiceException",
            "RequestTimeout",
            "RequestTimeoutException",
            "ServerException",
            "ServiceFailure",
            "ServiceFailureException",
            "ServiceUnavailable",
            "ServiceUnavailableException",
            "Unavailable",
        }
    ),
    Conflict: frozenset(
        {
            "ConcurrentModification",
            "ConcurrentModificationException",
            "ConflictException",
            "OperationAbortedException",
            "ResourceAlreadyExistsException",
        }
    ),
    QuotaExceeded: frozenset(
        {
            "LimitExceeded",
            "LimitExceededException",
            "ServiceQuotaExceededException",
            "TooManyTagsException",
        }
    ),
}
"""Error codes that mean the same in every service. botocore's ``retries.standard`` lists the same
for throttling, but for LimitExceededException, which in ECS and EventBridge is a quota that no
waiting makes larger."""

STATUSES: dict[int, type[AwsError]] = {
    403: AccessDenied,
    429: Throttled,
    500: ServerFault,
    502: ServerFault,
    503: ServerFault,
    504: ServerFault,
}
"""What an HTTP status means where the error code says nothing."""


@dataclass(frozen=True)
class Wording:
    """An error that only its wording tells apart from others of the same code."""

    service: str | None
    code: re.Pattern[str]
    message: re.Pattern[str]
    error: type[AwsError]


WORDINGS = (
    # DescribeTaskDefinition, of a family or revision that is not there.
    Wording(
        "ecs",
        re.compile("ClientException"),
        re.compile("^Unable to describe task definition"),
        NotFound,
    ),
    # DeregisterTaskDefinition, DeleteTaskDefinitions.
    Wording(
        "ecs",
        re.compile("ClientException|InvalidParameterException"),
        re.compile("specified task definition does not exist"),
        NotFound,
    ),
    # RunTask.
    Wording(
        "ecs", re.compile("ClientException"), re.compile("^TaskDefinition not found"), NotFound
    ),
    # StopTask.
    Wording(
        "ecs",
        re.compile("InvalidParameterException"),
        re.compile("referenced task was not found"),
        NotFound,
    ),
    Wording(
        None,
        re.compile("LimitExceeded(Exception)?"),
        re.compile(r"(?i)\brate\b|throttl|too many requests"),
        Throttled,
    ),
)

BOTOCORE_ERRORS: dict[str, type[AwsError]] = {
    "ConfigNotFound": CredentialsMissing,
    "ConfigParseError": CredentialsMissing,
    "CredentialRetrievalError": CredentialsMissing,
    "LoginError": CredentialsMissing,
    "MetadataRetrievalError": CredentialsMissing,
    "NoAuthTokenError": CredentialsMissing,
    "NoCredentialsError": CredentialsMissing,
    "PartialCredentialsError": CredentialsMissing,
    "ProfileNotFound": CredentialsMissing,
    "RefreshWithMFAUnsupportedError": CredentialsMissing,
    "SSOError": CredentialsMissing,
    "TokenRetrievalError": CredentialsMissing,
    "UnknownCredentialError": CredentialsMissing,
    "NoRegionError": RegionMissing,
    "BaseEndpointResolverError": ConnectionOptionsRejected,
    "EndpointProviderError": ConnectionOptionsRejected,
    "InvalidConfigError": ConnectionOptionsRejected,
    "InvalidDefaultsMode": ConnectionOptionsRejected,
    "InvalidEndpointConfigurationError": ConnectionOptionsRejected,
    "InvalidProxiesConfigError": ConnectionOptionsRejected,
    "InvalidRetryConfigurationError": ConnectionOptionsRejected,
    "TypeError": ConnectionOptionsRejected,
    "UnknownServiceError": ConnectionOptionsRejected,
    "ValueError": ConnectionOptionsRejected,
    "SSLError": CertificateRefused,
    "ConnectTimeoutError": ConnectionFailed,
    "EndpointConnectionError": ConnectionFailed,
    "ProxyConnectionError": ConnectionFailed,
    "ConnectionError": ConnectionLost,
    "HTTPClientError": ConnectionLost,
    "IncompleteReadError": ConnectionLost,
    "ParamValidationError": Rejected,
    "ResponseParserError": UnexpectedAnswer,
}
"""By the name of the exception's class, or of one above it: older botocores lack some of them."""


def from_answer(
    call: Call,
    code: str,
    message: str,
    *,
    status: int | None = None,
    request_id: str | None = None,
) -> AwsError:
    """Return the typed error for an error answer of AWS."""
    kind = _kind_of_answer(call, code, message, status)
    return kind(call, message, code=code, status=status, request_id=request_id)


def from_botocore(call: Call, exception: Exception) -> AwsError:
    """Return the typed error for what botocore raised during ``call``.

    :param exception: a ClientError, a BotoCoreError, or what else botocore raises on purpose.
    """
    answer = getattr(exception, "response", None)
    if isinstance(answer, dict) and "Error" in answer:
        return _from_client_error(call, exception, answer)
    for parent in type(exception).__mro__:
        if parent.__name__ in BOTOCORE_ERRORS:
            return BOTOCORE_ERRORS[parent.__name__](call, _without_values(str(exception)))
    return AwsError(call, _without_values(str(exception)))


def _from_client_error(call: Call, exception: Exception, answer: dict[str, Any]) -> AwsError:
    code, message = str(answer["Error"].get("Code", "")), str(answer["Error"].get("Message", ""))
    metadata = answer.get("ResponseMetadata", {})
    status, request_id = metadata.get("HTTPStatusCode"), metadata.get("RequestId")
    operation = getattr(exception, "operation_name", call.operation)
    if operation != call.operation:
        # botocore called another operation first, such as AssumeRole, to get credentials.
        told = f"getting credentials by {operation}: {message}"
        return CredentialsRejected(call, told, code=code, status=status, request_id=request_id)
    return from_answer(call, code, message, status=status, request_id=request_id)


def _kind_of_answer(call: Call, code: str, message: str, status: int | None) -> type[AwsError]:
    for wording in WORDINGS:
        if (
            wording.service in (None, call.service)
            and wording.code.fullmatch(code)
            and wording.message.search(message)
        ):
            return wording.error
    if (call.service, code) in NOT_FOUND_CODES:
        return NotFound
    for kind, codes in CODES.items():
        if code in codes:
            return kind
    return STATUSES.get(status or 0, Rejected)


def _one_line(message: str) -> str:
    text = " ".join(message.split()).rstrip(" .")
    return text if len(text) <= LONGEST_MESSAGE else text[:LONGEST_MESSAGE] + "..."


def _without_values(message: str) -> str:
    # ParamValidationError quotes the value, which may be a secret; it has one line per mistake.
    without = re.sub(r", value: .*?, (?=type: <class|valid )", ", ", message, flags=re.DOTALL)
    return without.replace(":\n", ": ").replace("\n", "; ")
