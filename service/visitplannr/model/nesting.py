"""One application of a stack and of the stacks that are nested in it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from visitplannr.model.application import Api, Application, Function, Resource

_Item = TypeVar("_Item", Function, Api, Resource)


def joined(own: Application, nested: Mapping[str, Application]) -> Application:
    """Give an application with all that the nested ones have, by the ids of their stacks.

    A nested thing keeps its logical id where nothing else has it; otherwise it is CHILDID.
    """
    functions = flattened(own.functions, {name: one.functions for name, one in nested.items()})
    apis = flattened(own.apis, {name: one.apis for name, one in nested.items()})
    resources = flattened(own.resources, {name: one.resources for name, one in nested.items()})
    return replace(
        own,
        functions=tuple(functions),
        apis=tuple(apis),
        resources=tuple(resources),
        triggers=sum((one.triggers for one in nested.values()), own.triggers),
    )


def flattened(own: tuple[_Item, ...], nested: Mapping[str, tuple[_Item, ...]]) -> Iterator[_Item]:
    """Yield what a stack has and what the stacks nested in it have, by their logical ids."""
    yield from own
    taken = {item.logical_id for item in own}
    for child, items in nested.items():
        free = {item.logical_id for item in items} - taken
        for item in items:
            named = item if item.logical_id in free else _renamed(item, child)
            taken.add(named.logical_id)
            yield named


def _renamed(item: _Item, child: str) -> _Item:
    return replace(item, logical_id=f"{child}{item.logical_id}")
