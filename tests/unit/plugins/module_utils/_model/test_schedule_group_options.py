# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the options of a schedule group to what CreateScheduleGroup takes."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import input_shape
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    InvalidDescription,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.schedule_group_options import (
    read_schedule_group_options,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import ScheduleGroupWish

CREATE = input_shape("scheduler", "CreateScheduleGroup")


def read(**options: Any) -> ScheduleGroupWish:
    return read_schedule_group_options({"name": "nightly", **options}, CREATE)


def test_tags_left_out_are_not_managed():
    assert read() == ScheduleGroupWish("nightly", None, purge_tags=True)


def test_tags_are_texts():
    options = {"tags": {"number": 1, 2: "two"}, "purge_tags": False}
    assert read(**options) == ScheduleGroupWish("nightly", {"number": "1", "2": "two"}, False)


def test_a_group_takes_two_hundred_tags():
    assert len(read(tags={f"key{number}": "x" for number in range(200)}).tags) == 200


@pytest.mark.parametrize(
    ("options", "path", "word"),
    [
        ({"name": "not good"}, "name", "'not good'"),
        ({"name": "x" * 65}, "name", "65 characters"),
        ({"tags": {"aws:team": "a"}}, "tags.aws:team", "reserved"),
        ({"tags": {"team": ""}}, "tags.team", "0 characters"),
        ({"tags": {"x" * 129: "a"}}, f"tags.{'x' * 129}", "129 characters"),
        ({"tags": {f"key{number}": "x" for number in range(201)}}, "tags", "201"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_mistakes_are_told_with_the_options_path(options, path, word):
    with pytest.raises(InvalidDescription) as raised:
        read(**options)
    (sentence,) = raised.value.sentences
    assert sentence.startswith(f"{path}: ")
    assert word in sentence
