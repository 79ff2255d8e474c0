"""ExecuteStatement, BatchExecuteStatement and ExecuteTransaction, by DynamoDB's own operations."""

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson

from visitplannr.dynamodb.errors import DynamoDBError, validation
from visitplannr.dynamodb.operations.call import Answer, Call
from visitplannr.dynamodb.operations.items import delete_item, put_item, update_item
from visitplannr.dynamodb.operations.reads import query, scan
from visitplannr.dynamodb.operations.transactions import transact_get, transact_write
from visitplannr.dynamodb.partiql import Statement, parse
from visitplannr.dynamodb.partiql.conditions import Term
from visitplannr.dynamodb.storage.schema import KeySchema, Table
from visitplannr.dynamodb.values import AttributeValue

KEPT = ("ReturnConsumedCapacity", "ReturnValuesOnConditionCheckFailure", "ConsistentRead", "Limit")
OF_RANGE = {"=", "<", "<=", ">", ">=", "BETWEEN", "begins_with"}
Body = dict[str, Any]


def execute_statement(call: Call) -> Answer:
    statement = parse(call.body["Statement"], call.body.get("Parameters") or ())
    return executed(call, statement)


def executed(call: Call, statement: Statement) -> Answer:
    kept = {name: call.body[name] for name in KEPT if name in call.body}
    if statement.verb == "SELECT":
        return selected(call, statement, kept)
    kept.pop("Limit", None)
    kept.pop("ConsistentRead", None)
    kind, body = written(call, statement)
    handler = {"Put": put_item, "Update": update_item, "Delete": delete_item}[kind]
    try:
        answer = handler(replace(call, body=body | kept | returned(statement)))
    except DynamoDBError as error:
        raise duplicate(statement, error) from None
    attributes = answer.pop("Attributes", None)
    return {"Items": [attributes] if attributes else [], **answer}


def duplicate(statement: Statement, error: DynamoDBError) -> DynamoDBError:
    if statement.verb == "INSERT" and error.code == "ConditionalCheckFailedException":
        return DynamoDBError("DuplicateItemException", "Duplicate primary key exists in table")
    return error


def returned(statement: Statement) -> Body:
    return {"ReturnValues": statement.returns} if statement.returns else {}


def written(call: Call, statement: Statement) -> tuple[str, Body]:
    """Put an INSERT, UPDATE or DELETE into the words of Put, Update or Delete."""
    table = call.table(statement.table)
    hash_name = statement.placeholders.name(table.keys.hash[0].name)
    if statement.verb == "INSERT":
        condition = f"attribute_not_exists({hash_name})"
        return "Put", expressed(statement, {"Item": statement.item}, condition, "")
    key, rest = split_key(table, statement.terms)
    if statement.verb == "DELETE":
        return "Delete", expressed(statement, {"Key": key}, joined(rest), "")
    condition = " AND ".join([f"attribute_exists({hash_name})", *(term.text for term in rest)])
    return "Update", expressed(statement, {"Key": key}, condition, statement.update)


def expressed(statement: Statement, body: Body, condition: str, update: str) -> Body:
    body = {"TableName": statement.table, **body}
    if condition:
        body["ConditionExpression"] = condition
    if update:
        body["UpdateExpression"] = update
    return body | used(statement, f"{condition} {update}")


def used(statement: Statement, text: str) -> Body:
    """Give the placeholders that occur in a text."""
    words = set(text.replace("(", " ").replace(")", " ").replace(",", " ").split())
    words |= {part for word in words for part in word.replace("[", ".").split(".")}
    names = {key: name for key, name in statement.placeholders.names.items() if key in words}
    values = {key: value for key, value in statement.placeholders.values.items() if key in words}
    body: Body = {"ExpressionAttributeNames": names} if names else {}
    return body | ({"ExpressionAttributeValues": values} if values else {})


def joined(terms: list[Term]) -> str:
    return " AND ".join(term.text for term in terms)


def split_key(table: Table, terms: list[Term]) -> tuple[dict[str, AttributeValue], list[Term]]:
    """Take the whole key out of the terms of a WHERE."""
    key: dict[str, AttributeValue] = {}
    rest = []
    for term in terms:
        if term.operator == "=" and term.name in table.keys.names and term.name not in key:
            key[term.name] = term.values[0]
        else:
            rest.append(term)
    if len(key) != len(table.keys.names):
        raise validation("Where clause does not contain a mandatory equality on all key attributes")
    return key, rest


def selected(call: Call, statement: Statement, kept: Body) -> Answer:
    """Answer a SELECT by a Query if it names a partition, otherwise by a Scan."""
    table = call.table(statement.table)
    index = table.index(statement.index) if statement.index else None
    keys = index.keys if index else table.keys
    of_key, rest = split_query(keys, statement.terms)
    texts = {
        "KeyConditionExpression": joined(of_key),
        "FilterExpression": joined(rest),
        "ProjectionExpression": statement.projection or "",
    }
    body: Body = {"TableName": statement.table, **kept}
    body |= {name: text for name, text in texts.items() if text}
    body |= used(statement, " ".join(texts.values()))
    if statement.index:
        body["IndexName"] = statement.index
    if call.body.get("NextToken"):
        body["ExclusiveStartKey"] = of_token(call.body["NextToken"])
    if of_key:
        body["ScanIndexForward"] = not statement.backward
    page = (query if of_key else scan)(replace(call, body=body))
    answer: Answer = {"Items": page["Items"]}
    if "LastEvaluatedKey" in page:
        answer["LastEvaluatedKey"] = page["LastEvaluatedKey"]
        answer["NextToken"] = base64.b64encode(orjson.dumps(page["LastEvaluatedKey"])).decode()
    return answer | {name: page[name] for name in ("ConsumedCapacity",) if name in page}


def of_token(token: str) -> Any:
    try:
        return orjson.loads(base64.b64decode(token, validate=True))
    except ValueError:
        raise validation("Invalid NextToken") from None


def split_query(keys: KeySchema, terms: list[Term]) -> tuple[list[Term], list[Term]]:
    """Take out what a Query can look up: the partition, and one test of the range key."""
    names = {part.name for part in keys.hash}
    partition = [term for term in terms if term.operator == "=" and term.name in names]
    if {term.name for term in partition} != names or len(partition) != len(names):
        return [], terms
    for part in keys.range[:1]:
        tests = [term for term in terms if term.name == part.name and term.operator in OF_RANGE]
        partition += tests[:1]
    return partition, [term for term in terms if term not in partition]


def batch_execute_statement(call: Call) -> Answer:
    """Execute statements one after the other; the fault of one does not stop the rest."""
    responses = [batched(call, given) for given in call.body["Statements"]]
    return {"Responses": responses, **call.consumption.answers()}


def batched(call: Call, given: Mapping[str, Any]) -> Answer:
    table = {}
    try:
        statement = parse(given["Statement"], given.get("Parameters") or ())
        table = {"TableName": statement.table}
        items = executed(replace(call, body=given), statement)["Items"]
    except DynamoDBError as error:
        code = error.code.removesuffix("Exception").replace("Validation", "ValidationError")
        return {"Error": {"Code": code, "Message": error.message, **error.members}, **table}
    return {**({"Item": items[0]} if items else {}), **table}


def execute_transaction(call: Call) -> Answer:
    """Execute statements that all read or all write, as one transaction."""
    statements = [
        parse(given["Statement"], given.get("Parameters") or ())
        for given in call.body["TransactStatements"]
    ]
    kept = {
        name: call.body[name]
        for name in ("ReturnConsumedCapacity", "ClientRequestToken")
        if name in call.body
    }
    reads = [statement.verb == "SELECT" for statement in statements]
    if any(reads) and not all(reads):
        raise validation("Transactions must either contain all reads or all writes")
    if all(reads):
        gets = [{"Get": got(call, statement)} for statement in statements]
        kept.pop("ClientRequestToken", None)
        return transact_get(replace(call, body={"TransactItems": gets, **kept}))
    actions = [dict([written(call, statement)]) for statement in statements]
    return transact_write(replace(call, body={"TransactItems": actions, **kept}))


def got(call: Call, statement: Statement) -> Body:
    key, rest = split_key(call.table(statement.table), statement.terms)
    if rest or statement.index:
        raise validation("A SELECT in a transaction must name exactly one item by its whole key")
    body: Body = {"TableName": statement.table, "Key": key}
    if statement.projection:
        body["ProjectionExpression"] = statement.projection
    return body | used(statement, statement.projection or "")
