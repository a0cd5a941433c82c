# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which typed error each failure becomes, and what it tells the user."""

from __future__ import annotations

import botocore.exceptions
import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    AccessDenied,
    AnswerLost,
    AwsError,
    Call,
    CertificateRefused,
    Conflict,
    ConnectionFailed,
    ConnectionLost,
    ConnectionOptionsRejected,
    CredentialsMissing,
    CredentialsRejected,
    FailedEntry,
    NotFound,
    PartialFailure,
    QuotaExceeded,
    RegionMissing,
    Rejected,
    ServerFault,
    Throttled,
    UnexpectedAnswer,
    from_answer,
    from_botocore,
)
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

REGISTER = Call("ecs", "RegisterTaskDefinition", "registering the task definition of family hello")

ANSWERS = [
    # What is absent: these codes and wordings, and nothing else.
    ("ecs", "ClientException", "Unable to describe task definition.", 400, NotFound),
    ("ecs", "ClientException", "TaskDefinition not found.", 400, NotFound),
    ("ecs", "ClientException", "The specified task definition does not exist.", 400, NotFound),
    ("ecs", "InvalidParameterException", "The referenced task was not found.", 400, NotFound),
    ("ecs", "ClusterNotFoundException", "Cluster not found.", 400, NotFound),
    ("ecs", "ResourceNotFoundException", "The specified resource wasn't found.", 400, NotFound),
    ("events", "ResourceNotFoundException", "Rule hello does not exist.", 400, NotFound),
    ("scheduler", "ResourceNotFoundException", "Schedule hello does not exist.", 404, NotFound),
    ("logs", "ResourceNotFoundException", "The log group does not exist.", 400, NotFound),
    ("iam", "NoSuchEntity", "The role with name x cannot be found.", 404, NotFound),
    # What looks like it and is not.
    ("ecs", "ClientException", "TaskDefinition is inactive", 400, Rejected),
    ("ecs", "ClientException", "Role is not valid", 400, Rejected),
    ("events", "ClientException", "Unable to describe task definition.", 400, Rejected),
    ("sts", "ResourceNotFoundException", "what?", 404, Rejected),
    ("ecs", "UnknownError", "", 404, Rejected),
    ("ecs", "404", "<html>Not Found</html>", 404, Rejected),
    # Permissions, also where a server answers without a code of AWS's.
    ("ecs", "AccessDeniedException", "User x is not authorized", 400, AccessDenied),
    ("iam", "AccessDenied", "User x is not authorized", 403, AccessDenied),
    ("ecs", "403", "<ErrorResponse/>", 403, AccessDenied),
    # Credentials.
    ("ecs", "ExpiredTokenException", "The security token is expired", 400, CredentialsRejected),
    ("iam", "ExpiredToken", "The security token is expired", 403, CredentialsRejected),
    ("ecs", "UnrecognizedClientException", "The token is invalid.", 400, CredentialsRejected),
    ("iam", "InvalidClientTokenId", "The token is invalid.", 403, CredentialsRejected),
    ("ecs", "InvalidSignatureException", "does not match", 403, CredentialsRejected),
    ("iam", "SignatureDoesNotMatch", "does not match", 403, CredentialsRejected),
    ("ecs", "MissingAuthenticationTokenException", "Missing token", 400, CredentialsRejected),
    # Throttling, in each service's form.
    ("ecs", "ThrottlingException", "Rate exceeded", 400, Throttled),
    ("iam", "Throttling", "Rate exceeded", 400, Throttled),
    ("resourcegroupstaggingapi", "ThrottledException", "Rate exceeded", 400, Throttled),
    ("lambda", "TooManyRequestsException", "Rate Exceeded.", 429, Throttled),
    ("ec2", "RequestLimitExceeded", "Request limit exceeded.", 503, Throttled),
    ("s3", "SlowDown", "Please reduce your request rate.", 503, Throttled),
    ("logs", "LimitExceededException", "Rate exceeded", 400, Throttled),
    ("ecs", "429", "", 429, Throttled),
    # Quotas, which look like throttling to botocore.
    ("events", "LimitExceededException", "The maximum is 300 rules per bus", 400, QuotaExceeded),
    ("ecs", "LimitExceededException", "Too many revisions of hello", 400, QuotaExceeded),
    ("scheduler", "ServiceQuotaExceededException", "too many", 402, QuotaExceeded),
    ("iam", "LimitExceeded", "Cannot exceed quota for PoliciesPerRole: 10", 409, QuotaExceeded),
    # AWS's own failures.
    ("ecs", "ServerException", "Service Unavailable. Please try again later.", 500, ServerFault),
    ("events", "InternalException", "", 500, ServerFault),
    ("scheduler", "InternalServerException", "", 500, ServerFault),
    ("iam", "ServiceFailure", "", 500, ServerFault),
    ("logs", "ServiceUnavailableException", "", 500, ServerFault),
    ("ecs", "502", "<html>Bad Gateway</html>", 502, ServerFault),
    ("ecs", "504", "", 504, ServerFault),
    # Something else changes the same thing, or has the name.
    ("events", "ConcurrentModificationException", "Rule hello was modified", 400, Conflict),
    ("scheduler", "ConflictException", "Schedule hello already exists.", 409, Conflict),
    ("iam", "ConcurrentModification", "", 409, Conflict),
    # All else is a refusal.
    ("events", "ValidationException", "Parameter ScheduleExpression is not valid.", 400, Rejected),
    ("events", "ManagedRuleException", "managed", 400, Rejected),
    ("ecs", "ClientException", "No Fargate configuration exists for given values.", 400, Rejected),
]


@pytest.mark.parametrize(("service", "code", "message", "status", "expected"), ANSWERS)
def test_an_answer_becomes_its_typed_error(service, code, message, status, expected):
    error = from_answer(Call(service, "Some", "trying"), code, message, status=status)
    assert error.__class__ is expected


def test_no_failure_but_not_found_counts_as_absent():
    for service, code, message, status, expected in ANSWERS:
        error = from_answer(Call(service, "Some", "trying"), code, message, status=status)
        assert isinstance(error, NotFound) == (expected is NotFound)


URL = "http://127.0.0.1:9/"
EXCEPTIONS = [
    (botocore.exceptions.EndpointConnectionError(endpoint_url=URL), ConnectionFailed),
    (botocore.exceptions.ConnectTimeoutError(endpoint_url=URL), ConnectionFailed),
    (botocore.exceptions.ProxyConnectionError(proxy_url=URL), ConnectionFailed),
    (botocore.exceptions.SSLError(endpoint_url=URL, error="self-signed"), CertificateRefused),
    (botocore.exceptions.ReadTimeoutError(endpoint_url=URL), ConnectionLost),
    (botocore.exceptions.ConnectionClosedError(endpoint_url=URL), ConnectionLost),
    (botocore.exceptions.ResponseStreamingError(error="reset"), ConnectionLost),
    (botocore.exceptions.HTTPClientError(error="what?"), ConnectionLost),
    (botocore.exceptions.NoCredentialsError(), CredentialsMissing),
    (
        botocore.exceptions.PartialCredentialsError(provider="env", cred_var="key"),
        CredentialsMissing,
    ),
    (
        botocore.exceptions.CredentialRetrievalError(provider="process", error_msg="failed"),
        CredentialsMissing,
    ),
    (botocore.exceptions.UnauthorizedSSOTokenError(), CredentialsMissing),
    (botocore.exceptions.ProfileNotFound(profile="nobody"), CredentialsMissing),
    (botocore.exceptions.NoRegionError(), RegionMissing),
    (botocore.exceptions.ParamValidationError(report="Missing required"), Rejected),
    (botocore.exceptions.InvalidRegionError(region_name="x y"), ConnectionOptionsRejected),
    (ValueError("Invalid endpoint: foo"), ConnectionOptionsRejected),
    (botocore.exceptions.MissingDependencyException(msg="no CRT"), AwsError),
    (ResponseParserError("Unable to parse response"), UnexpectedAnswer),
]


@pytest.mark.parametrize(
    ("exception", "expected"), EXCEPTIONS, ids=lambda value: getattr(value, "__name__", None)
)
def test_what_botocore_raises_becomes_its_typed_error(exception, expected):
    error = from_botocore(REGISTER, exception)
    assert error.__class__ is expected
    assert "Failed registering the task definition of family hello: " in str(error)


@pytest.mark.parametrize(
    ("error", "unknown"),
    [
        (ServerFault, True),
        (ConnectionLost, True),
        (UnexpectedAnswer, True),
        (ConnectionFailed, False),
        (CertificateRefused, False),
        (Throttled, False),
        (Rejected, False),
    ],
)
def test_an_error_says_whether_aws_may_have_done_it(error, unknown):
    assert error(REGISTER, "x").outcome_unknown is unknown


def _client_error(code: str, message: str, operation: str = REGISTER.operation) -> ClientError:
    answer = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": 400, "RequestId": "1-2-3"},
    }
    return ClientError(answer, operation)


def test_the_sentence_says_what_was_done_and_what_aws_answered():
    error = from_botocore(REGISTER, _client_error("AccessDeniedException", "User x may not."))
    assert str(error) == (
        "Failed registering the task definition of family hello: AWS answered "
        "AccessDeniedException: User x may not (ecs:RegisterTaskDefinition, tried once)"
    )
    assert (error.code, error.message, error.status) == (
        "AccessDeniedException",
        "User x may not",
        400,
    )
    assert (error.service, error.operation, error.request_id) == (
        "ecs",
        "RegisterTaskDefinition",
        "1-2-3",
    )


def test_the_sentence_says_how_often_and_how_long_it_was_tried():
    error = from_botocore(REGISTER, _client_error("ThrottlingException", "Rate exceeded"))
    error.attempts, error.seconds = 20, 41.7
    assert str(error).endswith("Rate exceeded (ecs:RegisterTaskDefinition, tried 20 times in 42 s)")


@pytest.mark.parametrize(
    ("exception", "remedy"),
    [
        (_client_error("ExpiredTokenException", "expired"), "renew them and run again"),
        (_client_error("SignatureDoesNotMatch", "no"), "this machine's clock"),
        (_client_error("UnrecognizedClientException", "no"), "Check the credentials"),
        (botocore.exceptions.NoRegionError(), "Set region, AWS_REGION"),
        (botocore.exceptions.NoCredentialsError(), "Set profile, or access_key and secret_key"),
        (botocore.exceptions.EndpointConnectionError(endpoint_url=URL), "Check the region"),
        (botocore.exceptions.SSLError(endpoint_url=URL, error="x"), "aws_ca_bundle"),
        (ValueError("Invalid endpoint: foo"), "Check endpoint_url"),
    ],
)
def test_what_the_user_can_mend_comes_with_the_remedy(exception, remedy):
    assert remedy in str(from_botocore(REGISTER, exception))


def test_a_refusal_on_the_way_to_credentials_is_not_one_of_the_call():
    refused = _client_error("AccessDenied", "may not assume the role", operation="AssumeRole")
    error = from_botocore(REGISTER, refused)
    assert error.__class__ is CredentialsRejected
    assert "getting credentials by AssumeRole: may not assume the role" in str(error)


def test_values_that_botocore_quotes_are_not_shown():
    client_side = botocore.exceptions.ParamValidationError(
        report="Invalid type for parameter environment[0].value, value: s3cret, with, commas, "
        "type: <class 'int'>, valid types: <class 'str'>\n"
        "Invalid length for parameter family, value: 0, valid min length: 1"
    )
    told = str(from_botocore(REGISTER, client_side))
    assert "s3cret" not in told
    assert "commas" not in told
    assert "environment[0].value, type: <class 'int'>, valid types: <class 'str'>; Invalid" in told
    assert "AWS answered" not in told


def test_long_and_broken_messages_become_one_short_line():
    error = from_answer(REGISTER, "502", "<html>\n" + "x" * 5000, status=502)
    assert "\n" not in str(error)
    assert len(str(error)) < 1200


def test_a_partial_failure_names_each_refused_entry():
    call = Call("events", "PutTargets", "putting the targets a, b on the rule hello")
    entries = [
        FailedEntry("a", "ConcurrentModificationException", "try again."),
        FailedEntry("b", "", "no reason"),
    ]
    assert str(PartialFailure(call, entries)) == (
        "Failed putting the targets a, b on the rule hello: AWS refused 2 entries: "
        "a: ConcurrentModificationException: try again; b: no reason "
        "(events:PutTargets, tried once)"
    )


def test_a_partial_failure_knows_what_each_entry_would_have_been():
    call = Call("events", "PutTargets", "putting")
    failure = PartialFailure(call, [FailedEntry("a", "ThrottlingException", "Rate exceeded")])
    assert [type(cause) for cause in failure.causes()] == [Throttled]


def test_a_lost_answer_says_that_it_may_have_been_carried_out():
    cause = from_botocore(REGISTER, botocore.exceptions.ReadTimeoutError(endpoint_url=URL))
    lost = AnswerLost(cause)
    assert "Read timeout" in str(lost)
    assert "AWS may have carried it out all the same" in str(lost)
    assert lost.cause is cause


def test_a_failure_before_any_call_names_no_operation():
    error = AwsError(Call("", "", "making the ecs client"), "Invalid endpoint: foo")
    assert str(error) == "Failed making the ecs client: Invalid endpoint: foo"
