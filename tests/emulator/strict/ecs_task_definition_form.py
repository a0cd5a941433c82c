# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The form in which DescribeTaskDefinition answers what RegisterTaskDefinition was given.

Each rule is known from the defaults in botocore's model, or from what Terraform's provider
(`container_definitions.go` and its tests) and ecspresso (`diff.go`) had to normalise, or from
published answers of DescribeTaskDefinition.
"""

from __future__ import annotations

from typing import Any

from emulator.strict.ecs_sizes import cpu_units, memory_mib

_COPIED = (
    "taskRoleArn",
    "executionRoleArn",
    "requiresCompatibilities",
    "runtimePlatform",
    "pidMode",
    "ipcMode",
    "proxyConfiguration",
    "inferenceAccelerators",
    "ephemeralStorage",
    "trustedExecutionConfiguration",
)
_SHARED_ADDRESSES = ("awsvpc", "host")
"""The network modes in which a container's port is the host's port."""


def described(given: dict[str, Any]) -> dict[str, Any]:
    """The content of a revision as AWS describes it, without what only AWS adds."""
    content = without_nulls(given)
    mode = content.get("networkMode") or "bridge"
    form: dict[str, Any] = {
        "family": content["family"],
        "networkMode": mode,
        "containerDefinitions": [
            _container(container, mode) for container in content["containerDefinitions"]
        ],
        "volumes": [_volume(volume) for volume in content.get("volumes") or []],
        "placementConstraints": content.get("placementConstraints") or [],
        "enableFaultInjection": content.get("enableFaultInjection", False),
    }
    form.update(_sizes(content))
    form.update({name: content[name] for name in _COPIED if content.get(name)})
    return form


def without_nulls(value: Any) -> Any:
    """A null is as good as nothing, on the wire and inside."""
    if isinstance(value, dict):
        return {key: without_nulls(member) for key, member in value.items() if member is not None}
    if isinstance(value, list):
        return [without_nulls(member) for member in value if member is not None]
    return value


def _sizes(content: dict[str, Any]) -> dict[str, str]:
    """ "1 vCPU" and "2 GB" come back as "1024" and "2048"."""
    sizes = {}
    if content.get("cpu"):
        sizes["cpu"] = str(cpu_units(content["cpu"]))
    if content.get("memory"):
        sizes["memory"] = str(memory_mib(content["memory"]))
    return sizes


def _container(given: dict[str, Any], mode: str) -> dict[str, Any]:
    """Defaults filled in, environment and secrets in another order."""
    form = {
        "cpu": 0,
        "essential": True,
        "mountPoints": [],
        "volumesFrom": [],
        "systemControls": [],
        **given,
        "portMappings": [_port(port, mode) for port in given.get("portMappings") or []],
        "environment": list(reversed(given.get("environment") or [])),
    }
    if given.get("secrets"):
        form["secrets"] = list(reversed(given["secrets"]))
    for name, complete in _COMPLETED.items():
        if given.get(name):
            form[name] = complete(given[name])
    return form


def _port(given: dict[str, Any], mode: str) -> dict[str, Any]:
    """Protocol tcp; the host's port is the container's with awsvpc and host, 0 with bridge."""
    form = {**given, "protocol": "udp" if given.get("protocol") == "udp" else "tcp"}
    if "containerPortRange" in given:
        return form
    if mode in _SHARED_ADDRESSES:
        form.setdefault("hostPort", given.get("containerPort", 0))
    else:
        form.setdefault("hostPort", 0)
    return form


def _health_check(given: dict[str, Any]) -> dict[str, Any]:
    """30 s, 5 s and 3 tries where nothing is given."""
    return {"interval": 30, "timeout": 5, "retries": 3, **given}


def _log_configuration(given: dict[str, Any]) -> dict[str, Any]:
    """Many outputs show an empty list of secret options."""
    return {"options": {}, "secretOptions": [], **given}


def _linux_parameters(given: dict[str, Any]) -> dict[str, Any]:
    """Capabilities with one list get the other one, empty."""
    if "capabilities" not in given:
        return given
    return {**given, "capabilities": {"add": [], "drop": [], **given["capabilities"]}}


_COMPLETED = {
    "healthCheck": _health_check,
    "logConfiguration": _log_configuration,
    "linuxParameters": _linux_parameters,
}


def _volume(given: dict[str, Any]) -> dict[str, Any]:
    """A bare volume has an empty host; Docker volumes and EFS get their defaults."""
    if set(given) <= {"name"}:
        return {**given, "host": {}}
    if "dockerVolumeConfiguration" in given:
        docker = {"scope": "task", "driver": "local", **given["dockerVolumeConfiguration"]}
        return {**given, "dockerVolumeConfiguration": docker}
    if "efsVolumeConfiguration" in given:
        efs = {"rootDirectory": "/", **given["efsVolumeConfiguration"]}
        return {**given, "efsVolumeConfiguration": efs}
    return given


def compatibilities(form: dict[str, Any]) -> list[str]:
    """Where the revision could run: AWS says more than was asked for."""
    fits_fargate = form["networkMode"] == "awsvpc" and {"cpu", "memory"} <= set(form)
    if "FARGATE" in form.get("requiresCompatibilities", ()) or fits_fargate:
        return ["EC2", "FARGATE", "MANAGED_INSTANCES"]
    return ["EC2"]


def requires_attributes(form: dict[str, Any]) -> list[dict[str, str]]:
    """Some of the agent's capabilities that the revision needs; AWS lists them in no order."""
    names = {"com.amazonaws.ecs.capability.docker-remote-api.1.18"}
    for container in form["containerDefinitions"]:
        driver = container.get("logConfiguration", {}).get("logDriver")
        if driver:
            names.add(f"com.amazonaws.ecs.capability.logging-driver.{driver}")
            names.add("ecs.capability.execution-role-awslogs")
    if form.get("taskRoleArn"):
        names.add("com.amazonaws.ecs.capability.task-iam-role")
    if form["networkMode"] == "awsvpc":
        names.add("ecs.capability.task-eni")
    return [{"name": name} for name in sorted(names)]
