# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every module of this collection says about check mode, diff mode and idempotence."""

from __future__ import annotations


class ModuleDocFragment:
    """Attributes of the collection's modules."""

    DOCUMENTATION = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/batchwork.aws.aws) in C(module_defaults) to set options for all modules
      of this collection and of amazon.aws.
    support: full
    membership:
      - batchwork.aws.aws
  check_mode:
    description: Can run in check mode and return what a real run would, without any write call.
    support: full
  diff_mode:
    description: Returns what has changed, or would change in check mode, when in diff mode.
    support: full
  idempotent:
    description: When run twice with the same options, the second run changes nothing and sends no
      write call.
    support: full
"""

    READ_ONLY = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/batchwork.aws.aws) in C(module_defaults) to set options for all modules
      of this collection and of amazon.aws.
    support: full
    membership:
      - batchwork.aws.aws
  check_mode:
    description: Only reads, so that check mode makes no difference.
    support: full
  diff_mode:
    description: Has nothing to show, since it changes nothing.
    support: N/A
  idempotent:
    description: Changes nothing.
    support: full
"""
