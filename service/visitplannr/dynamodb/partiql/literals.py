"""Values in a statement: literals, question marks, maps, lists and sets."""

from collections.abc import Callable

from visitplannr.dynamodb.partiql.tokens import Reader, not_understood
from visitplannr.dynamodb.values import AttributeValue, Item

PLAIN: dict[str, AttributeValue] = {
    "TRUE": {"BOOL": True},
    "FALSE": {"BOOL": False},
    "NULL": {"NULL": True},
}


def begins_value(reader: Reader) -> bool:
    token = reader.peek()
    return token.kind in {"string", "number"} or token.says(*SIGNS, *PLAIN)


def value(reader: Reader) -> AttributeValue:
    """Read one value."""
    token = reader.next()
    if token.kind in {"string", "number"}:
        return {"S" if token.kind == "string" else "N": token.text}
    read = SIGNS.get(token.text)
    if token.kind == "sign" and read:
        return read(reader)
    if token.says(*PLAIN):
        return PLAIN[token.text.upper()]
    raise not_understood(token.text)


def until(reader: Reader, end: str) -> list[AttributeValue]:
    """Read values separated by commas, up to the end sign."""
    if reader.accept(end):
        return []
    found = [value(reader)]
    while not reader.accept(end):
        reader.expect(",")
        found.append(value(reader))
    return found


def as_set(values: list[AttributeValue]) -> AttributeValue:
    kinds = {kind for each in values for kind in each}
    if len(kinds) != 1 or not kinds <= {"S", "N", "B"}:
        raise not_understood("<<")
    (kind,) = kinds
    return {f"{kind}S": [each[kind] for each in values]}


def members(reader: Reader) -> Item:
    """Read a map's members after its opening brace; names are strings."""
    found: Item = {}
    if reader.accept("}"):
        return found
    while True:
        name = reader.next()
        if name.kind not in {"string", "name"}:
            raise not_understood(name.text)
        reader.expect(":")
        found[name.text] = value(reader)
        if reader.accept("}"):
            return found
        reader.expect(",")


SIGNS: dict[str, Callable[[Reader], AttributeValue]] = {
    "-": lambda reader: {"N": f"-{reader.next().text}"},
    "?": Reader.parameter,
    "[": lambda reader: {"L": until(reader, "]")},
    "<<": lambda reader: as_set(until(reader, ">>")),
    "{": lambda reader: {"M": members(reader)},
}
