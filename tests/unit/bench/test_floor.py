# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bare loop makes the same calls as the run that it repeats."""

from __future__ import annotations

from bench.floor import repeat, rounds_of


def call(service, operation, **parameters):
    return {"service": service, "operation": operation, "parameters": parameters}


def test_calls_of_one_operation_are_one_round_in_the_order_of_the_first():
    rounds = rounds_of(
        [
            call("ecs", "DescribeTaskDefinition", taskDefinition="a"),
            call("events", "PutRule", Name="a"),
            call("ecs", "DescribeTaskDefinition", taskDefinition="b"),
        ]
    )
    assert [[request["parameters"] for request in requests] for requests in rounds] == [
        [{"taskDefinition": "a"}, {"taskDefinition": "b"}],
        [{"Name": "a"}],
    ]


def test_the_pages_of_a_listing_are_one_request():
    (requests,) = rounds_of(
        [call("events", "ListRules"), *(call("events", "ListRules", NextToken=n) for n in "12")]
    )
    (request,) = requests
    assert (request["parameters"], request["pages"]) == ({}, 3)


def test_a_call_that_was_made_twice_is_made_twice():
    (requests,) = rounds_of([call("sts", "GetCallerIdentity"), call("sts", "GetCallerIdentity")])
    assert [request["pages"] for request in requests] == [1, 1]


def test_all_calls_are_made_again(emulator, aws, monkeypatch):
    events = aws("events")
    for number in range(150):
        events.put_rule(Name=f"rule-{number:03d}", ScheduleExpression="rate(7 days)")
    emulator.clear_calls()
    token = events.list_rules()["NextToken"]
    events.list_rules(NextToken=token)
    for _attempt in range(2):
        events.list_targets_by_rule(Rule="rule-000")
    made = [(each.service, each.operation) for each in emulator.calls]
    logged = [
        {"service": each.service, "operation": each.operation, "parameters": each.parameters}
        for each in emulator.calls
    ]
    emulator.clear_calls()
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.endpoint)
    repeat(rounds_of(logged), threads=4)
    assert sorted((each.service, each.operation) for each in emulator.calls) == sorted(made)
