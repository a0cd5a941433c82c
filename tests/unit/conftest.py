# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many examples a property test tries: `--hypothesis-profile NAME` chooses.

Without one it is Hypothesis's hundred, for quick answers while writing.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# How long an example takes to make, or to try, is the machine's business.
for name, examples in {"checks": 2_000, "fuzz": 50_000}.items():
    settings.register_profile(
        name,
        max_examples=examples,
        deadline=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
