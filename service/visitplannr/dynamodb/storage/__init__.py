"""Tables, items, indexes, stream records and expiry in one SQLite file.

What belongs to one write (the item, its index entries, its stream record, its time of expiry) is
written in one transaction. Keys are byte strings that sort as DynamoDB sorts.
"""
