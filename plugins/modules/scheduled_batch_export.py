#!/usr/bin/python
# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write scheduled batches to YAML files."""

from __future__ import annotations

DOCUMENTATION = r"""
module: scheduled_batch_export
version_added: 0.1.0
short_description: Write scheduled ECS tasks to YAML files, as batches
description:
  - Reads scheduled ECS tasks as M(batchwork.aws.scheduled_batch_info) does, and writes each to a
    YAML file as the batch that M(batchwork.aws.scheduled_batches) takes, in one process for any
    number of them.
  - Keys and files are in a stable order, so that a second export of the same batches changes no
    file, and a version control system shows what changed.
  - Nothing is changed in AWS, and no file is removed. Check mode writes no file.
  - A secret is never written. V(VALUE_HIDDEN) stands for the value of an environment variable that
    looks like one, a comment at the head of the file names each place, and
    M(batchwork.aws.scheduled_batches) refuses it, so that it cannot overwrite the real value. A
    value that somebody has filled in there since, such as a template, is kept by later exports.
author:
  - Contributors to the batchwork.aws project (@batchwork)
options:
  path:
    description:
      - The directory on the host that runs the module, mostly the control node. It is made where it
        is missing.
    type: path
    required: true
  one_file:
    description:
      - Name of one file in O(path) for all batches, as a list under C(batches). Left out, each
        batch has a file named after it, which holds its keys.
    type: str
  cluster:
    description:
      - Name or ARN of an ECS cluster. Only what starts tasks there is written.
    type: str
  owner:
    description:
      - Only what carries this owner's tag is written. Schedules belong to whom their group belongs.
    type: str
  names:
    description:
      - Only rules and schedules of these names are written, schedules in any group.
    type: list
    elements: str
  describe_task_definitions:
    description:
      - Whether task definitions are described in full instead of named, where the trigger pins the
        family's newest revision. A comment says why others are not.
    type: bool
    default: false
  workers:
    description:
      - How many calls run at the same time, from 1 to 64.
    type: int
    default: 8
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - batchwork.aws.attributes
attributes:
  diff_mode:
    description: Shows no diff, since files may hold secrets that were filled in.
    support: none
requirements:
  - PyYAML
seealso:
  - module: batchwork.aws.scheduled_batch_info
  - module: batchwork.aws.scheduled_batches
"""

EXAMPLES = r"""
- name: Write what is scheduled in a cluster to a directory, a file for each batch
  batchwork.aws.scheduled_batch_export:
    cluster: batch
    path: batches
  delegate_to: localhost
  register: export

- name: Show what could not be written as a batch
  ansible.builtin.debug:
    var: export.not_batches

- name: Write all batches of an owner to one file, with their task definitions
  batchwork.aws.scheduled_batch_export:
    owner: reports
    path: batches
    one_file: reports.yml
    describe_task_definitions: true
  delegate_to: localhost

- name: Read them back
  ansible.builtin.include_vars:
    file: batches/reports.yml
    name: reports

- name: Take them over, which changes only the tags that say whose they are
  batchwork.aws.scheduled_batches:
    owner: reports
    adopt: true
    batches: "{{ reports.batches }}"
"""

RETURN = r"""
files:
  description: The files, in the order of the batches.
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: Path of the file.
      type: str
      returned: always
      sample: batches/daily-report.yml
    names:
      description: Names of the batches in it.
      type: list
      elements: str
      returned: always
      sample: [daily-report]
    changed:
      description: Whether the file was written, or would be in check mode.
      type: bool
      returned: always
      sample: true
    hidden_values:
      description: Where V(VALUE_HIDDEN) stands in it, and the real value has to be filled in.
      type: list
      elements: str
      returned: always
      sample: ["overrides.container_overrides[0].environment.API_TOKEN"]
    remarks:
      description: What could not be read of its batches, and why.
      type: list
      elements: str
      returned: always
      sample: []
other_files:
  description: YAML files of the directory that no batch was written to.
  returned: success
  type: list
  elements: str
  sample: ["batches/yearly-report.yml"]
not_batches:
  description: >-
    What starts ECS tasks on a schedule and cannot be said as a batch, as
    M(batchwork.aws.scheduled_batch_info) returns it.
  returned: success
  type: list
  elements: dict
  sample: []
"""

from ansible_collections.batchwork.aws.plugins.module_utils._engine.info.files import (
    export_batches,
)
from ansible_collections.batchwork.aws.plugins.module_utils._module.module import BatchworkModule

ARGUMENT_SPEC = {
    "path": {"type": "path", "required": True},
    "one_file": {"type": "str"},
    "cluster": {"type": "str"},
    "owner": {"type": "str"},
    "names": {"type": "list", "elements": "str"},
    "describe_task_definitions": {"type": "bool", "default": False},
    "workers": {"type": "int", "default": 8},
}


def main() -> None:
    """Run the module."""
    BatchworkModule(argument_spec=ARGUMENT_SPEC).run(export_batches)


if __name__ == "__main__":
    main()
