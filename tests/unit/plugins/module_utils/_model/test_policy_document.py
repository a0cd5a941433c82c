# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policy documents that are too long for one managed policy, and those that change."""

from __future__ import annotations

import json

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.policy_document import (
    PolicyTooLong,
    length_of,
    split_policy,
    widened,
)
from hypothesis import given
from hypothesis import strategies as st

RUN = {"Sid": "Run", "Effect": "Allow", "Action": "ecs:RunTask", "Resource": "arn:run"}
DENY = {"Effect": "Deny", "Action": "a:Get", "Resource": "*"}
DENY_X = {**DENY, "Resource": "x"}


def allow(action, *resources, **more):
    return {"Effect": "Allow", "Action": action, "Resource": list(resources), **more}


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def grants(*documents):
    """Every statement about every single resource."""
    return {
        json.dumps({**statement, "Resource": resource}, sort_keys=True)
        for document in documents
        for statement in document["Statement"]
        for resource in (
            statement["Resource"]
            if isinstance(statement.get("Resource"), list)
            else [statement.get("Resource")]
        )
    }


def nameless(documents):
    return grants(
        *(
            policy(*({k: v for k, v in each.items() if k != "Sid"} for each in d["Statement"]))
            for d in documents
        )
    )


class TestSplitPolicy:
    def test_a_short_document_stays_as_it_is(self):
        document = policy(RUN, allow("a:Get", "arn:x", "arn:y"))
        assert split_policy(document) == [document]

    def test_a_document_without_statements_is_no_policy(self):
        assert split_policy(policy()) == []

    def test_white_space_does_not_count(self):
        assert length_of({"a": "b c"}) == len('{"a":"bc"}')

    def test_statements_that_do_not_fit_go_to_the_next(self):
        first, second = (allow("a:Get", "arn:" + letter * 40) for letter in "xy")
        limit = length_of(policy(first)) + 10
        assert split_policy(policy(first, second), limit) == [policy(first), policy(second)]

    def test_a_list_of_resources_is_divided(self):
        arns = [f"arn:{number:040}" for number in range(5)]
        limit = length_of(policy(allow("a:Get", *arns[:2]))) + len(",,")
        documents = split_policy(policy(allow("a:Get", *arns)), limit)
        assert [each["Statement"][0]["Resource"] for each in documents] == [
            arns[:2],
            arns[2:4],
            arns[4:],
        ]

    def test_what_is_left_of_a_document_is_filled(self):
        arns = [f"arn:{number:040}" for number in range(3)]
        limit = length_of(policy(RUN, allow("a:Get", *arns[:1]))) + len(",,")
        documents = split_policy(policy(RUN, allow("a:Get", *arns)), limit)
        assert documents[0] == policy(RUN, allow("a:Get", arns[0]))

    @pytest.mark.parametrize(
        ("statement", "told"),
        [
            (allow("a:Get", "arn:" + "x" * 99, Sid="Long"), "the statement Long has 167 char"),
            ({"Effect": "Deny", "Action": "a:Get", "NotResource": "x" * 99}, "a statement has 150"),
            (allow("a:Get", Condition={"x": "y" * 99}), "cannot be divided any further"),
        ],
    )
    def test_what_cannot_be_divided_is_told(self, statement, told):
        with pytest.raises(PolicyTooLong, match=told):
            split_policy(policy(statement), 120)

    def test_a_statement_about_no_resource_stays_as_it_is(self):
        assert split_policy(policy(allow("a:Get"))) == [policy(allow("a:Get"))]

    def test_a_single_statement_needs_no_list(self):
        assert split_policy({"Statement": RUN}) == [{"Statement": [RUN]}]

    @given(
        st.lists(st.lists(st.text("abcxyz", min_size=1, max_size=30), min_size=1, max_size=8)),
        st.integers(150, 400),
    )
    def test_all_documents_together_say_the_same_and_none_is_too_long(self, lists, limit):
        statements = [
            allow(f"a:Action{number}", *resources) for number, resources in enumerate(lists)
        ]
        documents = split_policy(policy(*statements), limit)
        assert grants(*documents) == grants(policy(*statements))
        assert all(length_of(each) <= limit for each in documents)


class TestWidened:
    def test_what_is_added_needs_no_more_than_what_is_wanted(self):
        wanted = policy(allow("a:Get", "x", "y"), RUN)
        assert widened(wanted, policy(allow("a:Get", "x"))) == wanted

    def test_what_is_only_taken_away_stays_for_now(self):
        there = policy(allow("a:Get", "x", "y"), RUN)
        assert widened(policy(allow("a:Get", "x")), there) == there

    def test_what_is_replaced_is_allowed_beside_the_new(self):
        wanted, there = (policy(allow("a:Get", name, Sid="Get")) for name in ("new", "old"))
        assert widened(wanted, there) == policy(allow("a:Get", "new", "old", Sid="Get"))

    def test_another_statement_loses_its_name(self):
        there = policy(allow("a:Get", "x", Sid="Get"))
        assert widened(policy(allow("a:Put", "x", Sid="Get")), there) == policy(
            allow("a:Put", "x", Sid="Get"), allow("a:Get", "x")
        )

    def test_who_is_trusted_stays_trusted(self):
        events, scheduler = (
            {"Effect": "Allow", "Principal": {"Service": name}, "Action": "sts:AssumeRole"}
            for name in ("events", "scheduler")
        )
        assert widened(policy(scheduler), policy(events)) == policy(scheduler, events)
        assert widened(policy(events, scheduler), policy(events)) == policy(events, scheduler)

    @pytest.mark.parametrize("there", [{}, policy()])
    def test_where_nothing_was_allowed_nothing_stays(self, there):
        assert widened(policy(RUN), there) == policy(RUN)

    @pytest.mark.parametrize(("wanted", "there"), [([DENY], []), ([], [DENY]), ([DENY], [DENY_X])])
    def test_where_another_is_denied_nothing_stays(self, wanted, there):
        """A Deny takes away from what the other document allows."""
        new = policy(allow("a:Get", "new"), *wanted)
        assert widened(new, policy(allow("a:Get", "old"), *there)) == new

    def test_what_both_deny_stays_denied(self):
        new, old = (policy(allow("a:Get", name), DENY) for name in ("new", "old"))
        assert widened(new, old) == policy(allow("a:Get", "new", "old"), DENY)

    @pytest.mark.parametrize("resources", [{}, {"Resource": []}], ids=["none", "empty"])
    def test_a_statement_about_nothing_is_left_as_it_is(self, resources):
        nothing = {"Effect": "Allow", "Action": "a:Get", **resources}
        assert widened(policy(nothing), policy(allow("a:Get", "x"))) == policy(
            nothing, allow("a:Get", "x")
        )

    @given(
        st.lists(st.sampled_from("abcd"), min_size=1, unique=True),
        st.lists(st.sampled_from("abcd"), min_size=1, unique=True),
        st.booleans(),
    )
    def test_nothing_is_missing_and_nothing_is_made_up(self, wanted, there, same_action):
        new = policy(allow("a:Get", *wanted, Sid="One"))
        old = policy(allow("a:Get" if same_action else "a:Put", *there, Sid="One"))
        assert nameless([widened(new, old)]) == nameless([new, old])
