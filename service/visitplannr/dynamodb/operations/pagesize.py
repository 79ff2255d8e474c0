"""What an item counts towards the 1 MB of a page (dynamodb.md D168).

AWS measures its own compact form: names of one byte, lengths beside values, and a head with the
range key for each 3 KB that an item takes.
"""

from visitplannr.dynamodb.values import AttributeValue, Item, value_size

HEAD = 18
CHUNK = 3072


def page_cost(item: Item, range_name: str | None) -> int:
    range_size, size = 0, 0
    for name, value in item.items():
        if name == range_name:
            range_size = value_size(value)
            range_size += prefix_size(value, range_size)
        else:
            size += 1 + stored_size(value)
    return 2 + size + (1 + (1 + size) // CHUNK) * (HEAD + range_size)


def stored_size(value: AttributeValue) -> int:
    ((kind, content),) = value.items()
    if kind == "L":
        return 3 + sum(1 + stored_size(member) for member in content)
    if kind == "M":
        return 3 + len(content) + sum(1 + stored_size(member) for member in content.values())
    size = value_size(value)
    return size + prefix_size(value, size)


def prefix_size(value: AttributeValue, size: int) -> int:
    """Count the length that stands before a value."""
    ((kind, content),) = value.items()
    if kind == "S":
        return 1 if size < 128 else 2 if size < 16384 else 3
    if kind in {"SS", "NS", "BS"}:
        return len(content) + 1
    if kind in {"N", "B"}:
        return 1
    return -1 if kind == "NULL" else 0
