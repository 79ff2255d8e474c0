#!/bin/sh
# Saves the tables' items before LocalStack ends. LocalStack refuses requests by now, so that nothing
# is written any more, and so DynamoDB Local behind it is asked.
set -eu
pkill -f 'keep-tables --every' || true
process=$(pgrep -f DynamoDBLocal.jar | head -n 1) || exit 0
port=$(tr '\0' ' ' <"/proc/$process/cmdline" | sed 's/.* -port \([0-9]*\).*/\1/')
exec /opt/visitplannr/bin/visitplannr keep-tables --folder /var/lib/localstack/visitplannr \
    --dynamodb-url "http://127.0.0.1:$port" --endpoint-url http://127.0.0.1:4566
