# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading scheduled batches, and how they do (module ``scheduled_batch_info``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.fleet import Clock
from ansible_collections.batchwork.aws.plugins.module_utils._engine.info.exported_batches import (
    Export,
    Exported,
    describe_definitions,
    export,
    read_newest_revisions,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.info.history import (
    History,
    read_history,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.info.trigger_reading import (
    Selection,
    read_triggers,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import Outcome
from ansible_collections.batchwork.aws.plugins.module_utils._engine.schedule_facts import (
    facts_of_schedule,
    schedule_facts,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import cluster_arn, is_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.fleet.options import MOST_WORKERS
from ansible_collections.batchwork.aws.plugins.module_utils._model.hidden_values import hidden_paths
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    InvalidDescription,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

CLOCK = Clock()

MOST_HISTORY = 1000


@dataclass(frozen=True)
class BatchReading:
    """The batches that were read, with their status; what is none; and what there is to warn
    of."""

    batches: Sequence[Document]
    not_batches: Sequence[Document]
    warnings: Sequence[str]


def read_batch_info(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Read batches (module ``scheduled_batch_info``)."""
    reading = read_batches(session, params)
    return Outcome(
        results={
            "batches": list(reading.batches),
            "not_batches": list(reading.not_batches),
            "api_calls": dict(sorted(session.clients.calls.items())),
        },
        warnings=reading.warnings,
    )


def read_batches(session: Session, params: Mapping[str, Any]) -> BatchReading:
    """Read every batch that the options choose, with its status.

    :raises InvalidDescription: where an option is out of range, before anything is read.
    :raises AwsError: where nothing at all can be read.
    """
    _check(params)
    now, workers = CLOCK.now(), params["workers"]
    selection = _selection(session, params)
    found = read_triggers(session, selection)
    exported = export(session, found.triggers, now)
    read_newest_revisions(session, exported.batches, workers)
    if params.get("describe_task_definitions"):
        describe_definitions(session, exported.batches, now)
    histories: Sequence[History | None] = [None] * len(exported.batches)
    if params.get("history"):
        histories = read_history(
            session, exported.batches, found.group_sizes, params["history"], workers, now
        )
    batches = [
        {**each.batch, "status": _status(each, history, now)}
        for each, history in zip(exported.batches, histories, strict=True)
    ]
    warnings = [*found.remarks, *_missing(selection, exported), *_duplicates(exported.batches)]
    return BatchReading(batches, exported.not_batches, warnings)


def _check(params: Mapping[str, Any]) -> None:
    ranges = {"history": (0, MOST_HISTORY), "workers": (1, MOST_WORKERS)}
    mistakes = [
        f"{option}: {params[option]} is out of range; allowed is {least} to {most}."
        for option, (least, most) in ranges.items()
        if params.get(option) is not None and not least <= params[option] <= most
    ]
    if params.get("names") is not None and not params["names"]:
        mistakes.append("names: the list is empty; give names, or leave it out to read all.")
    if mistakes:
        raise InvalidDescription(mistakes)


def _selection(session: Session, params: Mapping[str, Any]) -> Selection:
    cluster, names = params.get("cluster") or None, params.get("names")
    if cluster is not None and not is_arn(cluster):
        cluster = cluster_arn(session.place(), cluster)
    return Selection(
        cluster_arn=cluster,
        owner=params.get("owner") or None,
        names=None if names is None else tuple(dict.fromkeys(names)),
        workers=params["workers"],
    )


def _missing(selection: Selection, found: Export) -> list[str]:
    """Say which of the wanted names nothing has."""
    known = {each.trigger.name for each in found.batches}
    known |= {each["name"] for each in found.not_batches}
    missing = [name for name in selection.names or () if name not in known]
    return [
        f"No rule or schedule that starts ECS tasks was found for {', '.join(missing)}."
    ] * bool(missing)


def _duplicates(batches: Sequence[Exported]) -> list[str]:
    """Say which names several triggers have: a fleet takes one batch of a name."""
    places: dict[str, list[str]] = {}
    for each in batches:
        places.setdefault(each.trigger.name, []).append(each.trigger.arn)
    return [
        f"Several triggers have the name {name}, and scheduled_batches takes one batch of a name:"
        f" {', '.join(arns)}."
        for name, arns in places.items()
        if len(arns) > 1
    ]


def _status(exported: Exported, history: History | None, now: datetime) -> Document:
    """Return how a batch stands."""
    hidden = hidden_paths(exported.batch)
    return {
        "enabled": exported.batch["enabled"],
        "owner": exported.trigger.owner,
        "trigger_arn": exported.trigger.arn,
        **_schedule_facts(exported, now),
        "task_definition_arn": exported.definition_arn,
        "revision": exported.revision,
        "newest_revision": exported.newest_revision,
        "hidden_values": hidden,
        **(history.as_result() if history else {}),
        "remarks": [*exported.remarks, *(history.remarks if history else ())],
    }


def _schedule_facts(exported: Exported, now: datetime) -> Document:
    observed = exported.trigger.observed
    if observed.schedule is not None:
        facts = facts_of_schedule(observed.schedule.schedule, now)
    else:
        rule = observed.rule.rule if observed.rule else {}
        facts = schedule_facts(rule.get("ScheduleExpression"), now=now)
    order = ("schedule_explained", "next_runs", "next_runs_remark")
    return {key: facts[key] for key in order}
