"""What operands of comparisons and functions must be, whatever the item (dynamodb.md part 11)."""

from visitplannr.dynamodb.errors import validation
from visitplannr.dynamodb.expressions.operands import (
    Attribute,
    Constant,
    Resolved,
    check_count,
    check_operand,
    constant_kind,
    printed_bound,
    wrong_kind,
)
from visitplannr.dynamodb.expressions.paths import printed
from visitplannr.dynamodb.expressions.syntax import Between, Call, Comparison, Leaf
from visitplannr.dynamodb.values.comparison import ORDERED, compare

_COUNTS = {
    "attribute_exists": 1,
    "attribute_not_exists": 1,
    "attribute_type": 2,
    "begins_with": 2,
    "contains": 2,
}
_TYPES = ("B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M")


def check_leaf(leaf: Leaf, operands: tuple[Resolved, ...]) -> None:
    """Check the operands of one comparison or function: their number, then that they differ, types.

    Raises:
        DynamoDBError: D97 to D99, D108 to D114.
    """
    if isinstance(leaf, Call):
        check_count(leaf.function, len(operands), _COUNTS[leaf.function])
        _check_distinct(leaf.function, operands)
    elif isinstance(leaf, Comparison):
        _check_distinct(leaf.operator, operands)
    for operand in operands:
        check_operand(operand)
    match leaf:
        case Comparison() if leaf.operator not in {"=", "<>"}:
            _check_ordered(leaf.operator, operands)
        case Between():
            _check_ordered("BETWEEN", operands)
            _check_bounds(operands[1], operands[2])
        case Call():
            _check_arguments(leaf.function, operands)


def _check_distinct(name: str, operands: tuple[Resolved, ...]) -> None:
    if len(operands) == 2 and isinstance(operands[0], Attribute) and operands[0] == operands[1]:
        raise validation(
            "The first operand must be distinct from the remaining operands for this operator"
            f" or function; operator: {name}, first operand: {printed(operands[0].path)}"
        )


def _check_ordered(name: str, operands: tuple[Resolved, ...]) -> None:
    for kind in map(constant_kind, operands):
        if kind and kind not in ORDERED:
            raise wrong_kind(name, kind)


def _check_bounds(low: Resolved, high: Resolved) -> None:
    """Two constants must be of one type and in order (D109)."""
    if not isinstance(low, Constant) or not isinstance(high, Constant):
        return
    bounds = (
        f"lower bound operand: {printed_bound(low.value)},"
        f" upper bound operand: {printed_bound(high.value)}"
    )
    order = compare(low.value, high.value)
    if order is None:
        raise validation(
            "The BETWEEN operator requires same data type for lower and upper bounds; " + bounds
        )
    if order > 0:
        raise validation(
            "The BETWEEN operator requires upper bound to be greater than or equal to lower"
            " bound; " + bounds
        )


def _check_arguments(function: str, operands: tuple[Resolved, ...]) -> None:
    if function in {"attribute_exists", "attribute_not_exists"}:
        check_is_path(function, operands[0])
    elif function == "attribute_type":
        _check_type_name(operands[1])
    elif function == "begins_with":
        for kind in map(constant_kind, operands):
            if kind and kind not in {"S", "B"}:
                raise wrong_kind(function, kind)


def check_is_path(function: str, operand: object) -> None:
    if not isinstance(operand, Attribute):
        raise validation(
            f"Operator or function requires a document path; operator or function: {function}"
        )


def _check_type_name(operand: Resolved) -> None:
    """attribute_type takes the name of a type as a value, not as a path (D111)."""
    kind = constant_kind(operand)
    if not isinstance(operand, Constant) or kind != "S":
        raise wrong_kind("attribute_type", kind or "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}")
    if operand.value["S"] not in _TYPES:
        raise validation(
            f"Invalid attribute type name found; type: {operand.value['S']},"
            f" valid types: {{{','.join(_TYPES)}}}"
        )
