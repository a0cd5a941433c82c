# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the log drivers, above all of awslogs.

Sources: botocore's documentation of LogConfiguration.options, and RegisterTaskDefinition's answers:
``Log driver awslogs requires options: awslogs-region, awslogs-group``, ``Log driver awslogs
disallows options: log_key``, ``Log driver awslogs option 'awslogs-create-group' should only be set
to 'true', else omit option``, ``Fargate requires log configuration options to include
awslogs-stream-prefix``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    Location,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import task_traits
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import (
    mapping,
    part,
    refuse_once,
    text,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.secrets import (
    is_secret,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.suggestions import (
    did_you_mean,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import (
    choices,
    listed,
    shown,
)

AWSLOGS_OPTIONS = (
    "awslogs-create-group",
    "awslogs-datetime-format",
    "awslogs-group",
    "awslogs-multiline-pattern",
    "awslogs-region",
    "awslogs-stream-prefix",
    "max-buffer-size",
    "mode",
)
"""What AWS documents."""

DOCKER_OPTIONS = frozenset(
    {
        "awslogs-create-stream",
        "awslogs-credentials-endpoint",
        "awslogs-endpoint",
        "awslogs-force-flush-interval-seconds",
        "awslogs-format",
        "awslogs-max-buffered-events",
        "awslogs-stream",
        "cache-disabled",
        "env",
        "env-regex",
        "labels",
        "labels-regex",
        "tag",
    }
)
"""What Docker's driver knows besides; whether ECS passes these on is not documented."""

MODES = ("blocking", "non-blocking")
_BUFFER_SIZE = re.compile(r"[0-9]+[bkmgBKMG]?[bB]?")
_LOG_GROUP = re.compile(r"[.\-_/#A-Za-z0-9]{1,512}")


def check_log_options(definition: Mapping[str, Any], findings: Findings) -> None:
    """Check the log options of every container."""
    without_mode: list[Location] = []
    for location, container in task_traits.containers(definition):
        at: Location = (*location, "logConfiguration", "options")
        options = mapping(part(container, "logConfiguration", "options"))
        driver = task_traits.log_driver(container)
        _check_mode(options, at, findings)
        _check_secrets(options, at, findings)
        if driver == "awslogs":
            _check_awslogs(options, at, findings, fargate=task_traits.is_for_fargate(definition))
            without_mode += [] if "mode" in options else [at]
        if driver == "splunk":
            _check_splunk(container, options, at, findings)
    if without_mode:
        _warn_of_lost_lines(without_mode[0], findings)


def _warn_of_lost_lines(location: Location, findings: Findings) -> None:
    findings.warn(
        location,
        "No mode is given. Since 2025-06-25 ECS's default is 'non-blocking', which drops log lines"
        " while its buffer"
        " (max-buffer-size, 10m) is full; set mode: blocking where every line of a batch counts, or"
        " mode: non-blocking"
        " where none may hold it up.",
    )


def _check_awslogs(
    options: Mapping[str, Any], location: Location, findings: Findings, *, fargate: bool
) -> None:
    required = ["awslogs-group", "awslogs-region"] + (["awslogs-stream-prefix"] if fargate else [])
    for option in required:
        if text(options.get(option)) is None:
            where = " on Fargate" if option == "awslogs-stream-prefix" else ""
            message = f"The log driver awslogs needs this option{where}."
            refuse_once(findings, (*location, option), message)
    _check_names_of_options(options, location, findings)
    _check_values(options, location, findings)
    both = ("awslogs-datetime-format", "awslogs-multiline-pattern")
    if all(text(options.get(option)) for option in both):
        findings.error((*location, both[1]), f"Give {listed(both)}, not both.")


def _check_names_of_options(
    options: Mapping[str, Any], location: Location, findings: Findings
) -> None:
    for option in options:
        if option in AWSLOGS_OPTIONS:
            continue
        if option in DOCKER_OPTIONS:
            findings.warn(
                (*location, option), f"AWS does not document {option!r} for awslogs on ECS."
            )
        else:
            hint = (
                did_you_mean(option, AWSLOGS_OPTIONS)
                or f"; it has {listed(AWSLOGS_OPTIONS, 'and')}."
            )
            findings.error(
                (*location, option), f"The log driver awslogs has no option {option!r}{hint}"
            )


def _check_values(options: Mapping[str, Any], location: Location, findings: Findings) -> None:
    create = options.get("awslogs-create-group")
    if create is not None and str(create).lower() != "true":
        findings.error(
            (*location, "awslogs-create-group"),
            f"{shown(create)} is not allowed; AWS takes 'true' only, so leave the option out"
            " instead.",
        )
    group = text(options.get("awslogs-group"))
    if group and not _LOG_GROUP.fullmatch(group):
        findings.error(
            (*location, "awslogs-group"),
            f"{shown(group)} is no log group; use 1 to 512 letters, digits and . - _ / #.",
        )


def _check_mode(options: Mapping[str, Any], location: Location, findings: Findings) -> None:
    mode, size = text(options.get("mode")), text(options.get("max-buffer-size"))
    if mode is not None and mode not in MODES:
        hint = did_you_mean(mode, MODES) or "."
        findings.error(
            (*location, "mode"), f"{shown(mode)} is not allowed; give {choices(MODES)}{hint}"
        )
    if size is not None and not _BUFFER_SIZE.fullmatch(size):
        findings.error(
            (*location, "max-buffer-size"),
            f"{shown(size)} is no size; give a number and a unit, such as '25m'.",
        )
    if size is not None and mode == "blocking":
        findings.warn(
            (*location, "max-buffer-size"), "The buffer's size counts with mode: non-blocking only."
        )


def _check_splunk(
    container: Mapping[str, Any], options: Mapping[str, Any], location: Location, findings: Findings
) -> None:
    """botocore: 'To route logs using the splunk log router, you need to specify a splunk-token
    and a splunk-url.'"""
    secrets = part(container, "logConfiguration", "secretOptions")
    given = set(options) | {
        str(mapping(one).get("name")) for one in (secrets if isinstance(secrets, list) else [])
    }
    for option in ("splunk-token", "splunk-url"):
        if option not in given:
            findings.warn((*location, option), "The log driver splunk needs this option.")


def _check_secrets(options: Mapping[str, Any], location: Location, findings: Findings) -> None:
    for option, value in options.items():
        if is_secret(option, value):
            findings.warn(
                (*location, option),
                f"{option} looks like a secret, and everybody who may describe the task definition"
                " can read its value."
                f" Pass it by its ARN: secret_options: [{{name: {option}, value_from: arn:...}}].",
            )
