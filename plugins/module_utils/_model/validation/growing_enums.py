# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Choices that AWS extends between releases of botocore."""

from __future__ import annotations

from collections.abc import Mapping

GROWING_ENUMS: Mapping[str, str] = {
    "ApplicationProtocol": "Service Connect's protocols grow",
    "CPUArchitecture": "ARM64 was added to it",
    "Compatibility": "MANAGED_INSTANCES was added to it",
    "LogDriver": "awsfirelens was added to it; agents may know more drivers",
    "OSFamily": "every release of Windows Server is added to it",
    "ResourceType": "NeuronDevice was added to it",
    "TransportProtocol": "ECS treats every unknown value as tcp (botocore, PortMapping.protocol)",
    "UlimitName": "kernels add resource limits",
}
"""Enums, by their shape's name, to which AWS adds values or of which it takes others.

The installed botocore may be older than the service: an unknown value of these is a warning.
"""
