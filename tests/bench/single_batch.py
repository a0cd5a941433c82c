# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One batch, first run, unchanged run and new image: ansible-playbook beside Terraform, in one run.

Each tool works on an emulator of its own, which starts empty. Wall times are of the whole command,
as a user waits for it; API calls are counted by the emulator. Terraform is left out, and that is
said, where it or its AWS provider is not installed. TERRAFORM_PLUGINS names a folder of provider
plugins for ``terraform init -plugin-dir``.
"""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

HERE = pathlib.Path(__file__).resolve().parent
CHECKOUT = HERE.parent.parent
REGION = "ap-northeast-1"
IMAGES = (
    "public.ecr.aws/docker/library/busybox:1.36",
    "public.ecr.aws/docker/library/busybox:1.37",
)
RUNS = {"first": True, "unchanged": False, "new image": True}
"""The three runs of each tool, and whether each has something to write."""


@dataclass(frozen=True)
class Measured:
    """One command: seconds on the wall, and API calls that read and that write."""

    seconds: float
    reads: int
    writes: int

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s, {self.reads} reads, {self.writes} writes"


@contextmanager
def emulator() -> Iterator[str]:
    """Start an empty emulator with the cluster ``batch``; end it by its process."""
    command = [sys.executable, "-u", "-m", "emulator", "--cluster", "batch", "--region", REGION]
    process = subprocess.Popen(command, cwd=CHECKOUT / "tests", stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(timeout=30)


def calls(endpoint: str) -> dict[str, int]:
    """Return how many calls came since the last look, and forget them."""
    with urllib.request.urlopen(f"{endpoint}/_emulator/calls", timeout=30) as answer:
        counted = json.load(answer)
    request = urllib.request.Request(f"{endpoint}/_emulator/calls", method="DELETE")
    urllib.request.urlopen(request, timeout=30).close()
    return {"reads": counted["reads"], "writes": counted["writes"]}


def measured(endpoint: str, command: Sequence[str], folder: pathlib.Path) -> Measured:
    """Run a command to its end and return its figures; a command that fails ends the benchmark."""
    calls(endpoint)
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "ANSIBLE_NOCOLOR": "1",
    }
    started = time.monotonic()
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    seconds = time.monotonic() - started
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}\n{done.stderr}")
    return Measured(seconds, **calls(endpoint))


def with_ansible() -> list[Measured]:
    """Deploy, deploy again, and deploy a new image with playbooks/site.yml."""
    with emulator() as endpoint:

        def run(image: str) -> Measured:
            extra = json.dumps({"batch_image": image})
            return measured(
                endpoint, ["ansible-playbook", "playbooks/site.yml", "-e", extra], CHECKOUT
            )

        return [run(IMAGES[0]), run(IMAGES[0]), run(IMAGES[1])]


def with_terraform(terraform: str) -> list[Measured] | None:
    """Do the same with ``terraform apply``, ``plan``, ``apply``; None without an AWS provider."""
    with tempfile.TemporaryDirectory() as folder, emulator() as endpoint:
        place = pathlib.Path(folder)
        shutil.copy(HERE / "terraform" / "main.tf", place)
        plugins = os.environ.get("TERRAFORM_PLUGINS")
        init = [terraform, "init", "-input=false", *([f"-plugin-dir={plugins}"] if plugins else [])]
        environment = {
            key: value for key, value in os.environ.items() if key != "TF_CLI_CONFIG_FILE"
        }
        done = subprocess.run(
            init, cwd=place, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            return None

        def run(image: str, *verb: str) -> Measured:
            return measured(
                endpoint,
                [
                    terraform,
                    *verb,
                    "-input=false",
                    f"-var=endpoint={endpoint}",
                    f"-var=image={image}",
                ],
                place,
            )

        return [
            run(IMAGES[0], "apply", "-auto-approve"),
            run(IMAGES[0], "plan"),
            run(IMAGES[1], "apply", "-auto-approve"),
        ]


def check(tool: str, runs: Sequence[Measured]) -> None:
    """End the benchmark where a run did not do what it stands for: its figures say nothing."""
    for (name, writes), run in zip(RUNS.items(), runs, strict=True):
        if (run.writes > 0) != writes:
            sys.exit(f"{tool}: the run {name!r} made {run.writes} writing calls")


def main() -> None:
    """Print the figures of both tools as a table."""
    ours = with_ansible()
    check("ansible-playbook", ours)
    terraform = shutil.which("terraform")
    theirs = with_terraform(terraform) if terraform else None
    if theirs is not None:
        check("Terraform", theirs)
    table(ours, theirs)
    if theirs is None:
        print("\nTerraform with its AWS provider is not installed: nothing to compare with.")


def table(ours: Sequence[Measured], theirs: Sequence[Measured] | None) -> None:
    """Print one row a run: wall seconds, API calls, and the ratio of the seconds."""
    print("| run | ansible-playbook | Terraform | ours / theirs |")
    print("| --- | --- | --- | --- |")
    for index, name in enumerate(RUNS):
        if theirs is None:
            print(f"| {name} | {ours[index]} | not installed | |")
        else:
            ratio = ours[index].seconds / theirs[index].seconds
            print(f"| {name} | {ours[index]} | {theirs[index]} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
