# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run every row against the existing modules and ours; ``python -m parity`` prints the table.

``--check`` fails where one of our answers is wrong, or where README shows another table;
``--write`` puts the table into README.
"""

from __future__ import annotations

import os
import pathlib
import sys

from parity.modules import ENVIRONMENT, ROOT, collections

README = ROOT / "README.md"
BEGIN, END = "<!-- parity table -->\n", "<!-- end of parity table -->\n"


def answers() -> list[tuple[str, str, str, str, str]]:
    """Return every row as what, expected, the existing module, its answer and ours."""
    import boto3

    from emulator.server import Emulator
    from parity.rows import rows

    found = []
    with Emulator() as emulator:
        os.environ.update(ENVIRONMENT, AWS_ENDPOINT_URL=emulator.endpoint)
        for row in rows():
            told: list[str] = []
            for answer in (row.theirs, row.ours):
                emulator.reset()
                boto3.client("ecs", endpoint_url=emulator.endpoint).create_cluster(
                    clusterName="batch"
                )
                emulator.clear_calls()
                told.append(answer(emulator))
            found.append((row.what, row.expected, row.existing, told[0], told[1]))
    return found


def table(found: list[tuple[str, str, str, str, str]]) -> str:
    """Return the rows as a Markdown table; wrong answers are bold."""
    lines = [
        "| case | expected | existing module | answers | batchwork.aws |",
        "| --- | --- | --- | --- | --- |",
    ]
    for what, expected, existing, theirs, ours in found:
        shown = [answer if answer == expected else f"**{answer}**" for answer in (theirs, ours)]
        lines.append(f"| {what} | {expected} | `{existing}` | {shown[0]} | {shown[1]} |")
    return "\n".join(lines) + "\n"


def shown_in_readme() -> str:
    """Return the table that README shows."""
    return README.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]


def write(text: str) -> None:
    """Put the table into README."""
    before, _begin, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    README.write_text(before + BEGIN + text + END + rest.partition(END)[2], encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Print, check or write the table; return the exit status."""
    with collections():
        found = answers()
    text = table(found)
    print(text, end="")
    wrong = [row for row in found if row[4] != row[1]]
    for what, expected, _existing, _theirs, ours in wrong:
        print(f"WRONG: {what}: expected {expected}, batchwork.aws says {ours}", file=sys.stderr)
    if "--write" in arguments:
        write(text)
    elif "--check" in arguments and shown_in_readme() != text:
        print(
            f"{README.name} shows another table: run 'python -m parity --write'.", file=sys.stderr
        )
        return 1
    print(f"{len(found) - len(wrong)} passed, {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
    sys.exit(main(sys.argv[1:]))
