# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""KMS: which key a name means."""

from __future__ import annotations

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import Client, call
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document


def describe_key(client: Client, key_id: str) -> Document:
    """Return what is said of a key given by id, ARN or alias.

    :raises NotFound: where it does not exist.
    """
    doing = f"describing the key {key_id}"
    answer = call(client, "DescribeKey", {"KeyId": key_id}, doing=doing, expect=("KeyMetadata",))
    return dict(answer["KeyMetadata"])
