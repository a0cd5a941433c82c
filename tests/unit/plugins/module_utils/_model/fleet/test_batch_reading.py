# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the batches of a fleet: all mistakes at once, at the user's own place."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.fleet.batch_reading import (
    BatchReading,
    read_batches,
)

ROLE = "arn:aws:iam::123456789012:role/events"
COMPLETE = {"schedule": "rate(1 day)", "cluster": "batch", "role_arn": ROLE, "task_definition": "f"}


def described(name: str = "hello", **options: Any) -> dict[str, Any]:
    return {"name": name, **COMPLETE, **options}


def read(*batches: Any, **others: Any) -> BatchReading:
    return read_batches(batches, **others)


def only_mistake(*batches: Any, **others: Any) -> str:
    (mistake,) = read(*batches, **others).mistakes
    return mistake


def test_a_complete_batch_has_no_mistakes():
    reading = read(described())
    assert reading.mistakes == []
    assert [batch.name for batch in reading.batches] == ["hello"]


def test_what_info_tells_of_a_batch_is_accepted_and_ignored():
    reading = read(described(status={"enabled": False, "next_runs": []}))
    assert reading.mistakes == []
    assert "status" not in reading.batches[0].options


def test_defaults_have_no_status():
    assert only_mistake(described(), defaults={"status": {}}).startswith("defaults.status:")


def test_the_mark_of_a_hidden_value_is_refused_at_its_place():
    overrides = {"container_overrides": [{"name": "a", "environment": {"TOKEN": "VALUE_HIDDEN"}}]}
    assert only_mistake(described(overrides=overrides)) == (
        "batches[0] (hello).overrides.container_overrides[0].environment.TOKEN: VALUE_HIDDEN stands"
        " in results in place of a secret, which it would overwrite; give the real value, or take"
        " it from the secrets of the task definition."
    )


def test_defaults_complete_a_batch():
    reading = read({"name": "hello"}, {"name": "world", "cluster": "other"}, defaults=COMPLETE)
    assert reading.mistakes == []
    assert [batch.options["cluster"] for batch in reading.batches] == ["batch", "other"]


def test_an_unknown_key_in_batch_57_is_named_with_index_name_and_what_was_meant():
    batches = [described(f"batch-{number}") for number in range(100)]
    batches[57]["schedul"] = "rate(2 days)"
    assert only_mistake(*batches) == (
        "batches[57] (batch-57).schedul: 'schedul' is not known here; did you mean 'schedule'?"
    )


def test_an_unknown_key_in_the_defaults_is_named_there():
    assert only_mistake(described(), defaults={"clustr": "a"}) == (
        "defaults.clustr: 'clustr' is not known here; did you mean 'cluster'?"
    )


def test_defaults_have_no_name():
    assert only_mistake(described(), defaults={"name": "hello"}).startswith("defaults.name: ")


@pytest.mark.parametrize("option", ["schedule", "cluster", "role_arn", "task_definition"])
def test_what_is_missing_is_named(option):
    incomplete = {key: value for key, value in described().items() if key != option}
    assert only_mistake(incomplete) == (
        f"batches[0] (hello).{option}: this is required and missing."
    )


def test_an_absent_batch_needs_only_its_name():
    reading = read({"name": "hello", "state": "absent"})
    assert reading.mistakes == []
    assert reading.batches[0].absent


def test_every_batch_needs_a_name():
    assert only_mistake(COMPLETE) == "batches[0].name: every batch needs a name."
    assert only_mistake(described(name="")) == "batches[0].name: every batch needs a name."


def test_a_batch_is_a_mapping():
    assert only_mistake("hello") == "batches[0]: a batch is a mapping, not 'hello'."


def test_duplicate_names_are_named_with_both_indexes():
    assert only_mistake(described(), described("other"), described()) == (
        "batches[0] (hello) and batches[2] (hello): both have the name 'hello'; names must be"
        " unique."
    )


def test_one_name_cannot_be_a_rule_and_a_schedule():
    mistake = only_mistake(described(), described(trigger="scheduler"))
    assert mistake.startswith("batches[0] (hello) and batches[1] (hello): one is a rule, the other")


@pytest.mark.parametrize(
    ("option", "value", "problem"),
    [
        ("enabled", "perhaps", "'perhaps' is no boolean."),
        ("enabled", 1, "1 is no boolean."),
        ("task_count", "many", "'many' is no whole number."),
        ("task_count", True, "true is no whole number."),
        ("tags", ["a"], "a list of 1 entry is no mapping."),
        ("overrides", "none", "'none' is no mapping."),
        ("network_configuration", [], "an empty list is no mapping."),
        ("placement_strategy", {"type": "random"}, "a mapping with 'type' is no list."),
        ("schedule", ["rate(1 day)"], "a list of 1 entry is no text."),
        ("description", {"a": 1}, "a mapping with 'a' is no text."),
        ("cluster", True, "true is no text."),
        ("input", ["a"], "a list of 1 entry is no text or mapping."),
        ("task_definition", ["f"], "a list of 1 entry is no mapping, and no name of a task"),
        ("state", "gone", "'gone' is not allowed; use 'present' or 'absent'."),
        ("trigger", "cron", "'cron' is not allowed; use 'rule' or 'scheduler'."),
        ("other_targets", "x", "'x' is not allowed; use 'keep', 'warn' or 'remove'."),
        ("name", "a b", "'a b' is not allowed; use 1 to 64 letters"),
        ("group_name", "a b", "'a b' is not allowed; use 1 to 64 letters"),
        ("target_id", "a b", "'a b' is not allowed; use 1 to 64 letters"),
        ("guard", "often", "'often' is no mapping."),
    ],
)
def test_a_wrong_value_is_named_with_its_place_and_what_is_allowed(option, value, problem):
    reading = read({**described(), option: value})
    name = value if option == "name" else "hello"
    place = f"batches[0] ({name}).{option}: "
    assert any(mistake.startswith(place + problem) for mistake in reading.mistakes)
    assert reading.batches == []


@pytest.mark.parametrize(
    ("option", "value", "read_as"),
    [
        ("enabled", "no", False),
        ("enabled", "True", True),
        ("enable_execute_command", "false", False),
        ("task_count", "3", 3),
        ("platform_version", 1.4, "1.4"),
        ("overrides", "", {}),
        ("placement_strategy", "", []),
        ("placement_strategy", ({"type": "random"},), [{"type": "random"}]),
        ("input", {"cpu": "256"}, '{"cpu":"256"}'),
        ("input", '{"cpu": "256"}', '{"cpu": "256"}'),
        ("description", "", ""),
    ],
)
def test_what_templates_make_of_a_value_is_understood(option, value, read_as):
    (found,) = read(described(**{option: value})).batches
    assert found.options[option] == read_as
    assert type(found.options[option]) is type(read_as)


def test_null_is_not_said():
    (found,) = read(described(description=None), defaults={"description": "said"}).batches
    assert found.options["description"] == "said"


@pytest.mark.parametrize(
    "option",
    ["timezone", "start_date", "end_date", "action_after_completion", "kms_key_arn"],
)
def test_what_only_schedules_have_is_refused_for_a_rule_with_what_to_do(option):
    mistake = only_mistake(described(**{option: "Asia/Tokyo"}))
    assert mistake.startswith(f"batches[0] (hello).{option}: a rule has none")
    assert "set trigger to 'scheduler'" in mistake
    assert read(described(trigger="scheduler", **{option: "Asia/Tokyo"})).mistakes == []


def test_utc_is_the_zone_of_rules():
    assert read(described(timezone="UTC")).mistakes == []


@pytest.mark.parametrize("trigger", ["rule", "scheduler"])
def test_group_and_target_id_are_taken_for_both_triggers_since_batches_move(trigger):
    assert read(described(trigger=trigger, group_name="g", target_id="t")).mistakes == []


@pytest.mark.parametrize("place", ["tags", "task_definition"])
def test_the_collection_s_own_tags_cannot_be_given(place):
    tags = {"batchwork:owner": "somebody"}
    options = {"tags": tags} if place == "tags" else {"task_definition": {"tags": tags}}
    mistake = only_mistake(described(**options))
    assert mistake.startswith(f"batches[0] (hello).{place}")
    assert "'batchwork:'" in mistake


def test_the_own_tags_may_be_given_as_they_are():
    assert read(described(tags={"batchwork:batch": "hello"})).mistakes == []


def test_tags_of_a_task_definition_are_a_mapping():
    mistake = only_mistake(described(task_definition={"family": "f", "tags": ["a"]}))
    assert mistake == "batches[0] (hello).task_definition.tags: a list of 1 entry is no mapping."


def test_all_mistakes_of_all_batches_are_found_together():
    mistakes = read(
        described(schedul="x"), described("b", state="gone"), {"name": "c"}, defaults={"x": 1}
    ).mistakes
    assert [mistake.partition(": ")[0] for mistake in mistakes] == [
        "defaults.x",
        "batches[0] (hello).schedul",
        "batches[1] (b).state",
        "batches[2] (c).schedule",
        "batches[2] (c).cluster",
        "batches[2] (c).role_arn",
        "batches[2] (c).task_definition",
    ]


def test_a_batch_with_a_mistake_is_not_looked_at_closer():
    reading = read(described("a.b", schedul="x"), described("c"))
    assert [batch.name for batch in reading.batches] == ["c"]


class TestImages:
    DEFINITION = {
        "family": "f",
        "container_definitions": [{"name": "app", "image": "app:1"}, {"name": "log"}],
    }

    def test_an_image_is_put_into_every_container_of_its_name(self):
        reading = read(
            described("a", task_definition=self.DEFINITION),
            described("b", task_definition={"containerDefinitions": [{"name": "app"}]}),
            described("c"),
            images={"app": "app:2"},
        )
        assert reading.mistakes == []
        first, second, third = (batch.options["task_definition"] for batch in reading.batches)
        assert first["container_definitions"] == [
            {"name": "app", "image": "app:2"},
            {"name": "log"},
        ]
        assert second["containerDefinitions"] == [{"name": "app", "image": "app:2"}]
        assert third == "f"
        assert self.DEFINITION["container_definitions"][0]["image"] == "app:1"

    def test_an_image_of_the_defaults_definition_is_put_too(self):
        defaults = {"task_definition": self.DEFINITION}
        described_alone = {key: COMPLETE[key] for key in ("schedule", "cluster", "role_arn")}
        reading = read({"name": "a", **described_alone}, defaults=defaults, images={"log": "log:2"})
        (found,) = reading.batches
        assert found.definition["container_definitions"][1] == {"name": "log", "image": "log:2"}

    def test_a_container_that_nobody_describes_is_refused_with_what_was_meant(self):
        batches = [described(task_definition=self.DEFINITION)]
        assert only_mistake(*batches, images={"apps": "app:2"}).endswith("; did you mean 'app'?")
        assert only_mistake(*batches, images={"x": "y"}).endswith(". Known are app and log.")

    @pytest.mark.parametrize("image", ["", None, 7, ["app:2"]])
    def test_an_image_is_a_text(self, image):
        batches = [described(task_definition=self.DEFINITION)]
        assert only_mistake(*batches, images={"app": image}).startswith("images.app: an image is")

    def test_containers_that_are_no_mappings_are_left_for_the_checks(self):
        definition = {"container_definitions": ["app", {"name": "app"}]}
        (found,) = read(described(task_definition=definition), images={"app": "app:2"}).batches
        assert found.definition["container_definitions"][0] == "app"


def test_a_secret_is_not_quoted():
    mistake = only_mistake(described(overrides="PASSWORD=hunter2"))
    assert "hunter2" not in mistake
