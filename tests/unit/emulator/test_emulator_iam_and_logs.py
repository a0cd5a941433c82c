# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM's grammar and order of deletion, denied actions, and log groups."""

from __future__ import annotations

import copy
import json

import pytest

STATEMENT = {
    "Effect": "Allow",
    "Principal": {"Service": "events.amazonaws.com"},
    "Action": "sts:AssumeRole",
}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "ecs:RunTask", "Resource": "*"}],
}
ROLE = "arn:aws:iam::123456789012:role/batch"


def trust(**changes):
    statement = {**copy.deepcopy(STATEMENT), **changes}
    kept = {name: value for name, value in statement.items() if value is not None}
    return {"Version": "2012-10-17", "Statement": [kept]}


BAD_TRUST = {
    "no JSON": ("{no json", "invalid Json"),
    "a list": ([], "Syntax errors"),
    "version": ({**trust(), "Version": "2020-01-01"}, "valid version"),
    "no statement": ({"Version": "2012-10-17"}, "Syntax errors"),
    "effect": (trust(Effect="Maybe"), "Syntax errors"),
    "no principal": (trust(Principal=None), "Missing required field Principal"),
    "principal": (trust(Principal={"Service": "events"}), 'Invalid principal in policy: "SERVICE"'),
    "kind of principal": (trust(Principal={"Robot": "x"}), 'Invalid principal in policy: "ROBOT"'),
    "resource": (trust(Resource="*"), "Has prohibited field Resource"),
    "no action": (trust(Action=None), "must contain actions"),
    "action": (trust(Action="ecs:RunTask"), "may only specify STS"),
    "condition": (trust(Condition={"Sounds": {"a": "b"}}), "Invalid Condition type : Sounds."),
}


class TestTrustPolicies:
    @pytest.mark.parametrize(("document", "text"), BAD_TRUST.values(), ids=BAD_TRUST)
    def test_malformed(self, aws, refusal, make_role, document, text):
        iam = aws("iam")
        make_role("other", "events")
        if not isinstance(document, str):
            document = json.dumps(document)
        found = [
            refusal(iam.create_role, RoleName="batch", AssumeRolePolicyDocument=document),
            refusal(iam.update_assume_role_policy, RoleName="other", PolicyDocument=document),
        ]
        for code, message in found:
            assert code == "MalformedPolicyDocument"
            assert text in message

    @pytest.mark.parametrize(
        "document",
        [
            trust(),
            trust(Principal={"Service": ["events.amazonaws.com", "scheduler.amazonaws.com"]}),
            trust(Principal={"Service": "ecs-tasks.amazonaws.com.cn"}),
            trust(Principal={"AWS": "arn:aws:iam::123456789012:root"}),
            trust(Principal="*"),
            trust(Action=["sts:AssumeRole", "sts:TagSession"]),
            trust(Condition={"StringEquals": {"aws:SourceAccount": "123456789012"}}),
            trust(Condition={"ArnLikeIfExists": {"aws:SourceArn": "arn:aws:ecs:*"}}),
        ],
    )
    def test_good(self, aws, document):
        created = aws("iam").create_role(
            RoleName="batch", AssumeRolePolicyDocument=json.dumps(document)
        )
        assert created["Role"]["AssumeRolePolicyDocument"] == document

    def test_too_long(self, aws, refusal):
        condition = {"StringEquals": {"aws:SourceAccount": ["1" * 12] * 200}}
        document = json.dumps(trust(Condition=condition))
        code, message = refusal(
            aws("iam").create_role, RoleName="batch", AssumeRolePolicyDocument=document
        )
        assert (code, message) == ("LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048")


class TestPolicies:
    def policy(self, aws):
        document = json.dumps(POLICY)
        return aws("iam").create_policy(PolicyName="p", PolicyDocument=document)["Policy"]["Arn"]

    def test_attached_policy(self, aws, refusal, make_role):
        make_role("batch", "events")
        iam, arn = aws("iam"), self.policy(aws)
        iam.attach_role_policy(RoleName="batch", PolicyArn=arn)
        assert refusal(iam.delete_policy, PolicyArn=arn) == (
            "DeleteConflict",
            "Cannot delete a policy attached to entities.",
        )
        iam.detach_role_policy(RoleName="batch", PolicyArn=arn)
        iam.delete_policy(PolicyArn=arn)
        assert refusal(iam.get_policy, PolicyArn=arn)[0] == "NoSuchEntity"

    def test_policy_with_versions(self, aws, refusal):
        iam, arn = aws("iam"), self.policy(aws)
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(POLICY))
        assert refusal(iam.delete_policy, PolicyArn=arn)[0] == "DeleteConflict"
        iam.delete_policy_version(PolicyArn=arn, VersionId="v2")
        iam.delete_policy(PolicyArn=arn)

    def test_unknown_policy(self, aws, refusal):
        arn = "arn:aws:iam::123456789012:policy/absent"
        assert refusal(aws("iam").delete_policy, PolicyArn=arn)[0] == "NoSuchEntity"

    def test_principal_in_identity_policy(self, aws, refusal, make_role):
        make_role("batch", "events")
        statement = {**POLICY["Statement"][0], "Principal": "*"}
        document = json.dumps({**POLICY, "Statement": [statement]})
        parameters = {"RoleName": "batch", "PolicyName": "p", "PolicyDocument": document}
        assert refusal(aws("iam").put_role_policy, **parameters) == (
            "MalformedPolicyDocument",
            "Policy document should not specify a principal.",
        )

    def test_managed_policy_too_long(self, aws, refusal):
        statement = {**POLICY["Statement"][0], "Resource": ["arn:aws:ecs:*:*:task/x"] * 300}
        document = json.dumps({**POLICY, "Statement": [statement]})
        code, _message = refusal(aws("iam").create_policy, PolicyName="p", PolicyDocument=document)
        assert code == "LimitExceeded"

    def test_inline_policies_too_long_together(self, aws, refusal, make_role):
        make_role("batch", "events")
        statement = {**POLICY["Statement"][0], "Resource": ["arn:aws:ecs:*:*:task/x"] * 200}
        document = json.dumps({**POLICY, "Statement": [statement]})
        put = aws("iam").put_role_policy
        put(RoleName="batch", PolicyName="a", PolicyDocument=document)
        put(RoleName="batch", PolicyName="b", PolicyDocument=document)
        parameters = {"RoleName": "batch", "PolicyName": "c", "PolicyDocument": document}
        assert refusal(put, **parameters)[0] == "LimitExceeded"
        put(RoleName="batch", PolicyName="b", PolicyDocument=document)

    def test_what_moto_does_not_know_is_not_retried(self, aws, refusal):
        code, _message = refusal(
            aws("iam").simulate_custom_policy,
            PolicyInputList=[json.dumps(POLICY)],
            ActionNames=["ecs:RunTask"],
        )
        assert code == "NotImplemented"


class TestDenials:
    CONTAINER = {"name": "app", "image": "busybox", "memory": 64}

    def test_action(self, aws, emulator, refusal):
        emulator.deny("ecs:CreateCluster")
        code, message = refusal(aws("ecs").create_cluster, clusterName="batch")
        assert code == "AccessDeniedException"
        assert message == (
            "User: arn:aws:iam::123456789012:user/testing is not authorized to perform: "
            "ecs:CreateCluster on resource: batch because no identity-based policy allows the "
            "ecs:CreateCluster action"
        )
        assert emulator.writes()[0].error == "AccessDeniedException"
        aws("ecs").list_clusters()
        emulator.clear_denials()
        aws("ecs").create_cluster(clusterName="batch")

    def test_code_of_each_service(self, aws, emulator, refusal):
        emulator.deny("*")
        assert refusal(aws("iam").list_roles)[0] == "AccessDenied"
        assert refusal(aws("sts").get_caller_identity)[0] == "AccessDenied"
        assert refusal(aws("ec2").describe_vpcs)[0] == "UnauthorizedOperation"
        assert refusal(aws("scheduler").list_schedules)[0] == "AccessDeniedException"
        assert "tag:GetResources" in refusal(aws("resourcegroupstaggingapi").get_resources)[1]

    def test_resource(self, aws, emulator, refusal):
        emulator.deny("events:*", "prod-*")
        events = aws("events")
        events.put_rule(Name="test-a", ScheduleExpression="rate(1 day)")
        code, _message = refusal(events.put_rule, Name="prod-a", ScheduleExpression="rate(1 day)")
        assert code == "AccessDeniedException"

    def test_pass_role(self, aws, emulator, refusal):
        emulator.deny("iam:PassRole", ROLE)
        register = aws("ecs").register_task_definition
        definition = {"family": "hello", "containerDefinitions": [self.CONTAINER]}
        code, message = refusal(register, **definition, taskRoleArn=ROLE)
        assert code == "AccessDeniedException"
        assert f"iam:PassRole on resource: {ROLE}" in message
        register(**definition, taskRoleArn=f"{ROLE}-other")
        register(**definition)

    def test_pass_role_of_a_target(self, aws, emulator, refusal):
        emulator.deny("iam:PassRole")
        events = aws("events")
        events.put_rule(Name="hello", ScheduleExpression="rate(1 day)")
        target = {"Id": "a", "Arn": "arn:aws:sqs:ap-northeast-1:123456789012:q", "RoleArn": ROLE}
        _code, message = refusal(events.put_targets, Rule="hello", Targets=[target])
        assert "iam:PassRole" in message


class TestLogs:
    @pytest.mark.parametrize("days", [8, 0, 366, -1])
    def test_bad_retention(self, aws, refusal, days):
        logs = aws("logs")
        logs.create_log_group(logGroupName="/ecs/hello")
        parameters = {"logGroupName": "/ecs/hello", "retentionInDays": days}
        code, message = refusal(logs.put_retention_policy, **parameters)
        assert code == "InvalidParameterException"
        assert f"Value '{days}' at 'retentionInDays'" in message
        assert "retentionInDays" not in logs.describe_log_groups()["logGroups"][0]

    def test_good_retention(self, aws):
        logs = aws("logs")
        logs.create_log_group(logGroupName="/ecs/hello")
        logs.put_retention_policy(logGroupName="/ecs/hello", retentionInDays=30)
        assert logs.describe_log_groups()["logGroups"][0]["retentionInDays"] == 30

    def test_reserved_name(self, aws, refusal):
        code, _message = refusal(aws("logs").create_log_group, logGroupName="aws/hello")
        assert code == "InvalidParameterException"
