# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients: the user's options hold, botocore's retries do not, and all calls are counted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.clients import Clients
from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_task_definitions import (
    describe_task_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    AccessDenied,
    AwsError,
    ConnectionFailed,
    ConnectionLost,
    ConnectionOptionsRejected,
    CredentialsMissing,
    CredentialsRejected,
    RegionMissing,
    ServerFault,
    UnexpectedAnswer,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.events_rules import (
    describe_rule,
    list_rules,
)

TASK_DEFINITION = {"taskDefinition": {"family": "hello", "revision": 1}}
RULE = {"Name": "hello", "Arn": "arn:aws:events:ap-northeast-1:123456789012:rule/hello"}


@pytest.fixture
def clients(aws_module, made_up_time):
    def make(retries=None, **options):
        return Clients(aws_module(**options), retries=retries or made_up_time.retries())

    return make


def test_a_client_is_made_once_and_for_all_threads(clients):
    shared = clients()
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _index: shared.client("ecs"), range(8)))
    assert all(client is made[0] for client in made)
    assert shared.client("events") is not made[0]


def test_nothing_is_made_before_the_first_use(aws_module):
    broken = aws_module(aws_config={"no_such_option": 1}, endpoint_url="nonsense")
    assert Clients(broken).calls == {}


def test_a_client_can_work_in_another_region(clients):
    shared = clients()
    assert shared.client("logs", "eu-west-1").meta.region_name == "eu-west-1"
    assert shared.client("logs").meta.region_name == "ap-northeast-1"
    assert shared.region == "ap-northeast-1"


def test_calls_are_counted_by_operation_repetitions_included(clients, endpoint, answer):
    shared = clients()
    endpoint.answers = [
        answer.error("ThrottlingException", "Rate exceeded"),
        answer(TASK_DEFINITION),
        answer(RULE),
    ]
    describe_task_definition(shared.client("ecs"), "hello")
    describe_rule(shared.client("events"), "hello")
    assert shared.calls == {"ecs:DescribeTaskDefinition": 2, "events:DescribeRule": 1}
    assert shared.repeated == {"ecs:DescribeTaskDefinition": 1}


def test_nothing_is_repeated_before_anything_is_called(clients):
    assert clients().repeated == {}


def test_the_user_agent_names_the_collection_and_what_the_user_adds(clients, endpoint, answer):
    endpoint.answers = [answer(RULE)]
    shared = clients(aws_config={"user_agent_extra": "their-pipeline"})
    describe_rule(shared.client("events"), "hello")
    agent = endpoint.requests[0].headers["User-Agent"]
    assert "batchwork.aws their-pipeline" in agent


def test_the_users_aws_config_holds_beside_ours(aws_module):
    shared = Clients(
        aws_module(aws_config={"read_timeout": 7, "proxies": {"http": "http://127.0.0.1:9"}}),
        max_pool_connections=24,
    )
    config = shared.client("ecs").meta.config
    assert (config.read_timeout, config.max_pool_connections) == (7, 24)
    assert config.proxies == {"http": "http://127.0.0.1:9"}
    theirs = Clients(aws_module(aws_config={"max_pool_connections": 3}), max_pool_connections=24)
    assert theirs.client("ecs").meta.config.max_pool_connections == 3


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_botocore_itself_never_retries(clients, endpoint, answer, made_up_time, mode):
    endpoint.answers = [answer.error("InternalException", "", 500)]
    config = {"retries": {"mode": mode, "max_attempts": 5}}
    once = made_up_time.retries().limited_to(1)
    with pytest.raises(ServerFault) as caught:
        describe_rule(clients(once, aws_config=config).client("events"), "hello")
    assert len(endpoint.requests) == caught.value.attempts == 1


@pytest.mark.parametrize(
    ("config", "environment", "attempts"),
    [
        ({"retries": {"max_attempts": 0}}, None, 1),
        ({"retries": {"max_attempts": 2}}, None, 3),
        ({"retries": {"total_max_attempts": 2}}, None, 2),
        ({"retries": {"total_max_attempts": 2}}, "3", 2),
        (None, "3", 3),
        (None, None, 10),
    ],
)
def test_the_users_number_of_attempts_holds(
    aws_module, endpoint, answer, monkeypatch, config, environment, attempts
):
    waits = []
    monkeypatch.setattr(
        "ansible_collections.batchwork.aws.plugins.module_utils._aws.retries.Retries.pause",
        lambda _self, seconds: waits.append(seconds),
    )
    if environment:
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", environment)
    endpoint.answers = [answer.error("InternalException", "", 500)] * attempts
    shared = Clients(aws_module(aws_config=config))
    with pytest.raises(ServerFault) as caught:
        describe_rule(shared.client("events"), "hello")
    assert caught.value.attempts == attempts == len(waits) + 1


def test_a_profile_brings_region_and_credentials(clients, tmp_path: Path, monkeypatch):
    config = tmp_path / "config"
    config.write_text(
        "[profile theirs]\nregion = eu-central-1\n"
        "aws_access_key_id = FROMPROFILE\naws_secret_access_key = secret\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name)
    shared = clients(profile="theirs", access_key=None, secret_key=None, region=None)
    assert shared.region == "eu-central-1"
    assert shared.client("ecs")._request_signer._credentials.access_key == "FROMPROFILE"


def test_an_endpoint_from_the_environment_is_used(clients, endpoint, answer, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint.url)
    endpoint.answers = [answer(RULE)]
    assert describe_rule(clients(endpoint_url=None).client("events"), "hello") == RULE


@pytest.mark.parametrize(
    ("options", "expected", "told"),
    [
        ({"endpoint_url": "nonsense"}, ConnectionOptionsRejected, "Invalid endpoint: nonsense"),
        ({"region": "not a region"}, ConnectionOptionsRejected, "not a region"),
        ({"aws_config": {"retires": {}}}, ConnectionOptionsRejected, "retires"),
        ({"aws_config": {"retries": {"x": 1}}}, ConnectionOptionsRejected, '"x"'),
        (
            {"profile": "nobody", "access_key": None, "secret_key": None},
            CredentialsMissing,
            "nobody",
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_wrong_options_are_told_in_one_sentence(clients, options, expected, told):
    with pytest.raises(expected) as caught:
        clients(**options).client("ecs")
    message = str(caught.value)
    assert message.startswith("Failed making the ecs client: ")
    assert told in message
    assert "\n" not in message


def test_a_missing_region_is_told(clients, monkeypatch):
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name)
    without = clients(region=None)
    with pytest.raises(RegionMissing, match="Set region, AWS_REGION"):
        without.client("ecs")
    with pytest.raises(RegionMissing, match="Set region, AWS_REGION"):
        assert without.region


def test_missing_credentials_are_told(clients, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    without = clients(access_key=None, secret_key=None)
    with pytest.raises(CredentialsMissing) as caught:
        describe_rule(without.client("events"), "hello")
    assert "Unable to locate credentials" in str(caught.value)
    assert caught.value.attempts == 1


ON_THE_WIRE = [
    ({"__type": "AccessDeniedException", "Message": "not you"}, 400, AccessDenied),
    ({"__type": "com.amazon#ExpiredTokenException", "message": "x"}, 400, CredentialsRejected),
    ("<ErrorResponse><Error><Code>x</Code></Error></ErrorResponse>", 403, AccessDenied),
    ("<!DOCTYPE html><html>Sign in</html>", 200, UnexpectedAnswer),
    ("\n<HTML>Sign in</HTML>", 200, UnexpectedAnswer),
    ("{}", 200, UnexpectedAnswer),
    ("", 200, UnexpectedAnswer),
]


@pytest.mark.parametrize(("body", "status", "expected"), ON_THE_WIRE)
def test_what_comes_over_the_wire_is_never_taken_for_absence(
    clients, endpoint, answer, body, status, expected
):
    endpoint.answers = [answer(body, status)]
    with pytest.raises(expected):
        describe_rule(clients().client("events"), "hello")


def test_a_web_page_is_no_empty_listing(clients, endpoint, answer):
    endpoint.answers = [answer("<html>Sign in</html>", content_type="text/html")]
    with pytest.raises(UnexpectedAnswer, match="listing the rules.*a web page came"):
        list_rules(clients().client("events"))


def test_a_broken_connection_is_tried_again(clients, endpoint, answer, made_up_time):
    endpoint.answers = [answer(drop=True), answer(drop=True), answer(RULE)]
    assert describe_rule(clients().client("events"), "hello") == RULE
    assert len(made_up_time.sleeps) == 2


def test_a_connection_that_breaks_every_time_is_told(clients, endpoint, answer):
    endpoint.answers = [answer(drop=True)] * 10
    with pytest.raises(ConnectionLost, match="tried 10 times in"):
        describe_rule(clients().client("events"), "hello")


def test_an_endpoint_where_nobody_listens_is_told(clients):
    nobody = clients(endpoint_url="http://127.0.0.1:9")
    with pytest.raises(ConnectionFailed) as caught:
        describe_rule(nobody.client("events"), "hello")
    assert 'Could not connect to the endpoint URL: "http://127.0.0.1:9/"' in str(caught.value)
    assert "Check the region, endpoint_url" in str(caught.value)


def test_errors_of_making_a_client_are_raised_again_the_next_time(clients):
    broken = clients(endpoint_url="nonsense")
    for _time in range(2):
        with pytest.raises(AwsError):
            broken.client("ecs")
