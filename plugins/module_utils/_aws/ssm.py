# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Systems Manager: what is said of parameters, never their values."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import Client, collect
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document


def describe_parameters(client: Client, names: Sequence[str]) -> list[Document]:
    """Return what is said of those of the parameters that exist, without their values."""
    named = {"Key": "Name", "Option": "Equals", "Values": list(names)}
    doing = f"describing the parameters {', '.join(names)}"
    request = {"ParameterFilters": [named]}
    return collect(client, "DescribeParameters", "Parameters", request, doing=doing)
