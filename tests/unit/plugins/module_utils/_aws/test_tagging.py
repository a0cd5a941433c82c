# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags by the tagging API."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError
from ansible_collections.batchwork.aws.plugins.module_utils._aws.tagging import get_resources

ARN = "arn:aws:events:ap-northeast-1:123456789012:rule/"


def resource(name: str, **tags: str) -> dict:
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    return {"ResourceARN": ARN + name, "Tags": listed}


@pytest.fixture
def tagging(stubbed):
    return stubbed("resourcegroupstaggingapi")


ASKED = {"ResourceTypeFilters": ["events:rule"], "ResourcesPerPage": 100}


def test_all_pages_become_one_mapping_of_arns_to_tags(tagging):
    first = {"ResourceTagMappingList": [resource("a", team="x")], "PaginationToken": "2"}
    last = {"ResourceTagMappingList": [resource("b")], "PaginationToken": ""}
    tagging.answers("get_resources", first, **ASKED)
    tagging.answers("get_resources", last, **ASKED, PaginationToken="2")
    assert get_resources(tagging.client, ["events:rule"]) == {
        ARN + "a": {"team": "x"},
        ARN + "b": {},
    }


def test_tags_are_looked_for_by_key_and_values(tagging):
    filters = [{"Key": "batchwork:owner", "Values": ["me"]}, {"Key": "any", "Values": []}]
    tagging.answers("get_resources", {"ResourceTagMappingList": []}, **ASKED, TagFilters=filters)
    wanted = {"batchwork:owner": ["me"], "any": []}
    assert get_resources(tagging.client, ["events:rule"], wanted) == {}


def test_a_throttled_listing_is_tried_again(tagging):
    tagging.fails("get_resources", "ThrottledException", "Rate exceeded")
    tagging.answers("get_resources", {"ResourceTagMappingList": []}, **ASKED)
    assert get_resources(tagging.client, ["events:rule"]) == {}


def test_a_listing_whose_token_expired_begins_again(tagging):
    first = {"ResourceTagMappingList": [resource("a")], "PaginationToken": "2"}
    tagging.answers("get_resources", first, **ASKED)
    tagging.fails("get_resources", "PaginationTokenExpiredException")
    tagging.answers("get_resources", {"ResourceTagMappingList": [resource("b")]}, **ASKED)
    assert get_resources(tagging.client, ["events:rule"]) == {ARN + "b": {}}


def test_tokens_that_expire_for_ever_are_told(tagging):
    for _time in range(3):
        tagging.fails("get_resources", "PaginationTokenExpiredException")
    with pytest.raises(AwsError, match="PaginationTokenExpiredException"):
        get_resources(tagging.client, ["events:rule"])
