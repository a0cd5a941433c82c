# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Environment variables, secrets and environment files of a container."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    Location,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import names
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import (
    entries,
    items,
    refuse_once,
    text,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.secrets import (
    is_secret,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.uniqueness import (
    check_unique,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import (
    NOT_SHOWN,
    shown,
)

MOST_ENVIRONMENT_FILES = 10


def check_environment(
    container: Mapping[str, Any], location: Location, findings: Findings, *, remedy: str = ""
) -> None:
    """Check the variables of a container or of a container override."""
    check_unique(
        entries(container, "environment"), "name", (*location, "environment"), "variable", findings
    )
    for index, variable in entries(container, "environment"):
        at: Location = (*location, "environment", index)
        name = text(variable.get("name"))
        if name is None:
            refuse_once(findings, (*at, "name"), "A variable needs a name.")
        elif "=" in name or name != name.strip():
            findings.warn(
                (*at, "name"), f"{shown(name)} holds a character that no variable's name can have."
            )
        if name is not None and is_secret(name, variable.get("value")):
            findings.warn(at, _secret_message(name, remedy))


def _secret_message(name: str, remedy: str) -> str:
    way = remedy or (
        "Keep it in Secrets Manager or Parameter Store and pass it by its ARN: secrets:"
        f" [{{name: {name}, value_from:"
        " arn:...}]."
    )
    return (
        f"{name} looks like a secret, and everybody who may describe this resource can read its"
        f" value. {way}"
    )


def check_secrets(container: Mapping[str, Any], location: Location, findings: Findings) -> None:
    """ECS: 'The secret name must be unique and not shared with any new or existing environment
    variables'."""
    check_unique(entries(container, "secrets"), "name", (*location, "secrets"), "secret", findings)
    variables = {
        text(variable.get("name")) for _index, variable in entries(container, "environment")
    }
    for index, secret in entries(container, "secrets"):
        name = text(secret.get("name"))
        if name is not None and name in variables:
            findings.error(
                (*location, "secrets", index, "name"),
                f"{shown(name)} is the name of an environment variable too; a name can stand in"
                " one of them only.",
            )
        _check_secret_reference(secret, (*location, "secrets", index), findings)
    for index, secret in entries(container, "logConfiguration", "secretOptions"):
        _check_secret_reference(
            secret, (*location, "logConfiguration", "secretOptions", index), findings
        )


def _check_secret_reference(
    secret: Mapping[str, Any], location: Location, findings: Findings
) -> None:
    """Check where a secret comes from. The value is not shown: it may be the secret itself."""
    value = text(secret.get("valueFrom"))
    if value is None or names.is_secret_reference(value):
        return
    at = (*location, "valueFrom")
    allowed = (
        "the ARN of a Secrets Manager secret or of an SSM parameter, or the name of a parameter"
    )
    if value.startswith("arn:"):
        findings.error(at, f"{shown(value, at)} is no secret that ECS can read; give {allowed}.")
    else:
        findings.warn(
            at,
            f"{NOT_SHOWN[0].upper()}{NOT_SHOWN[1:]} does not look like a reference; give"
            f" {allowed}.",
        )


def check_environment_files(
    container: Mapping[str, Any], location: Location, findings: Findings
) -> None:
    """Check number and addresses of environment files (botocore, EnvironmentFile)."""
    count = len(items(container, "environmentFiles"))
    if count > MOST_ENVIRONMENT_FILES:
        at: Location = (*location, "environmentFiles")
        findings.error(
            at,
            f"There are {count} environment files; {MOST_ENVIRONMENT_FILES} at the most are"
            " allowed.",
        )
    for index, file in entries(container, "environmentFiles"):
        value = text(file.get("value"))
        at = (*location, "environmentFiles", index, "value")
        if value is not None and not names.is_s3_object(value):
            findings.error(
                at,
                f"{shown(value)} is no object in S3; give its ARN, such as"
                " arn:aws:s3:::bucket/batch.env.",
            )
        elif value is not None and not value.endswith(".env"):
            findings.warn(
                at, f"{shown(value)} does not end in '.env', as AWS asks of an environment file."
            )
