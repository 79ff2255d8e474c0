"""Read tokens one after the other: names, paths, operands, which all kinds of expressions share."""

from collections.abc import Collection

from visitplannr.dynamodb.errors import DynamoDBError, validation
from visitplannr.dynamodb.expressions.syntax import Call, Operand, PathNode, ValueNode
from visitplannr.dynamodb.expressions.tokens import Kind, Token, syntax_error, tokenize

_DEEPEST_PATH = 32
_LARGEST_INDEX = 2**31 - 1
_DEEPEST_NESTING = 200


class Reader:
    """A place in an expression's tokens.

    `keywords` (upper case) cannot be names. `reserved_names` are the plain names read so far, for
    the check of reserved words, which comes after syntax.
    """

    def __init__(self, text: str, keywords: Collection[str] = ()) -> None:
        self._text = text
        self._tokens = tokenize(text)
        self._keywords = keywords
        self._position = 0
        self._depth = 0
        self.names: list[str] = []

    @property
    def position(self) -> int:
        return self._position

    @property
    def next(self) -> Token:
        return self._tokens[self._position]

    def error(self) -> DynamoDBError:
        return syntax_error(self._text, self._tokens, self._position)

    def advance(self) -> Token:
        token = self.next
        self._position += token.kind is not Kind.END
        return token

    def accept(self, symbol: str) -> bool:
        """Go over a symbol if it comes next."""
        found = self.next.kind is Kind.SYMBOL and self.next.text == symbol
        self._position += found
        return found

    def expect(self, symbol: str) -> None:
        if not self.accept(symbol):
            raise self.error()

    def expect_end(self) -> None:
        if self.next.kind is not Kind.END:
            raise self.error()

    def keyword(self) -> str | None:
        """Give the keyword that comes next, in upper case."""
        word = self.next.text.upper()
        return word if self.next.kind is Kind.NAME and word in self._keywords else None

    def accept_keyword(self, word: str) -> bool:
        found = self.keyword() == word
        self._position += found
        return found

    def enter(self) -> None:
        """Go one level of parentheses or of a function's arguments down."""
        self._depth += 1
        if self._depth > _DEEPEST_NESTING:
            raise validation("The expression is nested too deeply")

    def leave(self) -> None:
        self._depth -= 1

    def path(self) -> PathNode:
        """Read a document path: a name, then names and indexes."""
        return self.longer_path(PathNode((self._step(),)))

    def longer_path(self, path: PathNode) -> PathNode:
        """Read the steps that follow a path.

        Raises:
            DynamoDBError: syntax, more than 32 steps, an index beyond 32 bits.
        """
        steps = list(path.steps)
        while True:
            if self.accept("."):
                steps.append(self._step())
            elif self.accept("["):
                steps.append(self._index())
            else:
                break
        if len(steps) > _DEEPEST_PATH:
            raise validation(
                f"The document path has too many nesting levels; nesting levels: {len(steps)}"
            )
        return PathNode(tuple(steps))

    def value(self) -> ValueNode:
        token = self.next
        if token.kind is not Kind.PLACEHOLDER or token.text[0] != ":":
            raise self.error()
        return ValueNode(self.advance().text)

    def operand(self) -> Operand:
        """Read a function call, a value or a path."""
        token = self.next
        if token.kind is Kind.PLACEHOLDER and token.text[0] == ":":
            return self.value()
        if self._is_call():
            return self._call()
        return self.path()

    def listed_operands(self) -> tuple[Operand, ...]:
        """Read operands with commas between them, and the parenthesis that closes their list."""
        self.enter()
        operands = [self.operand_in_parentheses()]
        while self.accept(","):
            operands.append(self.operand_in_parentheses())
        self.expect(")")
        self.leave()
        return tuple(operands)

    def operand_in_parentheses(self) -> Operand:
        """Read an operand that may stand in parentheses."""
        if not self.accept("("):
            return self.operand()
        self.enter()
        operand = self.operand_in_parentheses()
        self.expect(")")
        self.leave()
        return operand

    def _is_call(self) -> bool:
        if self.next.kind is not Kind.NAME or self.keyword():
            return False
        after = self._tokens[self._position + 1]
        return after.kind is Kind.SYMBOL and after.text == "("

    def _call(self) -> Call:
        function = self.advance().text
        self.expect("(")
        return Call(function, self.listed_operands())

    def _step(self) -> str:
        token = self.next
        if token.kind is Kind.NAME and not self.keyword():
            self.names.append(token.text)
        elif token.kind is not Kind.PLACEHOLDER or token.text[0] != "#":
            raise self.error()
        return self.advance().text

    def _index(self) -> int:
        if self.next.kind is not Kind.NUMBER:
            raise self.error()
        digits = self.advance().text
        self.expect("]")
        if len(digits) > 10 or int(digits) > _LARGEST_INDEX:
            raise validation(f"List index is not within the allowable range; index: [{digits}]")
        return int(digits)
