# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The conditions of IAM statements, as far as a request is known: true, false, or not to be told.

Sources: AWS's guide, "IAM JSON policy elements: Condition operators", "Conditions with multiple
context keys or values" and "Policy variables". A key that the request does not say is not known,
rather than absent: nobody but AWS knows everything that it puts into a request.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Context = Mapping[str, Sequence[str]]
"""Condition keys in lower case, with the values of the request."""

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_ARN_PARTS = 6


@dataclass(frozen=True)
class Answer:
    """Whether something holds; None where that depends on ``unknown``, keys that are not known."""

    holds: bool | None
    unknown: frozenset[str] = frozenset()


YES = Answer(True)
NO = Answer(False)


def all_of(answers: Sequence[Answer]) -> Answer:
    """Return whether all hold; one that does not decides, whatever is not known of the others."""
    if any(answer.holds is False for answer in answers):
        return NO
    return _joined(answers, default=True)


def any_of(answers: Sequence[Answer]) -> Answer:
    """Return whether any holds; one that does decides, whatever is not known of the others."""
    if any(answer.holds for answer in answers):
        return YES
    return _joined(answers, default=False)


def _joined(answers: Sequence[Answer], *, default: bool) -> Answer:
    unknown = [answer for answer in answers if answer.holds is None]
    if not unknown:
        return Answer(default)
    return Answer(None, frozenset().union(*(answer.unknown for answer in unknown)))


def as_list(value: Any) -> list[Any]:
    """Return a list: a policy may write one thing without the list around it."""
    return list(value) if isinstance(value, list | tuple) else [] if value is None else [value]


def matches(pattern: str, text: str, context: Context, *, ignore_case: bool = False) -> Answer:
    """Return whether a pattern with ``*``, ``?`` and policy variables matches a text."""
    parts: list[str] = []
    end = 0
    for variable in _VARIABLE.finditer(pattern):
        value = _value_of(variable[1], context)
        if value is None:
            return Answer(None, frozenset({variable[1]}))
        parts += [_expression(pattern[end : variable.start()]), re.escape(value)]
        end = variable.end()
    expression = "".join([*parts, _expression(pattern[end:])])
    return Answer(_compiled(expression, ignore_case).fullmatch(text) is not None)


def _value_of(variable: str, context: Context) -> str | None:
    """Return what a policy variable stands for: ``*``, ``?`` and ``$`` for themselves."""
    if variable in {"*", "?", "$"}:
        return variable
    key, _comma, default = variable.partition(",")
    values = context.get(key.strip().lower(), ())
    if len(values) == 1:
        return values[0]
    return default.strip().strip("'") if default else None


def _expression(pattern: str) -> str:
    return re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")


@lru_cache(maxsize=512)
def _compiled(expression: str, ignore_case: bool) -> re.Pattern[str]:
    return re.compile(expression, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def arn_matches(pattern: str, arn: str, context: Context) -> Answer:
    """Return whether an ARN matches part by part: no wildcard of the operator reaches over a
    colon, but for those in the last part."""
    try:
        whole = _VARIABLE.sub(lambda variable: _as_literal(variable[1], context), pattern)
    except KeyError as error:
        return Answer(None, frozenset({str(error.args[0])}))
    wanted, actual = whole.split(":", _ARN_PARTS - 1), arn.split(":", _ARN_PARTS - 1)
    if whole == "*":
        return YES
    if len(wanted) != len(actual):
        return NO
    return all_of([matches(*pair, context) for pair in zip(wanted, actual, strict=True)])


def _as_literal(variable: str, context: Context) -> str:
    """Return what a policy variable stands for, with wildcards as the variables that mean
    themselves; its colons are those of the ARN."""
    value = _value_of(variable, context)
    if value is None:
        raise KeyError(variable)
    return _without_wildcards(value)


def _without_wildcards(text: str) -> str:
    return re.sub(r"(?<!\{)[*?](?!\})", lambda found: f"${{{found[0]}}}", text)


def _equals(wanted: str, actual: str, context: Context) -> Answer:
    """An operator without wildcards takes policy variables all the same."""
    return matches(_without_wildcards(wanted), actual, context)


def _equals_ignoring_case(wanted: str, actual: str, context: Context) -> Answer:
    return _equals(wanted.lower(), actual.lower(), context)


def _bool(wanted: str, actual: str, _context: Context) -> Answer:
    return Answer(wanted.lower() == actual.lower())


def _numeric(compare: Callable[[float, float], bool]) -> Compare:
    def compared(wanted: str, actual: str, _context: Context) -> Answer:
        try:
            return Answer(compare(float(actual), float(wanted)))
        except ValueError:
            return NO

    return compared


Compare = Callable[[str, str, Context], Answer]

_OPERATORS: Mapping[str, Compare] = {
    "stringequals": _equals,
    "stringequalsignorecase": _equals_ignoring_case,
    "stringlike": matches,
    "arnequals": arn_matches,
    "arnlike": arn_matches,
    "bool": _bool,
    "numericequals": _numeric(lambda actual, wanted: actual == wanted),
    "numericlessthan": _numeric(lambda actual, wanted: actual < wanted),
    "numericlessthanequals": _numeric(lambda actual, wanted: actual <= wanted),
    "numericgreaterthan": _numeric(lambda actual, wanted: actual > wanted),
    "numericgreaterthanequals": _numeric(lambda actual, wanted: actual >= wanted),
}
"""The operators that are understood, without ``Not``; both ARN operators take wildcards. Those of
dates and addresses are about the moment and the place of a request, which nobody knows before."""

_NEGATED: Mapping[str, str] = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
    "numericnotequals": "numericequals",
}


def conditions_hold(conditions: Any, context: Context) -> Answer:
    """Return whether all conditions of a statement hold."""
    if not conditions:
        return YES
    if not isinstance(conditions, Mapping):
        return Answer(None, frozenset({"Condition"}))
    return all_of([*_answers(conditions, context)])


def _answers(conditions: Mapping[str, Any], context: Context) -> Iterator[Answer]:
    for operator, keys in conditions.items():
        for key, wanted in (keys if isinstance(keys, Mapping) else {}).items():
            values = [_text(value) for value in as_list(wanted)]
            yield _holds(str(operator).lower(), str(key), values, context)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _holds(operator: str, key: str, wanted: Sequence[str], context: Context) -> Answer:
    """Return whether one condition holds: the values of a key are alternatives."""
    actual = context.get(key.lower())
    if operator == "null":
        return _null(key, wanted, actual)
    every, name = _split(operator)
    compare = _OPERATORS.get(_NEGATED.get(name, name))
    if actual is None or compare is None:
        return Answer(None, frozenset({key}))
    answers = [_one(compare, name in _NEGATED, wanted, value, context) for value in actual]
    return all_of(answers) if every else any_of(answers)


def _split(operator: str) -> tuple[bool, str]:
    """Return whether all values of the request have to match, and the bare operator."""
    quantifier, _colon, name = operator.rpartition(":")
    return quantifier == "forallvalues", name.removesuffix("ifexists")


def _one(
    compare: Compare, negated: bool, wanted: Sequence[str], actual: str, context: Context
) -> Answer:
    answer = any_of([compare(value, actual, context) for value in wanted])
    return (
        Answer(not answer.holds, answer.unknown) if negated and answer.holds is not None else answer
    )


def _null(key: str, wanted: Sequence[str], actual: Sequence[str] | None) -> Answer:
    """``Null`` asks whether a key is absent; of one that is not known nobody can tell."""
    if actual is None:
        return Answer(None, frozenset({key}))
    return Answer("false" in [value.lower() for value in wanted])
