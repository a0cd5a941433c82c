# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How batches did: their last runs, runs in progress, invocations and dead letters.

Everything that can be read for many at once is: tasks by cluster, metrics 500 to a call, log
streams by group. What is not permitted becomes a remark of the batches that it concerns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ansible_collections.batchwork.aws.plugins.module_utils._aws.cloudwatch import (
    metric_sums,
    metrics_of_group,
    metrics_of_rule,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_tasks import (
    DESCRIBE_BATCH,
    describe_tasks,
    list_tasks,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError
from ansible_collections.batchwork.aws.plugins.module_utils._aws.logs import latest_log_streams
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import dns_suffix
from ansible_collections.batchwork.aws.plugins.module_utils._aws.sqs import (
    count_messages,
    queue_url,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.reading import FEW
from ansible_collections.batchwork.aws.plugins.module_utils._engine.info.exported_batches import (
    Exported,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.permissions import why_unread
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._engine.threads import (
    attempt,
    in_threads,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import (
    family_and_revision,
    parse_arn,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import RULE
from ansible_collections.batchwork.aws.plugins.module_utils._model.diagnosis.diagnosis import APART
from ansible_collections.batchwork.aws.plugins.module_utils._model.ecs_target import GUARD
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.history import (
    RunSource,
    last_runs,
    logged_runs,
    running_tasks,
    shared_tasks,
    stopped_runs,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.run_task import (
    LogStream,
    group_of,
    log_stream,
    observed_container,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

CALLS_PER_BATCH = 3
"""Calls that are made at most for each of many batches, all reads together."""

CALLS_FOR_FEW = 60
"""Calls that are made at most where the batches are few."""

PAGES_OF_A_GROUP = 20
"""Pages of 50 log streams that are read of one log group at most."""

DAY = timedelta(days=1)


@dataclass(eq=False)
class History:
    """What was found out of one batch, and what could not be."""

    exported: Exported
    source: RunSource
    task_count: int
    container: str | None
    log: LogStream | None
    running: list[Document] = field(default_factory=list)
    last_runs: list[Document] = field(default_factory=list)
    invocations: int | None = None
    failed_invocations: int | None = None
    dead_letters: int | None = None
    remarks: list[str] = field(default_factory=list)

    @property
    def overlapping(self) -> bool:
        """Whether more tasks run than one run starts."""
        return len(self.running) > self.task_count

    def as_result(self) -> Document:
        """Return what the status of the batch tells of its runs."""
        return {
            "running": self.running,
            "overlapping": self.overlapping,
            "last_runs": self.last_runs,
            "invocations": self.invocations,
            "failed_invocations": self.failed_invocations,
            "dead_letters": self.dead_letters,
        }


def read_history(
    session: Session,
    batches: Sequence[Exported],
    group_sizes: Mapping[str, int],
    most: int,
    workers: int,
    now: datetime,
) -> list[History]:
    """Return the history of each batch, with up to ``most`` of its last runs.

    :param group_sizes: how many schedules each schedule group has, where that is known.
    """
    reader = _Reader(session, [_history_of(each) for each in batches], workers, most)
    reader.read_tasks()
    reader.read_metrics(now, group_sizes)
    reader.read_dead_letters()
    reader.read_logs()
    return reader.histories


def _history_of(exported: Exported) -> History:
    batch = exported.batch
    definition = exported.newest.definition if exported.newest else None
    container = observed_container(definition, None) if definition else None
    source = RunSource(
        str(batch["name"]),
        str(batch["trigger"]),
        str(exported.target.get("Arn")),
        family_and_revision(exported.family)[0],
        group_of(exported.target) if exported.target.get(GUARD) else None,
    )
    # Without a task's id the stream's name ends where that would stand.
    log = log_stream(definition, container, "") if definition and container else None
    return History(exported, source, int(batch.get("task_count", 1)), container, log)


def _overlap_told(history: History) -> str:
    oldest = history.running[0]["started_at"]
    since = f" since {oldest}" if oldest else ""
    return (
        f"Runs overlap: {len(history.running)} tasks run at once, the first one{since}, and a run"
        f" starts {history.task_count}. {APART}"
    )


def _remark(histories: Iterable[History], text: str) -> None:
    for history in histories:
        history.remarks.append(text)


class _Reader:
    """Reads the histories of all batches together."""

    def __init__(self, session: Session, histories: list[History], workers: int, most: int) -> None:
        self.histories = histories
        self._session = session
        self._workers = workers
        self._most = most

    def _calls_left(self) -> int:
        allowed = max(CALLS_PER_BATCH * len(self.histories), CALLS_FOR_FEW)
        return max(0, allowed - sum(self._session.clients.calls.values()))

    def _by(self, key: Callable[[History], str | None]) -> dict[str, list[History]]:
        """Return the histories by something that several of them share, where they have it."""
        found: dict[str, list[History]] = {}
        for history in self.histories:
            value = key(history)
            if value:
                found.setdefault(value, []).append(history)
        return found

    def read_tasks(self) -> None:
        """Read the tasks that run, and those that stopped so lately that ECS keeps them."""
        by_cluster = self._by(lambda history: history.source.cluster_arn)
        listed = self._list_tasks(by_cluster)
        chunks = [
            (cluster, arns[start : start + DESCRIBE_BATCH])
            for cluster, arns in listed.items()
            for start in range(0, len(arns), DESCRIBE_BATCH)
        ]
        found = in_threads(self._workers, attempt(self._describe), chunks)
        tasks: list[Document] = []
        for (cluster, _arns), described in zip(chunks, found, strict=True):
            if isinstance(described, AwsError):
                why = f"Runs that ECS keeps are not known. {why_unread(described)}"
                _remark(by_cluster[cluster], why)
            else:
                tasks += described
        whose = shared_tasks([history.source for history in self.histories], tasks)
        for history in self.histories:
            of_batch = whose[history.source]
            history.running = running_tasks(of_batch)
            history.last_runs = stopped_runs(of_batch, history.container)[: self._most]
            if history.overlapping:
                history.remarks.append(_overlap_told(history))

    def _list_tasks(self, by_cluster: Mapping[str, list[History]]) -> dict[str, list[str]]:
        """Return the ARNs of the tasks of each cluster: by family where these are few, else all."""
        wanted: list[tuple[str, str | None, str]] = []
        for cluster, histories in by_cluster.items():
            families: list[str | None] = list({each.source.family: None for each in histories})
            chosen = families if len(families) <= FEW else [None]
            wanted += [
                (cluster, family, status) for family in chosen for status in ("RUNNING", "STOPPED")
            ]
        found = in_threads(self._workers, attempt(self._list), wanted)
        arns: dict[str, dict[str, None]] = {}
        for (cluster, _family, status), listed in zip(wanted, found, strict=True):
            if isinstance(listed, AwsError):
                why = f"{status.capitalize()} tasks are not known. {why_unread(listed)}"
                _remark(by_cluster[cluster], why)
            else:
                arns.setdefault(cluster, {}).update(dict.fromkeys(listed))
        return {cluster: list(found) for cluster, found in arns.items()}

    def _list(self, wanted: tuple[str, str | None, str]) -> list[str]:
        cluster, family, status = wanted
        client = self._session.clients.client("ecs")
        return list_tasks(client, cluster, family=family, desired_status=status)

    def _describe(self, chunk: tuple[str, Sequence[str]]) -> list[Document]:
        return describe_tasks(self._session.clients.client("ecs"), *chunk)

    def read_metrics(self, now: datetime, group_sizes: Mapping[str, int]) -> None:
        """Read how often the triggers invoked their targets within the last day, and failed."""
        rules = self._by(lambda each: each.source.name if each.source.trigger == RULE else None)
        groups = self._by(
            lambda each: each.exported.batch["group_name"] if each.source.trigger != RULE else None
        )
        metrics = [metric for rule in rules for metric in metrics_of_rule(rule)]
        metrics += [metric for group in groups for metric in metrics_of_group(group)]
        client = self._session.clients.client("cloudwatch")
        try:
            sums = metric_sums(client, metrics, now - DAY, now) if metrics else {}
        except AwsError as error:
            _remark(self.histories, f"Invocations are not known. {why_unread(error)}")
            return
        for rule, histories in rules.items():
            for history in histories:
                history.invocations, history.failed_invocations = (
                    sums[metric] for metric in metrics_of_rule(rule)
                )
        for group, histories in groups.items():
            made, failed = (sums[metric] for metric in metrics_of_group(group))
            _note_group_counts(histories, group, group_sizes.get(group), made, failed)

    def read_dead_letters(self) -> None:
        """Count the messages of each dead-letter queue."""
        queues = self._by(lambda history: history.exported.batch.get("dead_letter_arn"))
        asked = list(queues)[: self._calls_left()]
        found = in_threads(self._workers, attempt(self._count), asked)
        for queue, count in zip(asked, found, strict=True):
            for history in queues[queue]:
                if isinstance(count, AwsError):
                    history.remarks.append(f"Dead letters are not known. {why_unread(count)}")
                else:
                    history.dead_letters = count
        for queue in list(queues)[len(asked) :]:
            _remark(queues[queue], f"Dead letters were not counted. {_too_many()}")

    def _count(self, queue_arn: str) -> int:
        parsed = parse_arn(queue_arn)
        if parsed is None:
            return 0
        client = self._session.clients.client("sqs", parsed.region)
        return count_messages(client, queue_url(queue_arn, dns_suffix(parsed.partition)))

    def read_logs(self) -> None:
        """Read from the log streams when older runs began and ended, group by group."""
        groups: dict[tuple[str, str | None], list[History]] = {}
        for history in self._with_own_streams():
            if history.log is not None and len(history.last_runs) < self._most:
                groups.setdefault((history.log.group, history.log.region), []).append(history)
        # Those that tell of many batches first.
        in_order = sorted(groups, key=lambda group: (-len(groups[group]), str(group)))
        left = self._calls_left()
        asked = in_order[:left]
        pages = min(PAGES_OF_A_GROUP, left // max(1, len(asked)))
        found = in_threads(
            self._workers,
            attempt(lambda group: self._read_group(group, groups[group], pages)),
            asked,
        )
        for group, read in zip(asked, found, strict=True):
            if isinstance(read, AwsError):
                _remark(groups[group], f"Older runs are not known. {why_unread(read)}")
        for group in in_order[len(asked) :]:
            _remark(groups[group], f"Older runs were not looked for in the log. {_too_many()}")

    def _with_own_streams(self) -> list[History]:
        """Return the batches whose log streams are theirs alone; tell the others."""
        by_stream = self._by(
            lambda each: (
                f"{each.log.region} {each.log.group} {each.log.stream}" if each.log else None
            )
        )
        own = []
        for histories in by_stream.values():
            if len(histories) == 1:
                own += histories
            else:
                names = ", ".join(sorted(history.source.name for history in histories)[:5])
                _remark(
                    histories,
                    "Older runs are not known: their log streams do not tell which of several"
                    f" batches wrote them ({names}).",
                )
        return own

    def _read_group(
        self, group: tuple[str, str | None], histories: Sequence[History], pages: int
    ) -> None:
        """Read the newest streams of a log group until every batch has its runs."""
        client = self._session.clients.client("logs", group[1])
        streams: list[Document] = []
        for count, page in enumerate(latest_log_streams(client, group[0]), 1):
            streams += page
            missing = [each for each in histories if self._add_logged(each, streams) < self._most]
            if not missing or count >= pages:
                return

    def _add_logged(self, history: History, streams: Sequence[Document]) -> int:
        """Add the runs that the log tells of; return how many runs are known now."""
        prefix = history.log.stream if history.log else ""
        recent = [run for run in history.last_runs if run["source"] == "ecs"]
        logged = logged_runs(streams, prefix, history.source.cluster_arn)
        history.last_runs = last_runs(recent, logged, history.running, self._most)
        return len(history.last_runs)


def _note_group_counts(
    histories: Sequence[History], group: str, size: int | None, made: int, failed: int
) -> None:
    """Note what AWS counted for a schedule group: the batch's own where nothing else is in it."""
    if size == 1 and len(histories) == 1:
        histories[0].invocations, histories[0].failed_invocations = made, failed
        return
    _remark(
        histories,
        f"AWS counts invocations for schedule groups only: the group {group} had {made} attempts in"
        f" the last day, and {failed} failed.",
    )


def _too_many() -> str:
    return (
        f"At most {CALLS_PER_BATCH} calls are made for each of many batches; ask for fewer batches"
        " by their names."
    )
