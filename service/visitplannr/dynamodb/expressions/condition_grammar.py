"""The grammar of conditions: text in, tree out (dynamodb.md D104, D105, D90, D91)."""

from typing import Literal, TypeAlias, cast

from visitplannr.dynamodb.errors import validation
from visitplannr.dynamodb.expressions.reader import Reader
from visitplannr.dynamodb.expressions.syntax import (
    Arithmetic,
    Between,
    Call,
    Comparator,
    Comparison,
    ConditionNode,
    In,
    Junction,
    Not,
    Operand,
    PathNode,
    ValueNode,
)
from visitplannr.dynamodb.expressions.tokens import Kind

_KEYWORDS = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN"})
_BINDING = {"OR": 1, "AND": 2}
_COMPARATORS = frozenset({"=", "<>", "<", "<=", ">", ">="})
_MOST_OPERATORS = 300
_MOST_CANDIDATES = 99

_Node: TypeAlias = ConditionNode | Operand


class ConditionReader(Reader):
    """Reads a condition; whether a parenthesis opens a condition or an operand shows later."""

    def __init__(self, text: str) -> None:
        super().__init__(text, _KEYWORDS)
        self._operators = 0
        self._redundant = False
        self._last_group = (-1, -1)

    def condition(self) -> ConditionNode:
        """Read the whole text.

        Raises:
            DynamoDBError: syntax, too many operators or operands, redundant parentheses.
        """
        node = self._condition(self._joined(0))
        self.expect_end()
        if self._operators > _MOST_OPERATORS:
            raise validation(
                f"The expression contains too many operators; operator count: {_MOST_OPERATORS + 1}"
            )
        if self._redundant:
            raise validation("The expression has redundant parentheses;")
        return node

    def _joined(self, binding: int) -> _Node:
        left = self._negated()
        while (word := self.keyword()) in _BINDING and _BINDING[word] > binding:
            first = self._condition(left)
            self.advance()
            self._operators += 1
            second = self._condition(self._joined(_BINDING[word]))
            left = _junction(cast("Literal['AND', 'OR']", word), first, second)
        return left

    def _condition(self, node: _Node) -> ConditionNode:
        if isinstance(node, PathNode | ValueNode | Arithmetic):
            raise self.error()
        return node

    def _negated(self) -> _Node:
        negations = 0
        while self.accept_keyword("NOT"):
            negations += 1
        node = self._compared(self._single())
        self._operators += negations
        if not negations:
            return node
        condition = self._condition(node)
        for _ in range(min(negations, _MOST_OPERATORS)):
            condition = Not(condition)
        return condition

    def _single(self) -> _Node:
        opened = self.position
        if not self.accept("("):
            return self.operand()
        self.enter()
        node = self._joined(0)
        self._close(opened)
        return self.longer_path(node) if isinstance(node, PathNode) else node

    def _close(self, opened: int) -> None:
        """Go over a closing parenthesis; two pairs around the same thing are redundant (D91)."""
        closed = self.position
        self.expect(")")
        self.leave()
        self._redundant |= self._last_group == (opened + 1, closed - 1)
        self._last_group = (opened, closed)

    def operand_in_parentheses(self) -> Operand:
        opened = self.position
        if not self.accept("("):
            return self.operand()
        self.enter()
        operand = self.operand_in_parentheses()
        self._close(opened)
        return self.longer_path(operand) if isinstance(operand, PathNode) else operand

    def _compared(self, node: _Node) -> _Node:
        """Read the comparison that an operand begins, if it does."""
        if not isinstance(node, PathNode | ValueNode | Call):
            return node
        if self.next.kind is Kind.SYMBOL and self.next.text in _COMPARATORS:
            self._operators += 1
            operator = cast("Comparator", self.advance().text)
            return Comparison(operator, node, self.operand_in_parentheses())
        if self.accept_keyword("BETWEEN"):
            return self._between(node)
        if self.accept_keyword("IN"):
            return self._in(node)
        return node

    def _between(self, operand: Operand) -> Between:
        self._operators += 1
        low = self.operand_in_parentheses()
        if not self.accept_keyword("AND"):
            raise self.error()
        return Between(operand, low, self.operand_in_parentheses())

    def _in(self, operand: Operand) -> In:
        self._operators += 1
        self.expect("(")
        candidates = self.listed_operands()
        if len(candidates) > _MOST_CANDIDATES:
            raise validation(
                "The IN operator is provided with too many operands; number of operands:"
                f" {len(candidates) + 1}"
            )
        return In(operand, candidates)


def _junction(
    operator: Literal["AND", "OR"], left: ConditionNode, right: ConditionNode
) -> Junction:
    """Join two conditions; a chain of the same operator becomes one junction."""
    joined: list[ConditionNode] = []
    for node in (left, right):
        if isinstance(node, Junction) and node.operator == operator:
            joined.extend(node.conditions)
        else:
            joined.append(node)
    return Junction(operator, tuple(joined))
