"""Old-style conditions and updates: Expected, AttributeUpdates, KeyConditions, QueryFilter, ScanFilter."""
