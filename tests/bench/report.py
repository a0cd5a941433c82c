# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report, docs/benchmarks.md with its charts, from the figures that were kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bench.charts import Panel, chart
from bench.emulators import TESTS
from bench.figures import figures
from bench.fleet_runs import Row
from bench.fleets import RUNS, VARIANTS, Variant
from bench.results import Results
from bench.tools import ExistingModules, Floor, Module, Playbook, Terraform

DOCS = TESTS.parent / "docs"
TOOLS = (Module, Floor, Playbook, ExistingModules, Terraform)
TITLES = {tool.name: tool.title for tool in TOOLS}
RUN_TITLES = {run.name: run.title for run in RUNS}

INTRODUCTION = """\
# Benchmarks

This page is written by `make bench` with `--report`, from the figures of the machine described
below; it holds nothing that was typed in.

Each row is one run of one tool on a local AWS emulator of its own, which counts the API calls. The
tools take turns, so that what else the machine does slows all of them. A network as it is between
here and AWS would add its latency to every call, so that the number of calls counts more than these
seconds; the last section adds it, and AWS's quotas.

- **module `scheduled_batches`**: the module in one process, without Ansible around it.
- **bare boto3 loop**: the calls that the module made, made once more in as many threads (8) by a
  script that thinks nothing and checks nothing. No tool that makes these calls can be faster.
- **`ansible-playbook`**: a playbook with this module as its one task, from its start to its end.
- **loop of existing modules**: `ansible-playbook` with `community.aws.ecs_taskdefinition` and
  `amazon.aws.cloudwatchevent_rule` in a loop. They cannot say launch type, network and overrides,
  so that their batches would not run on Fargate; only their speed is compared, at the sizes shown.
- **Terraform's AWS provider**: `terraform apply`, or `plan` where nothing changes, of the same
  rules, targets, schedules and task definitions, with ten operations at a time, its default.

With `--repeat` the first three run several times and the fastest run counts; the others run once.
Memory is the highest sum over all processes of the command; processor time is theirs without the
emulator's.
"""

COMMANDS = """\
## Commands

```
make bench                                       # one batch, and fleets of 10 and 100: minutes
make bench OPTIONS="--full --repeat 3 --report"  # all kinds and sizes, quotas, and this page
make bench OPTIONS="--kinds own --sizes 1000 --terraform-up-to 1000"  # half an hour
make bench OPTIONS="--quotas 300 --report"       # only under AWS's quotas: five minutes
make bench OPTIONS="--help"
```

Terraform takes part where `terraform` is in the path; `TERRAFORM_PLUGINS` names a folder with its
AWS provider. Figures are kept in the work folder, and a report holds all those of this machine.
"""


def write(results: Results) -> None:
    """Write the page and its charts."""
    folder = DOCS / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    (DOCS / "benchmarks.md").write_text(text_of(results))
    for variant in _measured_variants(results):
        rows = [row for row in results.fleets if row.variant == variant.name]
        seconds = chart(f"Seconds on the wall: N batches {variant.title}", " s", _panels(rows))
        (folder / f"{variant.name}.svg").write_text(seconds)


def text_of(results: Results) -> str:
    """Return the page."""
    parts = [INTRODUCTION, _reached(results), *_fleets(results)]
    parts += [_single(results), _quotas(results), _machine(results), COMMANDS]
    return "\n".join(part for part in parts if part)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _reached(results: Results) -> str:
    rows = [
        (each.work, each.bound, each.measured, each.verdict)
        for each in figures(results, RUN_TITLES)
    ]
    table = _table(("work", "bound", "measured", ""), rows)
    return f"## Figures to reach\n\n{table}"


def _measured_variants(results: Results) -> list[Variant]:
    return [
        variant
        for variant in VARIANTS.values()
        if any(row.variant == variant.name for row in results.fleets)
    ]


def _fleets(results: Results) -> Iterator[str]:
    for variant in _measured_variants(results):
        rows = [row for row in results.fleets if row.variant == variant.name]
        table = _table(
            ("batches", "run", "tool", "wall", "processors", "memory", "API calls"),
            [cells for size in sorted({row.size for row in rows}) for cells in _cells(rows, size)],
        )
        picture = f"![Seconds over the number of batches](benchmarks/{variant.name}.svg)"
        yield f"## N batches {variant.title}\n\n{picture}\n\n{table}"


def _cells(rows: Sequence[Row], size: int) -> Iterator[tuple[str, ...]]:
    for run in RUNS:
        for tool in TITLES:
            for row in rows:
                if (row.size, row.run, row.tool) == (size, run.name, tool):
                    yield _row_cells(row)


def _row_cells(row: Row) -> tuple[str, ...]:
    return (
        f"{row.size:,}",
        RUN_TITLES[row.run],
        TITLES[row.tool],
        f"{row.seconds:.1f} s",
        f"{row.cpu_seconds:.1f} s",
        f"{row.mib:.0f} MiB",
        f"{row.reads + row.writes:,}",
    )


def _panels(rows: Sequence[Row]) -> list[Panel]:
    return [
        Panel(
            run.title,
            {
                TITLES[tool].replace("`", ""): points
                for tool in TITLES
                if len(points := _points(rows, run.name, tool)) > 1
            },
        )
        for run in RUNS
    ]


def _points(rows: Sequence[Row], run: str, tool: str) -> list[tuple[float, float]]:
    found = [row for row in rows if (row.run, row.tool) == (run, tool)]
    return sorted((float(row.size), row.seconds) for row in found)


def _single(results: Results) -> str:
    if not results.single:
        return ""
    rows = [
        (
            RUN_TITLES[row.run],
            "`playbooks/site.yml`" if row.tool == Playbook.name else TITLES[row.tool],
            f"{row.seconds:.1f} s",
            f"{row.cpu_seconds:.1f} s",
            f"{row.mib:.0f} MiB",
            f"{row.reads:,}",
            f"{row.writes:,}",
        )
        for row in results.single
    ]
    header = ("run", "tool", "wall", "processors", "memory", "reads", "writes")
    return (
        "## One batch with roles, policies and log group\n\n"
        f"{_table(header, rows)}\n"
        "The playbook starts a process for each of its tasks, Terraform one for all.\n"
    )


def _quotas(results: Results) -> str:
    if not results.quotas:
        return ""
    rows = [
        (
            f"{row.size:,}",
            f"{row.seconds:.0f} s",
            f"{row.least_seconds:.0f} s",
            f"{row.seconds / row.least_seconds:.2f} ×" if row.least_seconds else "",
            f"{row.throttled:,} of {row.calls:,}",
        )
        for row in results.quotas
    ]
    header = ("batches", "wall", "quotas allow", "ratio", "calls throttled")
    return (
        "## Under AWS's quotas\n\n"
        "A first deployment of batches with rules and task definitions of their own, where every"
        " call takes 40 ms\nand AWS's token buckets are in front of the emulator: 20"
        " registrations of task definitions at once and then\none a second, 50 descriptions and"
        " then 20 a second, 50 calls a second to EventBridge.\n\n"
        f"{_table(header, rows)}\n"
        "A batch that fails ends the benchmark: a deployment of which all figures stand here had"
        " none.\n"
    )


def _machine(results: Results) -> str:
    rows = list(results.machine.items())
    return f"## Machine\n\n{_table(('', ''), rows)}"
