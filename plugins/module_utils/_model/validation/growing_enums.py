# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Choices that AWS extends between releases of botocore."""

from __future__ import annotations

from collections.abc import Mapping

GROWING_ENUMS: Mapping[str, str] = {
    "ApplicationProtocol": "AWS may know more protocols",
    "CPUArchitecture": "AWS may know more architectures",
    "Compatibility": "AWS may know more launch types",
    "LogDriver": "AWS may know more log drivers",
    "OSFamily": "AWS may know later releases",
    "ResourceType": "AWS may know more resources",
    "TransportProtocol": "ECS takes every other value for tcp",
    "UlimitName": "AWS may know more limits",
}
"""Enums, by their shape's name, of which AWS may take more than the installed botocore knows.

All but one have grown over the years: ARM64, MANAGED_INSTANCES, awsfirelens, NeuronDevice and every
release of Windows Server were added to them. Of port mappings' protocols botocore's documentation
says that ECS treats every other value as tcp. An unknown value of these is a warning, and the text
here says why.
"""
