# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each policy document grants, derived from what the batch makes use of."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.filter.split_policy import split_policy
from ansible_collections.batchwork.aws.plugins.module_utils._model.policy_document import (
    length_of,
)
from ansible_collections.batchwork.aws.tests.unit.policies.iam_documents import (
    conditions_of,
    grants,
    lint,
    resources_of,
)
from ansible_collections.batchwork.aws.tests.unit.policies.policy_inputs import (
    ACCOUNT,
    KEY,
    PARTITIONS,
    QUEUE,
    READ_BUCKET,
    arn,
    article_container,
    everything_in_use,
    execution,
    fleet_guard,
    fleet_operator,
    fleet_trigger,
    iam_arn,
    operator,
    operator_guard,
    place,
    state_machine,
    trigger,
)

PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
EXECUTE_COMMAND = {
    ("ssmmessages:CreateControlChannel", "*"),
    ("ssmmessages:CreateDataChannel", "*"),
    ("ssmmessages:OpenControlChannel", "*"),
    ("ssmmessages:OpenDataChannel", "*"),
}


class TestExecutionRole:
    def test_the_articles_batch_pulls_one_repository_and_writes_one_log_group(self, render):
        group = arn("logs", "log-group:/ecs/fargate-task-definition")
        repository = arn("ecr", "repository/hello-world")
        assert grants(render("execution-role", execution(article_container()))) == {
            ("ecr:GetAuthorizationToken", "*"),
            *((action, repository) for action in PULL),
            *(
                (action, resource)
                for action in ("logs:CreateLogStream", "logs:PutLogEvents")
                for resource in (group, f"{group}:*")
            ),
        }

    def test_a_batch_that_uses_nothing_is_granted_nothing(self, render):
        document = render("execution-role", execution({"name": "a", "image": "busybox"}))
        assert document["Statement"] == []

    @pytest.mark.parametrize(
        ("image", "repository"),
        [
            (
                f"{ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com/team/app:1.2",
                "arn:aws:ecr:eu-central-1:123456789012:repository/team/app",
            ),
            (
                f"210987654321.dkr.ecr.us-east-1.amazonaws.com/app@sha256:{'0' * 64}",
                "arn:aws:ecr:us-east-1:210987654321:repository/app",
            ),
            (
                f"{ACCOUNT}.dkr.ecr-fips.us-east-1.amazonaws.com/app",
                "arn:aws:ecr:us-east-1:123456789012:repository/app",
            ),
            (
                f"{ACCOUNT}.dkr-ecr.us-east-1.on.aws/app:v1",
                "arn:aws:ecr:us-east-1:123456789012:repository/app",
            ),
        ],
    )
    def test_a_private_image_names_its_repository(self, render, image, repository):
        document = render("execution-role", execution({"name": "a", "image": image}))
        assert resources_of(document, "ecr:BatchGetImage") == {repository}

    @pytest.mark.parametrize(
        "image", ["busybox", "public.ecr.aws/docker/library/busybox:stable", "ghcr.io/a/b:1"]
    )
    def test_an_image_from_elsewhere_needs_no_permission(self, render, image):
        document = render("execution-role", execution({"name": "a", "image": image}))
        assert document["Statement"] == []

    def test_two_containers_of_one_repository_and_group_name_them_once(self, render):
        document = render("execution-role", execution(article_container(), article_container()))
        for statement in document["Statement"]:
            resources = statement["Resource"]
            assert isinstance(resources, str) or len(resources) == len(set(resources))

    @pytest.mark.parametrize(
        ("options", "granted"),
        [({}, False), ({"awslogs-create-group": "false"}, False)]
        + [({"awslogs-create-group": value}, True) for value in ("true", True)],
    )
    def test_a_log_group_is_created_only_where_the_driver_is_told_to(
        self, render, options, granted
    ):
        container = article_container()
        container["logConfiguration"]["options"] |= options
        document = render("execution-role", execution(container))
        assert bool(resources_of(document, "logs:CreateLogGroup")) is granted

    def test_other_log_drivers_need_no_log_group(self, render):
        container = article_container()
        container["logConfiguration"]["logDriver"] = "awsfirelens"
        document = render("execution-role", execution(container))
        assert not resources_of(document, "logs:PutLogEvents")

    @pytest.mark.parametrize("partition", PARTITIONS)
    def test_secrets_are_named_one_by_one(self, render, partition):
        document = render("execution-role", everything_in_use(partition))
        assert resources_of(document, "ssm:GetParameters") == {
            arn("ssm", "parameter/batch/plain", partition),
            arn("ssm", "parameter/batch/versioned", partition),
            arn("ssm", "parameter/logging/token", partition),
        }
        assert resources_of(document, "secretsmanager:GetSecretValue") == {
            arn("secretsmanager", "secret:db-AbCdEf", partition),
            arn("secretsmanager", "secret:api-??????", partition),
            arn("secretsmanager", "secret:registry-login-??????", partition),
        }

    @pytest.mark.parametrize("partition", PARTITIONS)
    def test_environment_files_are_named_one_by_one(self, render, partition):
        document = render("execution-role", everything_in_use(partition))
        files = {f"arn:{partition}:s3:::settings/batch/defaults.env"}
        assert resources_of(document, "s3:GetObject") == files
        assert resources_of(document, "s3:GetBucketLocation") == {f"arn:{partition}:s3:::settings"}

    def test_environment_files_of_overrides_count(self, render):
        file = {"type": "s3", "value": "arn:aws:s3:::settings/night.env"}
        overrides = {"containerOverrides": [{"name": "hello", "environmentFiles": [file]}]}
        document = render("execution-role", execution(article_container(), overrides=overrides))
        assert resources_of(document, "s3:GetObject") == {file["value"]}

    def test_keys_decrypt_only_through_the_services_that_hold_secrets(self, render):
        document = render("execution-role", everything_in_use("aws-cn"))
        assert conditions_of(document, "kms:Decrypt") == [
            {
                "StringEquals": {
                    "kms:ViaService": [
                        "s3.cn-north-1.amazonaws.com.cn",
                        "secretsmanager.cn-north-1.amazonaws.com.cn",
                        "ssm.cn-north-1.amazonaws.com.cn",
                    ]
                }
            }
        ]

    def test_both_spellings_grant_the_same(self, render):
        key = arn("secretsmanager", "secret:db-AbCdEf")
        file = {"type": "s3", "value": "arn:aws:s3:::settings/a.env"}
        options = {"awslogs-group": "/ecs/a", "awslogs-region": "ap-northeast-1"}
        camel = {
            "name": "a",
            "image": "busybox",
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": options,
                "secretOptions": [{"name": "S", "valueFrom": "option"}],
            },
            "secrets": [{"name": "S", "valueFrom": key}],
            "environmentFiles": [file],
            "repositoryCredentials": {"credentialsParameter": key},
        }
        snake = {
            "name": "a",
            "image": "busybox",
            "log_configuration": {
                "log_driver": "awslogs",
                "options": options,
                "secret_options": [{"name": "S", "value_from": "option"}],
            },
            "secrets": [{"name": "S", "value_from": key}],
            "environment_files": [file],
            "repository_credentials": {"credentials_parameter": key},
        }
        assert render("execution-role", execution(camel)) == render(
            "execution-role", execution(snake)
        )

    @pytest.mark.parametrize("empty", [None, [], {}])
    def test_empty_fields_mean_nothing(self, render, empty):
        fields = ("secrets", "environmentFiles", "logConfiguration", "repositoryCredentials")
        container = {"name": "a", "image": "busybox", **dict.fromkeys(fields, empty)}
        assert render("execution-role", execution(container))["Statement"] == []


class TestTaskRole:
    @pytest.mark.parametrize("statements", [[], [READ_BUCKET]])
    @pytest.mark.parametrize("execute_command", [True, False])
    def test_own_statements_and_execute_command(self, render, statements, execute_command):
        document = render(
            "task-role",
            {"task_role_statements": statements, "enable_execute_command": execute_command},
        )
        own = {("s3:GetObject", "arn:aws:s3:::reports/*")} if statements else set()
        assert grants(document) == own | (EXECUTE_COMMAND if execute_command else set())


class TestTriggerRole:
    def test_it_runs_every_revision_of_the_family_on_the_cluster_only(self, render):
        document = render("trigger-role", trigger())
        every_revision = {arn("ecs", "task-definition/ecs-scheduled-batch-task:*")}
        assert resources_of(document, "ecs:RunTask") == every_revision
        assert conditions_of(document, "ecs:RunTask") == [
            {"ArnEquals": {"ecs:cluster": arn("ecs", "cluster/batch")}}
        ]

    def test_it_passes_the_batchs_roles_to_tasks_only(self, render):
        inputs = trigger()
        document = render("trigger-role", inputs)
        assert resources_of(document, "iam:PassRole") == set(inputs["passed_role_arns"])
        assert conditions_of(document, "iam:PassRole") == [
            {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
        ]

    def test_one_role_for_both_is_passed_once(self, render):
        role = iam_arn("role/EcsTaskExecutionRole-sample")
        document = render("trigger-role", trigger(passed_role_arns=[role, role]))
        (statement,) = [s for s in document["Statement"] if s["Action"] == "iam:PassRole"]
        assert statement["Resource"] == [role]

    def test_without_roles_it_passes_none(self, render):
        assert not resources_of(
            render("trigger-role", trigger(passed_role_arns=[])), "iam:PassRole"
        )

    @pytest.mark.parametrize("tags_tasks", [True, False])
    def test_it_tags_tasks_only_where_the_target_does(self, render, tags_tasks):
        document = render("trigger-role", trigger(tags_tasks=tags_tasks))
        tasks = {arn("ecs", "task/batch/*")} if tags_tasks else set()
        assert resources_of(document, "ecs:TagResource") == tasks

    def test_a_schedule_sends_and_decrypts_as_this_role(self, render):
        document = render("trigger-role", trigger(dead_letter_arn=QUEUE, kms_key_arn=KEY))
        assert resources_of(document, "sqs:SendMessage") == {QUEUE}
        assert resources_of(document, "kms:Decrypt") == {KEY}

    def test_a_rule_does_neither(self, render):
        granted = {action for action, _resource in grants(render("trigger-role", trigger()))}
        assert granted == {"ecs:RunTask", "iam:PassRole"}


READ_TRIGGERS = {
    "events:DescribeRule",
    "events:ListTagsForResource",
    "events:ListTargetsByRule",
    "scheduler:GetSchedule",
}
WRITE_RULE = {f"events:{name}" for name in ("PutRule", "DeleteRule", "PutTargets")}
WRITE_RULE |= {f"events:{name}" for name in ("RemoveTargets", "TagResource", "UntagResource")}
WRITE_SCHEDULE = {f"scheduler:{name}Schedule" for name in ("Create", "Update", "Delete")}


def of_triggers(document):
    """What a document grants on rules, schedules and their groups, but for listings."""
    services = ("events:", "scheduler:")
    return {
        action
        for action, resource in grants(document)
        if action.startswith(services) and resource != "*"
    }


READING = ("BatchGet", "Describe", "Get", "List", "Simulate")


class TestOperator:
    def test_it_reaches_the_batchs_own_objects_only(self, render):
        inputs = operator()
        document = render("operator", inputs)
        named = {resource for _action, resource in grants(document)} - {"*"}
        group = arn("logs", "log-group:/ecs/fargate-task-definition")
        assert named == {
            arn("ecs", "task-definition/ecs-scheduled-batch-task:*"),
            arn("ecs", "cluster/batch"),
            arn("ecs", "container-instance/batch/*"),
            arn("ecs", "task/batch/*"),
            arn("events", "rule/hello"),
            arn("scheduler", "schedule/default/hello"),
            group,
            f"{group}:*",
            f"{group}:log-stream:*",
            *inputs["made_role_arns"],
            *inputs["made_policy_arns"],
            *inputs["passed_role_arns"],
        }

    @pytest.mark.parametrize(
        ("services", "written"),
        [
            (["events"], WRITE_RULE),
            (["scheduler"], WRITE_SCHEDULE),
            (["events", "scheduler"], WRITE_RULE | WRITE_SCHEDULE),
        ],
    )
    def test_it_reads_both_triggers_and_writes_those_of_the_batch(self, render, services, written):
        document = render("operator", operator(trigger_services=services))
        assert of_triggers(document) == READ_TRIGGERS | written
        passed = [
            condition["StringEquals"]["iam:PassedToService"]
            for condition in conditions_of(document, "iam:PassRole")
        ]
        assert passed[1:] == [f"{service}.amazonaws.com" for service in services]

    def test_a_schedule_group_is_written_where_it_is_not_everybodys(self, render):
        own = operator(trigger_services=["scheduler"], group_name="reports")
        document = render("operator", own)
        for action in ("CreateScheduleGroup", "DeleteScheduleGroup", "TagResource"):
            reports = {arn("scheduler", "schedule-group/reports")}
            assert resources_of(document, f"scheduler:{action}") == reports
        assert resources_of(document, "scheduler:UpdateSchedule") == {
            arn("scheduler", "schedule/reports/hello")
        }

    def test_it_looks_at_the_dead_letters_of_the_target(self, render):
        queue = arn("sqs", "letters")
        document = render("operator", operator(dead_letter_arn=queue))
        assert resources_of(document, "sqs:ReceiveMessage") == {queue}

    def test_it_attaches_the_batchs_policies_only(self, render):
        inputs = operator()
        assert conditions_of(render("operator", inputs), "iam:AttachRolePolicy") == [
            {"ArnEquals": {"iam:PolicyARN": sorted(inputs["attached_policy_arns"])}}
        ]

    def test_roles_are_created_with_the_boundary_only(self, render):
        boundary = iam_arn("policy/boundary")
        document = render("operator", operator(permissions_boundary=boundary))
        assert conditions_of(document, "iam:CreateRole") == [
            {"ArnEquals": {"iam:PermissionsBoundary": boundary}}
        ]

    def test_what_is_brought_along_is_not_written(self, render):
        document = render(
            "operator",
            operator(made_role_arns=[], made_policy_arns=[], attached_policy_arns=[], log_group=""),
        )
        written = {action for action, _resource in grants(document)}
        assert not {action for action in written if action.startswith("logs:Put")}
        assert {action for action in written if action.startswith("iam:")} == {
            "iam:ListPolicies",
            "iam:PassRole",
        }

    def test_preflight_only_reads_and_reads_no_secret(self, render):
        document = render("operator-preflight", operator())
        actions = {action for action, _resource in grants(document)}
        assert len(actions) > 15
        assert all(action.partition(":")[2].startswith(READING) for action in actions)
        assert not actions & {"secretsmanager:GetSecretValue", "ssm:GetParameters"}


class TestGuardedBatch:
    def test_the_trigger_may_start_the_state_machine_and_nothing_else(self, render):
        inputs = trigger(state_machine_arn=state_machine(), tags_tasks=True)
        assert grants(render("trigger-role", inputs)) == {
            ("states:StartExecution", state_machine()),
        }

    def test_the_operator_changes_only_what_is_named_after_the_batch(self, render):
        named = {
            resource for _action, resource in grants(render("operator-guard", operator_guard()))
        }
        assert {resource.rpartition(":")[2] for resource in named} == {
            "*",  # DescribeAlarms
            "hello-dead-letters",
            "hello-failed-invocations",
            "hello-guard",
            "role/hello-guard",
            "rule/hello-failures",
        }


class TestFleetTriggerRole:
    def test_it_runs_what_carries_the_owners_tag_on_its_clusters_only(self, render):
        clusters = [arn("ecs", "cluster/spot"), arn("ecs", "cluster/batch")]
        document = render("fleet-trigger-role", fleet_trigger(cluster_arns=clusters))
        assert resources_of(document, "ecs:RunTask") == {arn("ecs", "task-definition/*")}
        assert conditions_of(document, "ecs:RunTask") == [
            {
                "ArnEquals": {"ecs:cluster": sorted(clusters)},
                "StringEquals": {"aws:ResourceTag/batchwork:owner": "reports"},
            }
        ]

    def test_task_definitions_of_others_are_named(self, render):
        inputs = fleet_trigger(described=False, named_families=["theirs"])
        document = render("fleet-trigger-role", inputs)
        assert resources_of(document, "ecs:RunTask") == {arn("ecs", "task-definition/theirs:*")}
        assert conditions_of(document, "ecs:RunTask") == [
            {"ArnEquals": {"ecs:cluster": [arn("ecs", "cluster/batch")]}}
        ]

    def test_it_passes_named_roles_to_tasks_only(self, render):
        inputs = fleet_trigger()
        document = render("fleet-trigger-role", inputs)
        assert resources_of(document, "iam:PassRole") == set(inputs["passed_role_arns"])
        assert conditions_of(document, "iam:PassRole") == [
            {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
        ]

    @pytest.mark.parametrize("tags_tasks", [True, False])
    def test_it_tags_tasks_only_where_a_target_does(self, render, tags_tasks):
        document = render("fleet-trigger-role", fleet_trigger(tags_tasks=tags_tasks))
        tasks = {arn("ecs", "task/batch/*")} if tags_tasks else set()
        assert resources_of(document, "ecs:TagResource") == tasks

    def test_it_starts_guards_and_does_for_schedules_what_they_do_as_this_role(self, render):
        machine = arn("states", "stateMachine:reports-guard")
        more = {"state_machine_arns": [machine], "dead_letter_arns": [QUEUE], "kms_key_arns": [KEY]}
        document = render("fleet-trigger-role", fleet_trigger(**more))
        assert grants(document) - grants(render("fleet-trigger-role", fleet_trigger())) == {
            ("states:StartExecution", machine),
            ("sqs:SendMessage", QUEUE),
            ("kms:Decrypt", KEY),
        }


class TestFleetGuardRole:
    def test_it_runs_what_the_trigger_role_would_run_without_it(self, render):
        of_both = {"named_families": ["theirs"], "tags_tasks": True}
        run = render("fleet-trigger-role", fleet_trigger(**of_both))
        guarded = render("fleet-guard-role", fleet_guard(**of_both))
        assert grants(run) <= grants(guarded)
        for action in ("ecs:RunTask", "iam:PassRole", "ecs:TagResource"):
            assert conditions_of(guarded, action) == conditions_of(run, action)

    def test_it_watches_and_stops_tasks_on_its_clusters_only(self, render):
        clusters = [arn("ecs", "cluster/batch"), arn("ecs", "cluster/spot")]
        document = render("fleet-guard-role", fleet_guard(cluster_arns=clusters))
        rule = arn("events", "rule/StepFunctionsGetEventsForECSTaskRule")
        run = render("fleet-trigger-role", fleet_trigger(cluster_arns=clusters))
        tasks = {arn("ecs", "task/batch/*"), arn("ecs", "task/spot/*")}
        instances = {resource.replace(":task/", ":container-instance/") for resource in tasks}
        assert grants(document) - grants(run) == {
            *((action, task) for action in ("ecs:DescribeTasks", "ecs:StopTask") for task in tasks),
            *(("ecs:ListTasks", instance) for instance in instances),
            *((f"events:{name}", rule) for name in ("DescribeRule", "PutRule", "PutTargets")),
        }


class TestFleetsThatAreTooLongForOnePolicy:
    """A hundred families, thirty repositories, a task role for each."""

    def policies_of(self, render, template, inputs):
        document = render(template, inputs)
        documents = split_policy(document)
        assert all(length_of(each) <= 6144 for each in documents)
        assert all(lint(each) == [] for each in documents)
        assert set().union(*map(grants, documents)) == grants(document)
        return documents

    def test_the_families_of_the_fleet_cost_no_characters(self, render):
        assert len(self.policies_of(render, "fleet-trigger-role", fleet_trigger())) == 1

    def test_the_guard_costs_no_more(self, render):
        clusters = [arn("ecs", f"cluster/cluster-{n}") for n in range(10)]
        inputs = fleet_guard(cluster_arns=clusters, tags_tasks=True)
        assert len(self.policies_of(render, "fleet-guard-role", inputs)) == 1

    @pytest.mark.parametrize("template", ["fleet-trigger-role", "fleet-guard-role"])
    def test_a_task_role_for_each_batch_takes_some_policies(self, render, template):
        roles = [iam_arn(f"role/reports-ap-northeast-1-task-{n:03}") for n in range(100)]
        inputs = fleet_trigger(
            passed_role_arns=roles, named_families=[f"family-of-others-{n:03}" for n in range(100)]
        )
        documents = self.policies_of(render, template, inputs)
        assert 1 < len(documents) <= 4
        for document in documents:
            assert all(conditions_of(document, "iam:PassRole"))
            assert all(conditions_of(document, "ecs:RunTask"))

    def test_the_execution_role_names_every_repository_group_and_secret(self, render):
        containers = [
            {
                **article_container(),
                "image": f"{ACCOUNT}.dkr.ecr.ap-northeast-1.amazonaws.com/team/app-{n % 30:02}:1",
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {"awslogs-group": f"/ecs/reports/batch-{n:03}"},
                },
                "secrets": [{"name": "KEY", "valueFrom": f"/reports/batch-{n:03}/key"}],
            }
            for n in range(100)
        ]
        inputs = {**execution(*containers), **place()}
        documents = self.policies_of(render, "execution-role", inputs)
        assert 1 < len(documents) <= 5
        pulled = {
            resource for each in documents for resource in resources_of(each, "ecr:BatchGetImage")
        }
        assert len(pulled) == 30


class TestFleetOperator:
    def test_it_reaches_the_fleets_own_objects_only(self, render):
        named = {r for _action, r in grants(render("fleet-operator", fleet_operator()))} - {"*"}
        group = arn("logs", "log-group:/ecs/reports")
        assert named == {
            arn("ecs", "task-definition/*"),
            arn("ecs", "cluster/batch"),
            arn("events", "rule/*"),
            arn("scheduler", "schedule-group/reports"),
            arn("scheduler", "schedule/reports/*"),
            iam_arn("role/reports-ap-northeast-1-*"),
            iam_arn("policy/reports-ap-northeast-1-*"),
            arn("states", "stateMachine:reports-guard"),
            group,
            f"{group}:*",
        }

    def test_a_guard_is_made_where_there_are_any_and_always_removed(self, render):
        def of_guards(**more):
            document = render("fleet-operator", fleet_operator(owner="a.b", **more))
            return {each for each in grants(document) if each[0].startswith("states:")}

        machine = arn("states", "stateMachine:a-b-guard")
        assert {resource for _action, resource in of_guards(has_guards=True)} == {machine}
        assert ("states:DeleteStateMachine", machine) in of_guards()
        made = of_guards(has_guards=True) - of_guards()
        assert ("states:CreateStateMachine", machine) in made

    def test_it_registers_and_tags_the_owners_task_definitions_only(self, render):
        document = render("fleet-operator", fleet_operator())
        tags = [
            tag
            for action in ("ecs:RegisterTaskDefinition", "ecs:TagResource", "ecs:UntagResource")
            for condition in conditions_of(document, action)
            for tag in condition["StringEquals"].items()
        ]
        assert {value for _key, value in tags} == {"reports"}
        assert {key.partition("/")[2] for key, _value in tags} == {"batchwork:owner"}

    def test_it_attaches_the_fleets_policies_only(self, render):
        assert conditions_of(
            render("fleet-operator", fleet_operator()), "iam:AttachRolePolicy"
        ) == [{"ArnLike": {"iam:PolicyARN": [iam_arn("policy/reports-ap-northeast-1-*")]}}]

    def test_roles_are_created_with_the_boundary_only(self, render):
        boundary = iam_arn("policy/boundary")
        document = render("fleet-operator", fleet_operator(permissions_boundary=boundary))
        assert conditions_of(document, "iam:CreateRole") == [
            {"ArnEquals": {"iam:PermissionsBoundary": boundary}}
        ]
