# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of the benchmarks."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence

from bench import report, results
from bench.fleet_runs import Limits, measure
from bench.fleets import OWN, VARIANTS, Fleet
from bench.quota_runs import measure_quotas
from bench.single_batch import measure_single_batch

FULL_SIZES = (10, 100, 1000)
QUICK_SIZES = (10, 100)
QUOTA_SIZE = 300


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the options."""
    parser = argparse.ArgumentParser(prog="make bench OPTIONS=...", description=__doc__)
    parser.add_argument(
        "--full",
        action="store_true",
        help="fleets of all kinds and sizes, also 1,000, and a deployment under AWS's quotas",
    )
    parser.add_argument("--sizes", help="numbers of batches, such as 10,100 (the default)")
    parser.add_argument(
        "--kinds", help=f"kinds of fleets: {', '.join(VARIANTS)} (default: {OWN.name})"
    )
    parser.add_argument(
        "--terraform-up-to",
        type=int,
        default=100,
        metavar="N",
        help="size of the largest fleet that Terraform deploys too (100); 1000 takes half an hour",
    )
    parser.add_argument(
        "--existing-up-to",
        type=int,
        default=10,
        metavar="N",
        help="size of the largest fleet for the loop of existing modules (10)",
    )
    parser.add_argument(
        "--quotas", type=int, metavar="N", help="deploy N batches under AWS's quotas"
    )
    parser.add_argument("--single", action="store_true", help="measure one batch with all it needs")
    parser.add_argument(
        "--repeat",
        type=int,
        default=1,
        metavar="N",
        help="runs of each tool that is quick, of which the fastest counts (1)",
    )
    parser.add_argument(
        "--report",
        action="store_true",
        help="write docs/benchmarks.md from all figures of this machine so far",
    )
    return parser.parse_args(arguments)


def _numbers(text: str | None, default: Sequence[int]) -> list[int]:
    return [int(part) for part in text.split(",") if part] if text is not None else list(default)


def _fleets(options: argparse.Namespace) -> list[Fleet]:
    kinds = list(VARIANTS) if options.full else [OWN.name]
    if options.kinds:
        kinds = options.kinds.split(",")
    sizes = _numbers(options.sizes, FULL_SIZES if options.full else QUICK_SIZES)
    return [Fleet(VARIANTS[kind], size) for size in sizes for kind in kinds]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, keep the figures, and show them."""
    options = parse_arguments(arguments)
    # Otherwise the emulators would go on.
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit("The benchmark was ended."))
    found = results.load()
    asks_for_part = options.single or options.quotas or options.report
    asks_for_fleets = options.full or options.sizes or options.kinds
    if options.single or options.full or not (asks_for_part or asks_for_fleets):
        found.single = list(measure_single_batch())
        results.save(found)
    if asks_for_fleets or not asks_for_part:
        limits = Limits(options.terraform_up_to, options.existing_up_to)
        for fleet in _fleets(options):
            found.add_fleet(measure(fleet, limits, options.repeat))
            results.save(found)
    quotas = options.quotas or (QUOTA_SIZE if options.full else None)
    if quotas:
        found.add_quotas(measure_quotas(quotas))
        results.save(found)
    if options.report:
        report.write(found)
    print(report.text_of(found))
