# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the batches of a fleet: defaults merged under each, images put in, and everything that
can be seen wrong without AWS's own shapes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import (
    Batch,
    merged_under,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.batch import (
    READ_ONLY,
    mistakes_between,
    mistakes_in_batch,
    read_options,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.suggestions import (
    did_you_mean,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import (
    listed,
    shown,
)

_CONTAINERS = ("container_definitions", "containerDefinitions")


@dataclass
class BatchReading:
    """All batches of a fleet that can be looked at closer, and every mistake found so far.

    A batch with a mistake of its own is not among ``batches``.
    """

    batches: list[Batch] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)


def read_batches(
    descriptions: Sequence[Any],
    defaults: Mapping[str, Any] | None = None,
    images: Mapping[str, Any] | None = None,
    owner: str | None = None,
) -> BatchReading:
    """Read the batches of a fleet. ``images`` are by container name, over all batches."""
    below, mistakes = read_options(defaults or {}, "defaults", without=("name", READ_ONLY))
    reading = BatchReading(mistakes=mistakes)
    named: list[Batch] = []
    for index, description in enumerate(descriptions):
        batch, found = _read(index, description, below, images or {}, owner)
        named += [batch] if batch and batch.name else []
        reading.batches += [batch] if batch and not found else []
        reading.mistakes += found
    reading.mistakes += mistakes_between(named)
    reading.mistakes += _mistakes_of_images(images or {}, named)
    return reading


def _read(
    index: int,
    description: Any,
    defaults: Mapping[str, Any],
    images: Mapping[str, Any],
    owner: str | None,
) -> tuple[Batch | None, list[str]]:
    where = f"batches[{index}]"
    if not isinstance(description, Mapping):
        return None, [f"{where}: a batch is a mapping, not {shown(description)}."]
    if description.get("name"):
        where = f"{where} ({description['name']})"
    given, mistakes = read_options(description, where)
    options = merged_under(defaults, given)
    options["task_definition"] = with_images(options.get("task_definition"), images)
    batch = Batch(str(options.get("name") or ""), options, (where,), owner)
    return batch, mistakes + list(mistakes_in_batch(batch))


def with_images(definition: Any, images: Mapping[str, Any]) -> Any:
    """Return a task definition with ``images`` in the containers of those names."""
    if not isinstance(definition, Mapping) or not images:
        return definition
    replaced = {
        spelling: [_with_image(container, images) for container in definition[spelling]]
        for spelling in _CONTAINERS
        if isinstance(definition.get(spelling), list | tuple)
    }
    return {**definition, **replaced}


def _with_image(container: Any, images: Mapping[str, Any]) -> Any:
    name = str(container.get("name")) if isinstance(container, Mapping) else ""
    return {**container, "image": images[name]} if name in images else container


def _container_names(batch: Batch) -> Iterator[str]:
    for spelling in _CONTAINERS:
        containers = (batch.definition or {}).get(spelling)
        if isinstance(containers, list | tuple):
            yield from (
                str(container["name"])
                for container in containers
                if isinstance(container, Mapping) and container.get("name")
            )


def _mistakes_of_images(images: Mapping[str, Any], batches: Sequence[Batch]) -> Iterator[str]:
    known = sorted({name for batch in batches for name in _container_names(batch)})
    for name, image in images.items():
        if not image or not isinstance(image, str):
            yield f"images.{name}: an image is a text such as 'busybox:1.36', not {shown(image)}."
        if name not in known:
            meant = did_you_mean(name, known) or f". Known are {listed(known, 'and')}."
            yield f"images.{name}: no task definition of the fleet describes this container{meant}"
