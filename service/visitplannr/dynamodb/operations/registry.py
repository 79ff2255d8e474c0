"""All operations by name. Those of DynamoDB Streams have a service name of their own on the wire."""

from visitplannr.dynamodb.operations import items, reads, tables, tags
from visitplannr.dynamodb.operations.call import Handler

OPERATIONS: dict[str, Handler] = {
    "CreateTable": tables.create_table,
    "DeleteItem": items.delete_item,
    "DeleteTable": tables.delete_table,
    "DescribeTable": tables.describe_table,
    "GetItem": items.get_item,
    "ListTables": tables.list_tables,
    "ListTagsOfResource": tags.list_tags,
    "PutItem": items.put_item,
    "Query": reads.query,
    "Scan": reads.scan,
    "TagResource": tags.tag_resource,
    "UntagResource": tags.untag_resource,
    "UpdateItem": items.update_item,
}
STREAM_OPERATIONS: dict[str, Handler] = {}
