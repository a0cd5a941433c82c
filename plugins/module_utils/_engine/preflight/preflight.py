# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether batches will run: what can be known beforehand, without writing anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import Failure, Outcome
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.account import (
    Account,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.batch import Examined
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.batches import (
    batches_of_owner,
    examined_batches,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.guard import (
    questions_of_guard,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.network import (
    questions_of_network,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.parts import (
    DEFINITION,
    questions_of_parts,
    read_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.questions import (
    Question,
    answered,
    not_answered,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.roles import (
    questions_of_roles,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.trigger import (
    TRIGGER,
    check_named_definition,
    check_observed,
    read_trigger,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._engine.threads import in_threads
from ansible_collections.batchwork.aws.plugins.module_utils._model.fleet.options import FleetOptions
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.check import (
    NG,
    OK,
    SKIP,
    Check,
    skip,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    InvalidDescription,
)

FAIL = "ng"


def check_batches(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Check one batch, several, or all of an owner (module ``scheduled_batch_preflight``).

    :raises Failure: with ``fail_on: ng``, where a check is NG.
    """
    session.learn_secrets(params)
    mistakes = list(FleetOptions(owner=params.get("owner"), workers=params["workers"]).mistakes())
    if mistakes:
        raise InvalidDescription(mistakes)
    examined = _read_batches(session, params)
    account, workers = Account(session), params["workers"]
    in_threads(workers, lambda each: _read_trigger(account, each), examined)
    in_threads(workers, lambda each: _read_definition(account, each), examined)
    _ask(account, examined, workers)
    return _outcome(examined, params)


def _read_batches(session: Session, params: Mapping[str, Any]) -> list[Examined]:
    """Return the batches; those of an owner, where no others are named, are looked up."""
    examined = examined_batches(params)
    if examined or params.get("batches") is not None:
        return examined
    return batches_of_owner(session, str(params["owner"]))


def _read_trigger(account: Account, examined: Examined) -> None:
    if examined.batch.absent or not examined.batch.name:
        return
    subject = f"{examined.trigger_kind} {examined.name}"
    question = Question(TRIGGER, subject, lambda: read_trigger(account, examined))
    examined.checks += _reply(account, question)


def _read_definition(account: Account, examined: Examined) -> None:
    """Read what the batch starts; then everything that it says by itself can be checked."""
    if examined.target is None:
        return
    reference = examined.reference
    if reference and not examined.described:
        subject = f"task definition {reference.rpartition('/')[2]}"
        question = Question(DEFINITION, subject, lambda: read_definition(account, examined))
        examined.checks += _reply(account, question)
    if not examined.declared:
        examined.checks += check_observed(examined)
    elif not examined.described and examined.definition is not None:
        examined.checks += check_named_definition(examined)
    if examined.definition is None:
        told = "what the containers use: images, secrets, logs and roles"
        examined.checks.append(skip(DEFINITION, told, "The task definition is not known."))


def _ask(account: Account, examined: Sequence[Examined], workers: int) -> None:
    """Ask everything of all batches at the same time."""
    asked = [
        (each, question)
        for each in examined
        if each.target is not None
        for question in _questions(account, each)
    ]
    replies = in_threads(workers, lambda pair: _reply(account, pair[1]), asked)
    for (each, _question), checks in zip(asked, replies, strict=True):
        each.checks += checks


def _questions(account: Account, examined: Examined) -> Iterator[Question]:
    yield from questions_of_parts(account, examined)
    yield from questions_of_roles(account, examined)
    yield from questions_of_guard(account, examined)
    yield from questions_of_network(account, examined)


def _reply(account: Account, question: Question) -> list[Check]:
    if account.unreachable is not None:
        return [not_answered(account.session, question, account.unreachable)]
    return answered(account.session, question)


def _outcome(examined: Sequence[Examined], params: Mapping[str, Any]) -> Outcome:
    checks = [(each.name, check) for each in examined for check in each.checks]
    failed = [(name, check) for name, check in checks if check.status == NG]
    counts = Counter(check.status for _name, check in checks)
    results = {
        "checks": [check.as_result(name) for name, check in checks],
        "ok": not failed,
        "counts": {status.lower(): counts[status] for status in (OK, NG, SKIP)},
    }
    warnings = [sentence for each in examined for sentence in each.warnings]
    outcome = Outcome(results=results, warnings=warnings)
    if failed and params["fail_on"] == FAIL:
        raise Failure(_message(failed), outcome)
    return outcome


def _message(failed: Sequence[tuple[str, Check]]) -> str:
    lines = "\n".join(f"{name}: {check.line}" for name, check in failed)
    what = "1 check is NG" if len(failed) == 1 else f"{len(failed)} checks are NG"
    return f"{what}; the batch would not run as it should.\n{lines}"
