# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets Manager: what is said of a secret, never its value."""

from __future__ import annotations

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import Client, call
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document


def describe_secret(client: Client, secret_id: str) -> Document:
    """Return what is said of a secret, without its value.

    :param secret_id: its ARN or name.
    :raises NotFound: where it does not exist.
    """
    doing = f"describing the secret {secret_id}"
    return call(client, "DescribeSecret", {"SecretId": secret_id}, doing=doing, expect=("ARN",))
