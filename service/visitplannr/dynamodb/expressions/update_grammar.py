"""The grammars of updates and of projections: text in, clauses or paths out."""

from typing import cast

from visitplannr.dynamodb.errors import validation
from visitplannr.dynamodb.expressions.reader import Reader
from visitplannr.dynamodb.expressions.syntax import (
    Arithmetic,
    Clause,
    Operand,
    PathNode,
    Section,
)
from visitplannr.dynamodb.expressions.tokens import Kind

_SECTIONS = frozenset({"SET", "REMOVE", "ADD", "DELETE"})


class UpdateReader(Reader):
    """Reads an update (dynamodb.md D132, D136); sections as they stand in the text."""

    def __init__(self, text: str) -> None:
        super().__init__(text, _SECTIONS)
        self.sections: list[Section] = []

    def clauses(self) -> tuple[Clause, ...]:
        clauses: list[Clause] = []
        while True:
            section = self.keyword()
            if section is None:
                raise self.error()
            self.advance()
            clauses.extend(self._section(cast("Section", section)))
            if self.next.kind is Kind.END:
                return tuple(clauses)

    def check_sections(self) -> None:
        """Refuse a section that comes twice (D132)."""
        for index, section in enumerate(self.sections):
            if section in self.sections[:index]:
                raise validation(
                    f'The "{section}" section can only be used once in an update expression;'
                )

    def _section(self, section: Section) -> list[Clause]:
        self.sections.append(section)
        clauses = [self._clause(section)]
        while self.accept(","):
            clauses.append(self._clause(section))
        return clauses

    def _clause(self, section: Section) -> Clause:
        path = self.path()
        if section == "REMOVE":
            return Clause(section, path, None)
        if section == "SET":
            self.expect("=")
            return Clause(section, path, self._new_value())
        return Clause(section, path, self.value())

    def _new_value(self) -> Operand:
        """Read `operand`, `operand + operand` or `operand - operand`, in parentheses or not."""
        if self.next.text == "(" and self.next.kind is Kind.SYMBOL:
            self.advance()
            self.enter()
            value = self._new_value()
            self.expect(")")
            self.leave()
            return value if isinstance(value, Arithmetic) else self._sum(value)
        return self._sum(self.operand())

    def _sum(self, left: Operand) -> Operand:
        for operator in "+-":
            if self.accept(operator):
                return Arithmetic(operator, left, self.operand_in_parentheses())
        return left


class ProjectionReader(Reader):
    """Reads a projection (D129)."""

    def paths(self) -> tuple[PathNode, ...]:
        paths = [self.path()]
        while self.accept(","):
            paths.append(self.path())
        self.expect_end()
        return tuple(paths)
