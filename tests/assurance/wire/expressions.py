"""The DynamoDB expressions that our adapters use. Any other expression is an error.

Names and values that no expression uses are refused, as AWS does.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Item = dict[str, Any]
"""A row in DynamoDB's own protocol: `{"S": text}` and the like."""
_TOKEN = re.compile(r"\s*([#:]?[A-Za-z_][A-Za-z0-9_]*|[()=<>,+])")


class Unknown(AssertionError):
    """An expression that this fake does not support. Extend the fake or simplify the adapter."""


@dataclass
class Expressions:
    """The expressions of one request, and the values of their placeholders."""

    names: Mapping[str, str]
    values: Mapping[str, Any]
    used: set[str] = field(default_factory=set)

    def holds(self, condition: str, item: Item) -> bool:
        return _Condition(self, condition, item).result()

    def updated(self, update: str, item: Item) -> Item:
        """Return the row after `SET ... REMOVE ...`. All values are read from the row before."""
        result = dict(item)
        sets, _, removes = update.partition("REMOVE ")
        if sets and not sets.startswith("SET "):
            raise Unknown(update)
        for clause in _clauses(sets.removeprefix("SET ")):
            name, _, value = clause.partition("=")
            result[self.name(name.strip())] = self._value(value.strip(), item)
        for one in _clauses(removes):
            result.pop(self.name(one), None)
        return result

    def projected(self, projection: str, item: Item) -> Item:
        names = [self.name(one) for one in _clauses(projection)]
        return {name: item[name] for name in names if name in item}

    def name(self, text: str) -> str:
        if not text.startswith("#"):
            if not re.fullmatch(r"[a-z_]+", text):
                raise Unknown(text)
            return text
        self.used.add(text)
        return self.names[text]

    def value(self, text: str) -> Any:
        self.used.add(text)
        return self.values[text]

    def leftovers(self) -> set[str]:
        return {*self.names, *self.values} - self.used

    def _value(self, text: str, item: Item) -> Any:
        """Evaluate `:v`, or `if_not_exists(#n, :v)`, or one of them plus `:v`."""
        first, _, more = text.partition("+")
        match = re.fullmatch(r"if_not_exists\((\S+), (\S+)\)", first.strip())
        if match:
            default = self.value(match[2])
            value = item.get(self.name(match[1]), default)
        else:
            value = self.value(first.strip())
        if not more:
            return value
        return {"N": str(number(value) + number(self.value(more.strip())))}


def number(value: Mapping[str, str]) -> Decimal:
    return Decimal(value["N"])


class _Condition:
    """Evaluate `or` of `and` of comparisons, functions and brackets."""

    def __init__(self, all_of: Expressions, text: str, item: Item) -> None:
        self.all_of = all_of
        self.item = item
        self.text = text
        self.tokens = _TOKEN.findall(text)
        if "".join(self.tokens) != re.sub(r"\s", "", text):
            raise Unknown(text)

    def result(self) -> bool:
        value = self._either()
        if self.tokens:
            raise Unknown(self.text)
        return value

    def _either(self) -> bool:
        value = self._both()
        while self._took("OR"):
            value = self._both() or value
        return value

    def _both(self) -> bool:
        value = self._one()
        while self._took("AND"):
            value = self._one() and value
        return value

    def _one(self) -> bool:
        if self._took("("):
            value = self._either()
            self._expect(")")
            return value
        token = self.tokens.pop(0)
        if token in {"attribute_exists", "attribute_not_exists"}:
            self._expect("(")
            there: bool = self.all_of.name(self.tokens.pop(0)) in self.item
            self._expect(")")
            return there is (token == "attribute_exists")
        return self._compared(self.item.get(self.all_of.name(token)))

    def _compared(self, there: Any) -> bool:
        """Compare two values. A missing value never matches, nor does a text match a number."""
        sign, given = self.tokens.pop(0), self.all_of.value(self.tokens.pop(0))
        if sign == "=":
            return there is not None and _same(there, given)
        if sign not in {"<", ">"}:
            raise Unknown(self.text)
        if there is None or there.keys() != given.keys() or "N" not in given:
            return False
        low, high = number(there), number(given)
        return low < high if sign == "<" else low > high

    def _took(self, token: str) -> bool:
        if self.tokens and self.tokens[0] == token:
            self.tokens.pop(0)
            return True
        return False

    def _expect(self, token: str) -> None:
        if not self._took(token):
            raise Unknown(self.text)


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    if "N" in one and "N" in other:
        return number(one) == number(other)
    return one == other


def _clauses(text: str) -> list[str]:
    """Split at commas outside brackets."""
    return [one.strip() for one in re.split(r",(?![^(]*\))", text) if one.strip()]
