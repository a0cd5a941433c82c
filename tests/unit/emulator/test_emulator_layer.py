# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The layer as clients meet it: protocols, call log, faults, reset and the control paths."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from emulator.layer import ApiError, Call
from emulator.server import Emulator

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "scheduler.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
ROLE = {"RoleName": "batch", "AssumeRolePolicyDocument": TRUST}


def code_of(failure: pytest.ExceptionInfo[ClientError]) -> str:
    return str(failure.value.response["Error"]["Code"])


def control(emulator: Emulator, method: str, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{emulator.endpoint}/_emulator/{path}", data, method=method)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


class TestProtocols:
    def test_json(self, aws: Any) -> None:
        aws("ecs").create_cluster(clusterName="batch")
        assert aws("ecs").list_clusters()["clusterArns"] == [
            "arn:aws:ecs:ap-northeast-1:123456789012:cluster/batch"
        ]

    def test_json_error(self, aws: Any) -> None:
        with pytest.raises(ClientError) as failure:
            aws("events").describe_rule(Name="absent")
        assert code_of(failure) == "ResourceNotFoundException"
        assert "absent" in str(failure.value)

    def test_rest_json_with_path_query_body_and_timestamp(self, aws: Any, emulator: Any) -> None:
        scheduler, start = aws("scheduler"), datetime(2099, 1, 2, 3, 4, 5, tzinfo=UTC)
        role = aws("iam").create_role(**ROLE)["Role"]["Arn"]
        scheduler.create_schedule_group(Name="nightly")
        scheduler.create_schedule(
            Name="hello",
            GroupName="nightly",
            ScheduleExpression="rate(1 hour)",
            StartDate=start,
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": "arn:aws:sqs:ap-northeast-1:123456789012:q", "RoleArn": role},
        )
        assert scheduler.get_schedule(Name="hello", GroupName="nightly")["StartDate"] == start
        created = next(call for call in emulator.calls if call.operation == "CreateSchedule")
        assert created.parameters["Name"] == "hello"
        assert created.parameters["StartDate"] == start
        group = "arn:aws:scheduler:ap-northeast-1:123456789012:schedule-group/nightly"
        scheduler.tag_resource(ResourceArn=group, Tags=[{"Key": "a", "Value": "b"}])
        assert scheduler.list_tags_for_resource(ResourceArn=group)["Tags"] == [
            {"Key": "a", "Value": "b"}
        ]

    def test_rest_json_error_keeps_its_status(self, aws: Any) -> None:
        with pytest.raises(ClientError) as failure:
            aws("scheduler").get_schedule(Name="absent")
        assert code_of(failure) == "ResourceNotFoundException"
        assert failure.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404

    def test_query_with_nested_lists(self, aws: Any, emulator: Any) -> None:
        role = aws("iam").create_role(**ROLE, Tags=[{"Key": "a", "Value": "b"}])["Role"]
        assert role["AssumeRolePolicyDocument"] == json.loads(TRUST)
        assert emulator.calls[0].parameters == {**ROLE, "Tags": [{"Key": "a", "Value": "b"}]}
        assert aws("iam").list_role_tags(RoleName="batch")["Tags"] == [{"Key": "a", "Value": "b"}]

    def test_query_error(self, aws: Any) -> None:
        with pytest.raises(ClientError) as failure:
            aws("iam").get_role(RoleName="absent")
        assert code_of(failure) == "NoSuchEntity"

    def test_ec2(self, aws: Any, emulator: Any) -> None:
        filters = [{"Name": "default-for-az", "Values": ["true"]}]
        assert aws("ec2").describe_subnets(Filters=filters)["Subnets"]
        assert emulator.calls[0].parameters == {"Filters": filters}
        with pytest.raises(ClientError) as failure:
            aws("ec2").describe_subnets(SubnetIds=["subnet-12345678"])
        assert code_of(failure) == "InvalidSubnetID.NotFound"

    def test_query_compatible_json_keeps_its_old_error_code(self, aws: Any) -> None:
        with pytest.raises(ClientError) as failure:
            aws("sqs").get_queue_url(QueueName="absent")
        assert code_of(failure) == "AWS.SimpleQueueService.NonExistentQueue"

    def test_queue_urls_lead_back_to_the_emulator(self, aws: Any, emulator: Any) -> None:
        url = aws("sqs").create_queue(QueueName="dead-letters")["QueueUrl"]
        assert url == f"{emulator.endpoint}/123456789012/dead-letters"

    def test_what_is_not_read_is_passed_through_and_logged(self, aws: Any, emulator: Any) -> None:
        place = {"LocationConstraint": "ap-northeast-1"}
        aws("s3").create_bucket(Bucket="artifacts", CreateBucketConfiguration=place)
        assert [bucket["Name"] for bucket in aws("s3").list_buckets()["Buckets"]] == ["artifacts"]
        logged = [(call.service, call.access) for call in emulator.calls]
        assert logged == [("s3", "write"), ("s3", "read")]

    def test_policies_managed_by_aws_exist(self, aws: Any) -> None:
        name = "service-role/AmazonECSTaskExecutionRolePolicy"
        assert aws("iam").get_policy(PolicyArn=f"arn:aws:iam::aws:policy/{name}")


class TestPlaces:
    def test_regions_are_apart(self, aws: Any) -> None:
        aws("ecs", region_name="eu-west-1").create_cluster(clusterName="batch")
        assert aws("ecs", region_name="us-west-2").list_clusters()["clusterArns"] == []

    def test_a_region_belongs_to_its_partition(self, aws: Any) -> None:
        arn = aws("sts", region_name="cn-north-1").get_caller_identity()["Arn"]
        assert arn.startswith("arn:aws-cn:")

    def test_an_access_key_of_twelve_digits_is_the_account(self, aws: Any) -> None:
        other = aws("ecs", aws_access_key_id="111122223333", aws_secret_access_key="x")
        arn = other.create_cluster(clusterName="batch")["cluster"]["clusterArn"]
        assert arn == "arn:aws:ecs:ap-northeast-1:111122223333:cluster/batch"
        assert aws("ecs").list_clusters()["clusterArns"] == []


class TestCallLog:
    def test_reads_and_writes(self, aws: Any, emulator: Any) -> None:
        aws("sts").get_caller_identity()
        aws("events").list_rules()
        aws("ecs").create_cluster(clusterName="batch")
        assert [call.operation for call in emulator.reads()] == ["GetCallerIdentity", "ListRules"]
        assert [call.operation for call in emulator.writes()] == ["CreateCluster"]
        emulator.clear_calls()
        assert emulator.calls == []
        assert aws("ecs").list_clusters()["clusterArns"]

    def test_a_refused_write_is_still_a_write(self, aws: Any, emulator: Any) -> None:
        with pytest.raises(ClientError):
            aws("events").put_rule(Name="nothing-to-fire-on")
        assert [(call.operation, call.error) for call in emulator.writes()] == [
            ("PutRule", "ValidationException")
        ]


class TestFaults:
    def test_error_strikes_so_often_and_no_more(self, aws: Any, emulator: Any) -> None:
        emulator.fault(
            "ecs", "ListClusters", error=("ThrottlingException", "Rate exceeded"), times=2
        )
        for _turn in range(2):
            with pytest.raises(ClientError) as failure:
                aws("ecs").list_clusters()
            assert code_of(failure) == "ThrottlingException"
        assert aws("ecs").list_clusters()["clusterArns"] == []

    def test_error_of_a_query_service_with_its_status(self, aws: Any, emulator: Any) -> None:
        emulator.fault("iam", "GetRole", error=("ServiceUnavailable", "<later> & on", 503))
        with pytest.raises(ClientError) as failure:
            aws("iam").get_role(RoleName="batch")
        assert failure.value.response["Error"]["Message"] == "<later> & on"
        assert failure.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503

    def test_answer_replaces_the_call(self, aws: Any, emulator: Any) -> None:
        entry = {"TargetId": "hello", "ErrorCode": "InternalFailure", "ErrorMessage": "no"}
        answer = {"FailedEntryCount": 1, "FailedEntries": [entry]}
        emulator.fault("events", "PutTargets", answer=answer)
        answered = aws("events").put_targets(Rule="hello", Targets=[{"Id": "hello", "Arn": "x"}])
        assert answered["FailedEntries"] == [entry]

    def test_answer_of_a_query_service(self, aws: Any, emulator: Any) -> None:
        result = {
            "EvaluationResults": [{"EvalActionName": "ecs:RunTask", "EvalDecision": "allowed"}]
        }
        emulator.fault("iam", "SimulatePrincipalPolicy", answer=result)
        answered = aws("iam").simulate_principal_policy(
            PolicySourceArn="arn:aws:iam::123456789012:role/x", ActionNames=["ecs:RunTask"]
        )
        assert answered["EvaluationResults"] == result["EvaluationResults"]

    def test_lost_answer_does_the_call(self, aws: Any, emulator: Any) -> None:
        emulator.fault("ecs", "CreateCluster", lost_answer=True)
        with pytest.raises(ConnectionClosedError):
            aws("ecs").create_cluster(clusterName="batch")
        assert len(aws("ecs").list_clusters()["clusterArns"]) == 1
        assert emulator.writes()[0].error == "ConnectionLost"

    def test_dropped_connection_does_nothing(self, aws: Any, emulator: Any) -> None:
        emulator.fault("ecs", "CreateCluster", drop_connection=True)
        with pytest.raises(ConnectionClosedError):
            aws("ecs").create_cluster(clusterName="batch")
        assert aws("ecs").list_clusters()["clusterArns"] == []

    def test_after_lets_calls_pass(self, aws: Any, emulator: Any) -> None:
        emulator.fault("*", "*", error=("Killed", "here"), after=1, times=None)
        aws("ecs").list_clusters()
        for service, read in (("ecs", "list_clusters"), ("events", "list_rules")):
            with pytest.raises(ClientError):
                getattr(aws(service), read)()
        emulator.clear_faults()
        aws("ecs").list_clusters()

    @pytest.mark.parametrize(
        "when",
        [{"Name": "b"}, lambda call: call.parameters["Name"] == "b"],
        ids=["map", "function"],
    )
    def test_when_narrows_the_calls(self, aws: Any, emulator: Any, when: Any) -> None:
        emulator.fault("events", "PutRule", error=("InternalException", "no", 500), when=when)
        events = aws("events")
        events.put_rule(Name="a", ScheduleExpression="rate(1 day)")
        with pytest.raises(ClientError):
            events.put_rule(Name="b", ScheduleExpression="rate(1 day)")

    def test_delay_alone_is_a_slow_call(self, aws: Any, emulator: Any) -> None:
        emulator.fault("ecs", "ListClusters", delay=0.2)
        started = time.monotonic()
        aws("ecs").list_clusters()
        assert time.monotonic() - started >= 0.2

    def test_contradictory_fault(self, emulator: Any) -> None:
        with pytest.raises(ValueError, match="one of"):
            emulator.fault("ecs", "RunTask", lost_answer=True, drop_connection=True)


class TestReset:
    def test_everything_is_gone(self, aws: Any, emulator: Any) -> None:
        aws("ecs").create_cluster(clusterName="batch")
        emulator.fault("ecs", "ListClusters", drop_connection=True)
        emulator.reset()
        assert emulator.calls == []
        assert aws("ecs").list_clusters()["clusterArns"] == []


class TestControlPaths:
    def test_calls(self, aws: Any, emulator: Any) -> None:
        aws("ecs").create_cluster(clusterName="batch")
        answer = control(emulator, "GET", "calls")
        assert (answer["writes"], answer["reads"]) == (1, 0)
        assert answer["calls"][0]["parameters"] == {"clusterName": "batch"}
        control(emulator, "DELETE", "calls")
        assert control(emulator, "GET", "calls")["calls"] == []

    def test_faults(self, aws: Any, emulator: Any) -> None:
        fault = {"service": "ecs", "operation": "*", "error": ["AccessDeniedException", "no", 400]}
        control(emulator, "POST", "faults", fault)
        with pytest.raises(ClientError) as failure:
            aws("ecs").list_clusters()
        assert code_of(failure) == "AccessDeniedException"
        control(emulator, "POST", "faults", {**fault, "times": None})
        control(emulator, "DELETE", "faults")
        aws("ecs").list_clusters()

    def test_reset(self, aws: Any, emulator: Any) -> None:
        aws("ecs").create_cluster(clusterName="batch")
        control(emulator, "POST", "reset")
        assert aws("ecs").list_clusters()["clusterArns"] == []

    def test_denials(self, aws: Any, emulator: Any) -> None:
        denial = {"action": "ecs:*", "resource_pattern": "prod"}
        control(emulator, "POST", "denials", denial)
        aws("ecs").create_cluster(clusterName="batch")
        with pytest.raises(ClientError) as failure:
            aws("ecs").create_cluster(clusterName="prod")
        assert code_of(failure) == "AccessDeniedException"
        control(emulator, "DELETE", "denials")
        aws("ecs").create_cluster(clusterName="prod")

    def test_managed_rules(self, aws: Any, emulator: Any) -> None:
        aws("events").put_rule(Name="hello", ScheduleExpression="rate(1 day)")
        managed = {"name": "hello", "region": "ap-northeast-1", "managed_by": "x.amazonaws.com"}
        control(emulator, "POST", "managed-rules", managed)
        assert aws("events").describe_rule(Name="hello")["ManagedBy"] == "x.amazonaws.com"

    def test_tagging_index(self, aws: Any, emulator: Any) -> None:
        def tagged() -> int:
            tagging = aws("resourcegroupstaggingapi")
            return len(tagging.get_resources()["ResourceTagMappingList"])

        control(emulator, "POST", "tagging-index", {"lags": True})
        tags = [{"Key": "a", "Value": "b"}]
        aws("events").put_rule(Name="hello", ScheduleExpression="rate(1 day)", Tags=tags)
        assert tagged() == 0
        control(emulator, "POST", "tagging-index", {"lags": False})
        assert tagged() == 1

    def test_health(self, emulator: Any) -> None:
        assert control(emulator, "GET", "health") == {"status": "running", "run_tasks": False}

    @pytest.mark.parametrize(
        ("path", "body", "status"),
        [("nowhere", {}, 404), ("faults", {"service": "ecs"}, 400), ("faults", {"x": 1}, 400)],
    )
    def test_mistakes_are_named(self, emulator: Any, path: str, body: Any, status: int) -> None:
        with pytest.raises(urllib.error.HTTPError) as failure:
            control(emulator, "POST", path, body)
        assert failure.value.code == status
        assert json.load(failure.value)["error"]


class TestManyAtOnce:
    def test_threads_do_not_disturb_each_other(self, aws: Any) -> None:
        events, ecs = aws("events"), aws("ecs")
        container = {"name": "app", "image": "busybox", "memory": 64}

        def work(number: int) -> int:
            events.put_rule(Name=f"rule-{number}", ScheduleExpression="rate(1 day)")
            events.list_rules()
            definition = {"family": "hello", "containerDefinitions": [container]}
            return int(ecs.register_task_definition(**definition)["taskDefinition"]["revision"])

        with ThreadPoolExecutor(8) as pool:
            revisions = list(pool.map(work, range(40)))
        assert sorted(revisions) == list(range(1, 41))
        assert len(events.list_rules()["Rules"]) == 40


class TestMiddlewares:
    def test_a_test_can_add_its_own(self) -> None:
        def refuse(call: Call, forward: Any) -> dict[str, Any]:
            if call.operation == "CreateCluster":
                raise ApiError("LimitExceededException", "enough")
            return dict(forward(call))

        with Emulator(middlewares=[refuse]) as emulator:
            import boto3

            ecs = boto3.client("ecs", endpoint_url=emulator.endpoint)
            with pytest.raises(ClientError, match="enough"):
                ecs.create_cluster(clusterName="batch")
            assert ecs.list_clusters()["clusterArns"] == []

    def test_send_leaves_no_trace_in_the_log(self, emulator: Any) -> None:
        answer = emulator.send(Call("ecs", "ListClusters", "ap-northeast-1"))
        assert answer == {"clusterArns": []}
        assert emulator.calls == []
