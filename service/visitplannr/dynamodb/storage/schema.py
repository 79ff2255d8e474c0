"""What a table is: keys, indexes, stream, expiry and what only its description shows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

from visitplannr.dynamodb.storage.keys import digest, hash_bytes, joined, scalar_bytes
from visitplannr.dynamodb.values import Item


@dataclass(frozen=True)
class KeyAttribute:
    name: str
    type: str


@dataclass(frozen=True)
class KeySchema:
    """The attributes of a key: those of the hash part, then those of the range part."""

    hash: tuple[KeyAttribute, ...]
    range: tuple[KeyAttribute, ...]

    @classmethod
    def read(cls, elements: list[dict[str, str]], types: Mapping[str, str]) -> Self:
        def of(kind: str) -> tuple[KeyAttribute, ...]:
            return tuple(
                KeyAttribute(element["AttributeName"], types[element["AttributeName"]])
                for element in elements
                if element["KeyType"] == kind
            )

        return cls(of("HASH"), of("RANGE"))

    def __iter__(self) -> Iterator[KeyAttribute]:
        return iter(self.attributes)

    @cached_property
    def attributes(self) -> tuple[KeyAttribute, ...]:
        return self.hash + self.range

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(attribute.name for attribute in self.attributes)

    def of(self, item: Item) -> Item:
        """Take the key out of an item that has it."""
        return {name: item[name] for name in self.names}

    def bytes_of(self, item: Item) -> tuple[bytes, bytes]:
        """Encode the key of an item that has it: partition, range."""
        partition = hash_bytes([scalar_bytes(item[part.name]) for part in self.hash])
        ordered = [scalar_bytes(item[part.name]) for part in self.range]
        return partition, joined(ordered, len(ordered))

    def digest_of(self, item: Item) -> bytes:
        """Give what orders items with the same key of an index."""
        return digest([scalar_bytes(item[part.name]) for part in self])


@dataclass(frozen=True)
class Index:
    """A secondary index; `number` names its rows in the database."""

    name: str
    number: int
    is_global: bool
    keys: KeySchema
    description: Mapping[str, Any]

    @property
    def projection(self) -> str:
        return str(self.description["Projection"]["ProjectionType"])

    def holds(self, item: Item) -> bool:
        """Tell whether an item has the index's keys, of the right types (dynamodb.md D197)."""
        return all(part.type in item.get(part.name, ()) for part in self.keys)

    def projected_names(self, table_keys: KeySchema) -> set[str] | None:
        """Name the attributes that the index holds; None stands for all (dynamodb.md D196)."""
        if self.projection == "ALL":
            return None
        named = self.description["Projection"].get("NonKeyAttributes", ())
        return {*self.keys.names, *table_keys.names, *named}

    def projected(self, item: Item, table_keys: KeySchema) -> Item:
        names = self.projected_names(table_keys)
        return item if names is None else {name: item[name] for name in item if name in names}


@dataclass(frozen=True)
class Table:
    """A table; `number` names its rows in the database.

    `description` holds what CreateTable and UpdateTable set and DescribeTable shows, in the API's
    own shape, without what is derived from the other fields.
    """

    name: str
    number: int
    keys: KeySchema
    indexes: tuple[Index, ...]
    description: Mapping[str, Any]
    stream: int | None = None
    expiry: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    def index(self, name: str) -> Index | None:
        return next((index for index in self.indexes if index.name == name), None)

    @property
    def types(self) -> dict[str, str]:
        definitions = self.description["AttributeDefinitions"]
        return {each["AttributeName"]: each["AttributeType"] for each in definitions}

    def described(self, **changes: Any) -> "Table":
        """Give the table with another description; a value of None takes an entry out."""
        description = {**self.description, **changes}
        kept = {key: value for key, value in description.items() if value is not None}
        return replace(self, description=kept)

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "number": self.number,
            "description": self.description,
            "indexes": [
                {"number": each.number, "global": each.is_global, "description": each.description}
                for each in self.indexes
            ],
            "stream": self.stream,
            "expiry": self.expiry,
            "tags": self.tags,
            "settings": self.settings,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        description = stored["description"]
        definitions = description["AttributeDefinitions"]
        types = {each["AttributeName"]: each["AttributeType"] for each in definitions}
        indexes = tuple(
            make_index(each["number"], each["description"], types, is_global=each["global"])
            for each in stored["indexes"]
        )
        return cls(
            name=stored["name"],
            number=stored["number"],
            keys=KeySchema.read(description["KeySchema"], types),
            indexes=indexes,
            description=description,
            stream=stored["stream"],
            expiry=stored["expiry"],
            tags=stored["tags"],
            settings=stored["settings"],
        )


def make_index(
    number: int, description: Mapping[str, Any], types: Mapping[str, str], *, is_global: bool
) -> Index:
    keys = KeySchema.read(description["KeySchema"], types)
    return Index(description["IndexName"], number, is_global, keys, description)
