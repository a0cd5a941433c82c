# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""snake_case and the API's spelling mean the same, however they are mixed, and every place of a
document is found again in what the user wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import Findings
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Shape
from ansible_collections.batchwork.aws.plugins.module_utils._model.spelling import (
    UserPaths,
    snake_case,
    to_api,
    to_snake,
)
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._model.properties import (
    documents,
)
from hypothesis import given
from hypothesis import strategies as st

SEEDS = st.integers(0, 2**16)
DOCUMENTS = st.one_of(
    st.tuples(documents.task_definitions(), st.just(documents.TASK_DEFINITION)),
    st.tuples(documents.overrides(), st.just(documents.OVERRIDES)),
    st.tuples(documents.targets(), st.just(documents.TARGETS["events"])),
    st.tuples(documents.targets("scheduler"), st.just(documents.TARGETS["scheduler"])),
    st.tuples(documents.rules(), st.just(documents.PUT_RULE)),
)


def read(written: Any, shape: Shape) -> tuple[Any, UserPaths]:
    findings, paths = Findings(), UserPaths()
    document = to_api(written, shape, findings, paths=paths)
    assert findings == Findings()
    return document, paths


@given(DOCUMENTS)
def test_a_document_goes_to_snake_case_and_back(document_and_shape):
    document, shape = document_and_shape
    snake = to_snake(document, shape)
    assert read(snake, shape)[0] == document
    for key in member_names(snake, shape):
        assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", key)


def member_names(value: Any, shape: Shape) -> Iterator[str]:
    """The keys of all structures; those of free maps belong to the user."""
    if shape.kind == "structure":
        members = {snake_case(member): below for member, below in shape.members.items()}
        for key, item in value.items():
            yield key
            yield from member_names(item, members[key])
    elif shape.kind == "list":
        for item in value:
            yield from member_names(item, shape.element)


@given(DOCUMENTS, SEEDS)
def test_spellings_may_be_mixed_and_nulls_strewn_in(document_and_shape, seed):
    document, shape = document_and_shape
    assert read(respelt(document, shape, Random(seed)), shape)[0] == document


@given(DOCUMENTS, SEEDS)
def test_every_place_is_found_again_in_what_the_user_wrote(document_and_shape, seed):
    document, shape = document_and_shape
    written = respelt(document, shape, Random(seed))
    read_document, paths = read(written, shape)
    for location, value in scalars(read_document):
        place: Any = written
        for step in paths.path(location):
            place = place[step]
        stands_at_its_key = location[-1] == "name" and place != value
        assert place == value or stands_at_its_key


def scalars(value: Any, location: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from scalars(item, (*location, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from scalars(item, (*location, index))
    else:
        yield location, value


def respelt(value: Any, shape: Shape, random: Random) -> Any:
    """The same document as somebody might write it."""
    if shape.kind == "structure":
        written = {
            random.choice(spellings_of(member)): respelt(item, shape.members[member], random)
            for member, item in value.items()
        }
        absent = [member for member in shape.members if member not in value]
        if absent and random.random() < 0.3:
            written[random.choice(spellings_of(random.choice(absent)))] = None
        return written
    if shape.kind == "list" and shape.element is not None:
        entries = [respelt(item, shape.element, random) for item in value]
        if set(shape.element.members) == {"name", "value"} and random.random() < 0.5:
            return {entry["name"]: entry["value"] for entry in value} | {"gone": None}
        if random.random() < 0.3:
            entries.insert(random.randint(0, len(entries)), None)
        return entries
    return value


def spellings_of(member: str) -> list[str]:
    return [member, snake_case(member), member[0].swapcase() + member[1:]]
