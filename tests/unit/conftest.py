# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many examples a property test tries: `--hypothesis-profile NAME` chooses.

Without one it is Hypothesis's hundred, for quick answers while writing.
"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings

# How long an example takes to make, or to try, is the machine's business.
ANY_SPEED: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}

settings.register_profile("quick", **ANY_SPEED)
# The same examples each time: a check is about the change that it checks. New ones are for `fuzz`.
settings.register_profile(
    "checks", max_examples=2_000, derandomize=True, print_blob=True, **ANY_SPEED
)
settings.register_profile("fuzz", max_examples=50_000, print_blob=True, **ANY_SPEED)
settings.load_profile("quick")
