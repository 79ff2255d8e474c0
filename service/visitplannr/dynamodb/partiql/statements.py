"""The four statements: SELECT, INSERT, UPDATE, DELETE."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from visitplannr.dynamodb.errors import validation
from visitplannr.dynamodb.partiql.conditions import Placeholders, Term, path, where
from visitplannr.dynamodb.partiql.literals import begins_value, members, value
from visitplannr.dynamodb.partiql.tokens import Reader, not_understood
from visitplannr.dynamodb.values import AttributeValue, Item

Verb: TypeAlias = Literal["SELECT", "INSERT", "UPDATE", "DELETE"]
RETURNS = {"ALL OLD": "ALL_OLD", "ALL NEW": "ALL_NEW", "MODIFIED OLD": "UPDATED_OLD"}
RETURNS["MODIFIED NEW"] = "UPDATED_NEW"


@dataclass(frozen=True)
class Statement:
    """A statement; which members are set depends on its verb."""

    verb: Verb
    table: str
    placeholders: Placeholders
    index: str | None = None
    terms: list[Term] = field(default_factory=list)
    projection: str | None = None
    backward: bool = False
    item: Item = field(default_factory=dict)
    update: str = ""
    returns: str | None = None


def parse(text: str, parameters: Sequence[AttributeValue]) -> Statement:
    """Read a statement.

    Raises:
        DynamoDBError: it is none of the four, or not well formed.
    """
    reader = Reader(text, parameters)
    verb = reader.next().text.upper()
    reading = {"SELECT": select, "INSERT": insert, "UPDATE": update, "DELETE": delete}.get(verb)
    if reading is None:
        raise validation(
            f"Statement wasn't well formed, can't be processed: {verb or 'it is empty'}; "
            "SELECT, INSERT, UPDATE and DELETE are understood"
        )
    statement = reading(reader, Placeholders())
    reader.require_end()
    return statement


def select(reader: Reader, placeholders: Placeholders) -> Statement:
    projection = None
    if not reader.accept("*"):
        paths = [path(reader, placeholders)[0]]
        while reader.accept(","):
            paths.append(path(reader, placeholders)[0])
        projection = ", ".join(paths)
    reader.expect("FROM")
    table = reader.name()
    index = reader.name() if reader.accept(".") else None
    terms = where(reader, placeholders) if reader.accept("WHERE") else []
    backward = False
    if reader.accept("ORDER"):
        reader.expect("BY")
        reader.name()
        backward = reader.accept("DESC")
        reader.accept("ASC")
    return Statement(
        "SELECT", table, placeholders, index, terms, projection=projection, backward=backward
    )


def insert(reader: Reader, placeholders: Placeholders) -> Statement:
    reader.expect("INTO")
    table = reader.name()
    reader.expect("VALUE")
    if reader.accept("?"):
        parameter = reader.parameter()
        if "M" not in parameter:
            raise not_understood("?")
        return Statement("INSERT", table, placeholders, item=parameter["M"])
    reader.expect("{")
    return Statement("INSERT", table, placeholders, item=members(reader))


def update(reader: Reader, placeholders: Placeholders) -> Statement:
    table = reader.name()
    sets, removes = [], []
    while True:
        if reader.accept("SET"):
            sets.append(assignment(reader, placeholders))
            while reader.accept(","):
                sets.append(assignment(reader, placeholders))
        elif reader.accept("REMOVE"):
            removes.append(path(reader, placeholders)[0])
            while reader.accept(","):
                removes.append(path(reader, placeholders)[0])
        else:
            break
    clauses = [f"SET {', '.join(sets)}"] if sets else []
    clauses += [f"REMOVE {', '.join(removes)}"] if removes else []
    reader.expect("WHERE")
    terms = where(reader, placeholders)
    expression, returned = " ".join(clauses), returning(reader)
    return Statement(
        "UPDATE", table, placeholders, terms=terms, update=expression, returns=returned
    )


def assignment(reader: Reader, placeholders: Placeholders) -> str:
    target, _ = path(reader, placeholders)
    reader.expect("=")
    text = assigned(reader, placeholders)
    if reader.peek().says("+", "-"):
        sign = reader.next().text
        text += f" {sign} {assigned(reader, placeholders)}"
    return f"{target} = {text}"


def assigned(reader: Reader, placeholders: Placeholders) -> str:
    """Read an operand of SET: a value, a path, list_append or if_not_exists."""
    if begins_value(reader):
        return placeholders.value(value(reader))
    if reader.peek().text.lower() in {"list_append", "if_not_exists"} and reader.peek(1).says("("):
        called = reader.name().lower()
        reader.expect("(")
        first = assigned(reader, placeholders)
        reader.expect(",")
        second = assigned(reader, placeholders)
        reader.expect(")")
        return f"{called}({first}, {second})"
    return path(reader, placeholders)[0]


def delete(reader: Reader, placeholders: Placeholders) -> Statement:
    reader.expect("FROM")
    table = reader.name()
    reader.expect("WHERE")
    terms = where(reader, placeholders)
    return Statement("DELETE", table, placeholders, terms=terms, returns=returning(reader))


def returning(reader: Reader) -> str | None:
    """Read RETURNING ALL|MODIFIED OLD|NEW *."""
    if not reader.accept("RETURNING"):
        return None
    words = f"{reader.next().text} {reader.next().text}".upper()
    reader.expect("*")
    if words not in RETURNS:
        raise not_understood(words)
    return RETURNS[words]
