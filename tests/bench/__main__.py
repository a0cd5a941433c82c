# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmarks: ``python -m bench``, which ``make bench`` runs. ``--help`` tells the options."""

from __future__ import annotations

from bench.command import main

if __name__ == "__main__":
    main()
