"""What follows WHERE, as conditions in DynamoDB's expression language."""

from dataclasses import dataclass, field

from visitplannr.dynamodb.partiql.literals import begins_value, until, value
from visitplannr.dynamodb.partiql.tokens import Reader, not_understood
from visitplannr.dynamodb.values import AttributeValue, Item

ENDS = ("ORDER", "RETURNING", "SET", "REMOVE", "")
COMPARISONS = ("=", "<>", "!=", "<", "<=", ">", ">=")
FUNCTIONS = {"begins_with", "contains", "attribute_type", "size"}


@dataclass
class Placeholders:
    """Names and values of a statement under the placeholders that stand for them."""

    names: dict[str, str] = field(default_factory=dict)
    values: Item = field(default_factory=dict)

    def name(self, name: str) -> str:
        for placeholder, known in self.names.items():
            if known == name:
                return placeholder
        placeholder = f"#n{len(self.names)}"
        self.names[placeholder] = name
        return placeholder

    def value(self, content: AttributeValue) -> str:
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = content
        return placeholder


@dataclass(frozen=True)
class Term:
    """One part of a conjunction; `name` is set where it tests a single attribute."""

    text: str
    name: str | None = None
    operator: str = ""
    values: tuple[AttributeValue, ...] = ()


def path(reader: Reader, placeholders: Placeholders) -> tuple[str, str | None]:
    """Read a document path; give its text, and its name if that is all of it."""
    name = reader.name()
    text, plain = placeholders.name(name), True
    while True:
        if reader.accept("."):
            text += f".{placeholders.name(reader.name())}"
        elif reader.peek().says("[") and reader.peek(1).kind == "number":
            reader.expect("[")
            text += f"[{reader.next().text}]"
            reader.expect("]")
        else:
            return text, name if plain else None
        plain = False


def where(reader: Reader, placeholders: Placeholders) -> list[Term]:
    """Read a condition; several terms if they are joined by AND alone."""
    parts = [term(reader, placeholders)]
    joints: list[str] = []
    while not reader.peek().says(*ENDS, ")"):
        joint = reader.next().text.upper()
        if joint not in {"AND", "OR"}:
            raise not_understood(joint)
        joints.append(joint)
        parts.append(term(reader, placeholders))
    if "OR" not in joints:
        return parts
    text = parts[0].text
    for joint, part in zip(joints, parts[1:], strict=True):
        text += f" {joint} {part.text}"
    return [Term(f"({text})")]


def term(reader: Reader, placeholders: Placeholders) -> Term:
    if reader.accept("NOT"):
        return Term(f"NOT {term(reader, placeholders).text}")
    if reader.accept("("):
        inside = where(reader, placeholders)
        reader.expect(")")
        if len(inside) == 1:
            return inside[0]
        return Term("(" + " AND ".join(each.text for each in inside) + ")")
    word = reader.peek().text
    if word.lower() in FUNCTIONS and reader.peek(1).says("("):
        return function(reader, placeholders)
    text, name = operand(reader, placeholders)
    return test(reader, placeholders, text, name)


def operand(reader: Reader, placeholders: Placeholders) -> tuple[str, str | None]:
    if begins_value(reader):
        return placeholders.value(value(reader)), None
    return path(reader, placeholders)


def function(reader: Reader, placeholders: Placeholders) -> Term:
    called = reader.name().lower()
    reader.expect("(")
    first, name = operand(reader, placeholders)
    if called == "size":
        reader.expect(")")
        return test(reader, placeholders, f"size({first})", None)
    reader.expect(",")
    before = len(placeholders.values)
    second, _ = operand(reader, placeholders)
    reader.expect(")")
    values = tuple(placeholders.values.values())[before:]
    return Term(f"{called}({first}, {second})", name, called, values)


def test(reader: Reader, placeholders: Placeholders, text: str, name: str | None) -> Term:
    """Read what is asked of an operand."""
    if reader.accept("IS"):
        return existence(reader, placeholders, text)
    if reader.accept("BETWEEN"):
        low = value(reader)
        reader.expect("AND")
        high = value(reader)
        marks = f"{placeholders.value(low)} AND {placeholders.value(high)}"
        return Term(f"{text} BETWEEN {marks}", name, "BETWEEN", (low, high))
    if reader.accept("IN"):
        values = until(reader, "]" if reader.next().text == "[" else ")")
        marks = ", ".join(placeholders.value(each) for each in values)
        return Term(f"{text} IN ({marks})", name, "IN", tuple(values))
    sign = reader.next()
    if not sign.says(*COMPARISONS):
        raise not_understood(sign.text)
    operator = "<>" if sign.text == "!=" else sign.text
    if begins_value(reader):
        content = value(reader)
        whole = f"{text} {operator} {placeholders.value(content)}"
        return Term(whole, name, operator, (content,))
    other, _ = operand(reader, placeholders)
    return Term(f"{text} {operator} {other}")


def existence(reader: Reader, placeholders: Placeholders, text: str) -> Term:
    negated = reader.accept("NOT")
    if reader.accept("MISSING"):
        return Term(f"attribute_{'' if negated else 'not_'}exists({text})")
    reader.expect("NULL")
    tested = f"attribute_type({text}, {placeholders.value({'S': 'NULL'})})"
    return Term(f"NOT {tested}" if negated else tested)
