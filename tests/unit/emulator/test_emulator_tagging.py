# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GetResources over rules, schedule groups, task definitions and log groups."""

from __future__ import annotations

import pytest

PLACE = "ap-northeast-1:123456789012"
OWNER = "batchwork:owner"
DEFINITION = {"containerDefinitions": [{"name": "app", "image": "busybox", "memory": 64}]}


def put_rule(aws, name, **tags):
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    aws("events").put_rule(Name=name, ScheduleExpression="rate(1 day)", Tags=pairs)


@pytest.fixture
def tagged(aws):
    """One resource of each kind with an owner, and a rule of another owner."""
    put_rule(aws, "hello", **{OWNER: "team", "env": "test"})
    put_rule(aws, "foreign", **{OWNER: "others"})
    put_rule(aws, "untagged")
    pair = {"Key": OWNER, "Value": "team"}
    aws("scheduler").create_schedule_group(Name="team", Tags=[pair])
    tags = [{"key": OWNER, "value": "team"}]
    aws("ecs").register_task_definition(family="hello", tags=tags, **DEFINITION)
    aws("logs").create_log_group(logGroupName="/ecs/team", tags={OWNER: "team"})
    return aws("resourcegroupstaggingapi")


RULE = f"arn:aws:events:{PLACE}:rule/hello"
FOREIGN = f"arn:aws:events:{PLACE}:rule/foreign"
GROUP = f"arn:aws:scheduler:{PLACE}:schedule-group/team"
LOG_GROUP = f"arn:aws:logs:{PLACE}:log-group:/ecs/team"
REVISION = f"arn:aws:ecs:{PLACE}:task-definition/hello:1"


def arns(answer):
    return {each["ResourceARN"] for each in answer["ResourceTagMappingList"]}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, {RULE, FOREIGN, GROUP, REVISION, LOG_GROUP}),
        ({"ResourceTypeFilters": ["events:rule"]}, {RULE, FOREIGN}),
        ({"ResourceTypeFilters": ["events"]}, {RULE, FOREIGN}),
        ({"ResourceTypeFilters": ["scheduler:schedule-group"]}, {GROUP}),
        ({"ResourceTypeFilters": ["ecs:task-definition"]}, {REVISION}),
        ({"ResourceTypeFilters": ["ecs:task-definition", "events:rule"]},
         {RULE, FOREIGN, REVISION}),
        ({"ResourceTypeFilters": ["logs:log-group"]}, {LOG_GROUP}),
        ({"TagFilters": [{"Key": OWNER, "Values": ["team"]}]}, {RULE, GROUP, REVISION, LOG_GROUP}),
        ({"TagFilters": [{"Key": OWNER, "Values": ["team", "others"]}]},
         {RULE, FOREIGN, GROUP, REVISION, LOG_GROUP}),
        ({"TagFilters": [{"Key": OWNER, "Values": ["team"]}, {"Key": "env"}]}, {RULE}),
        ({"TagFilters": [{"Key": OWNER, "Values": ["nobody"]}]}, set()),
        ({"ResourceARNList": [GROUP, RULE]}, {GROUP, RULE}),
    ],
)  # fmt: skip
def test_filters(tagged, asked, found):
    assert arns(tagged.get_resources(**asked)) == found


def test_tags_are_in_the_answer(tagged):
    answer = tagged.get_resources(ResourceTypeFilters=["events:rule"])
    tags = {each["ResourceARN"]: each["Tags"] for each in answer["ResourceTagMappingList"]}
    expected = [{"Key": OWNER, "Value": "team"}, {"Key": "env", "Value": "test"}]
    assert tags[RULE] == expected


def test_what_moto_knows_is_there_too(aws, tagged):
    topic = aws("sns").create_topic(Name="alarms", Tags=[{"Key": OWNER, "Value": "team"}])
    found = arns(tagged.get_resources(TagFilters=[{"Key": OWNER, "Values": ["team"]}]))
    assert found == {RULE, GROUP, REVISION, LOG_GROUP, topic["TopicArn"]}
    only_topics = tagged.get_resources(ResourceTypeFilters=["sns:topic"])
    assert arns(only_topics) == {topic["TopicArn"]}


def test_changed_tags(aws, tagged):
    aws("events").untag_resource(ResourceARN=RULE, TagKeys=[OWNER])
    aws("events").tag_resource(ResourceARN=RULE, Tags=[{"Key": "env", "Value": "prod"}])
    answer = tagged.get_resources(TagFilters=[{"Key": "env", "Values": ["prod"]}])
    assert arns(answer) == {RULE}


def test_deleted_resources_are_gone(aws, tagged):
    aws("events").delete_rule(Name="hello")
    aws("ecs").deregister_task_definition(taskDefinition="hello:1")
    aws("ecs").delete_task_definitions(taskDefinitions=["hello:1"])
    aws("logs").delete_log_group(logGroupName="/ecs/team")
    assert arns(tagged.get_resources()) == {FOREIGN, GROUP}


def test_pages(aws):
    tagging = aws("resourcegroupstaggingapi")
    for number in range(101):
        put_rule(aws, f"rule-{number}", **{OWNER: "team"})
    first = tagging.get_resources()
    assert len(first["ResourceTagMappingList"]) == 100
    second = tagging.get_resources(PaginationToken=first["PaginationToken"])
    assert len(second["ResourceTagMappingList"]) == 1
    assert second["PaginationToken"] == ""
    pages = tagging.get_paginator("get_resources").paginate(ResourcesPerPage=40)
    assert [len(page["ResourceTagMappingList"]) for page in pages] == [40, 40, 21]


def test_page_size(tagged, refusal):
    code, _message = refusal(tagged.get_resources, ResourcesPerPage=101)
    assert code == "InvalidParameterException"


def test_arns_and_filters_exclude_each_other(tagged, refusal):
    asked = {"ResourceARNList": [RULE], "ResourceTypeFilters": ["events:rule"]}
    assert refusal(tagged.get_resources, **asked)[0] == "InvalidParameterException"


def test_regions_are_apart(aws, tagged):
    elsewhere = aws("resourcegroupstaggingapi", region_name="us-east-1")
    assert arns(elsewhere.get_resources()) == set()


def test_the_index_can_lag(aws, tagged, emulator):
    emulator.lag_tagging_index()
    put_rule(aws, "new", **{OWNER: "team"})
    aws("events").delete_rule(Name="hello")
    assert arns(tagged.get_resources(ResourceTypeFilters=["events:rule"])) == {RULE, FOREIGN}
    emulator.lag_tagging_index(False)
    new = f"arn:aws:events:{PLACE}:rule/new"
    assert arns(tagged.get_resources(ResourceTypeFilters=["events:rule"])) == {new, FOREIGN}
