"""UUIDv7 identifiers: RFC 9562's layout, and an order that no clock can break."""

from itertools import pairwise
from uuid import RFC_4122, UUID

import pytest
from command_channel.ids import Uuid7Generator, derive_ids
from hypothesis import given
from hypothesis import strategies as st

MILLISECONDS = st.integers(0, (1 << 48) - 2)


def no_bits(_: int) -> int:
    return 0


def all_bits(count: int) -> int:
    return (1 << count) - 1


def is_uuid7(uuid: UUID) -> bool:
    return uuid.version == 7 and uuid.variant == RFC_4122


def milliseconds(uuid: UUID) -> int:
    return uuid.int >> 80


def test_rfc_9562_example() -> None:
    """Appendix A.6: 2022-02-22T19:22:22Z, rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F."""
    bits = 0xCC3 << 62 | 0x18C4DC0C0C07398F
    new_id = Uuid7Generator(lambda: 0x017F22E279B0, lambda _: bits)
    assert new_id() == UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")


@given(st.lists(MILLISECONDS, min_size=2))
def test_ids_increase_whatever_the_clock_does(times: list[int]) -> None:
    clock = iter(times)
    new_id = Uuid7Generator(lambda: next(clock))
    ids = [new_id() for _ in times]
    assert all(first < second for first, second in pairwise(ids))
    assert [str(uuid) for uuid in ids] == sorted(str(uuid) for uuid in ids)
    assert all(is_uuid7(uuid) for uuid in ids)


@given(st.lists(MILLISECONDS, min_size=1, unique=True))
def test_ids_carry_the_time_of_a_clock_that_goes_forward(times: list[int]) -> None:
    clock = iter(sorted(times))
    new_id = Uuid7Generator(lambda: next(clock))
    assert [milliseconds(new_id()) for _ in times] == sorted(times)


def test_many_ids_in_one_millisecond() -> None:
    new_id = Uuid7Generator(lambda: 1_700_000_000_000)
    ids = [new_id() for _ in range(10_000)]
    assert ids == sorted(set(ids))
    assert {milliseconds(uuid) for uuid in ids} == {1_700_000_000_000}


def test_ids_increase_without_any_randomness() -> None:
    new_id = Uuid7Generator(lambda: 1, no_bits)
    assert new_id() < new_id() < new_id()


def test_exhausted_bits_carry_into_the_time() -> None:
    new_id = Uuid7Generator(lambda: 1, lambda count: all_bits(count + (count == 73)))
    first, second = new_id(), new_id()
    assert (milliseconds(first), milliseconds(second)) == (1, 2)
    assert first < second
    assert is_uuid7(second)


@given(st.text(), st.integers(1, (1 << 48) - 1))
def test_derived_ids_are_uuid7_and_sort_before_any_time(key: str, now: int) -> None:
    key = key.encode("utf-8", "replace").decode()
    stream, event = derive_ids("ProposeDestination", key)
    assert is_uuid7(stream)
    assert is_uuid7(event)
    assert str(event) < str(Uuid7Generator(lambda: now, no_bits)())
    assert derive_ids("ProposeDestination", key) == (stream, event)


@pytest.mark.parametrize(
    ("command", "key"), [("ProposeDestination", "other"), ("OtherCommand", "key")]
)
def test_other_keys_and_commands_derive_other_ids(command: str, key: str) -> None:
    ids = {*derive_ids("ProposeDestination", "key"), *derive_ids(command, key)}
    assert len(ids) == 4


def test_derived_ids_never_change() -> None:
    """A retry may come from another release, so the derivation is part of the contract."""
    assert derive_ids("ProposeDestination", "key") == (
        UUID("00000000-0000-7aaf-8d6d-c125244a5f66"),
        UUID("00000000-0000-7004-aae2-d5a7845f2558"),
    )
