#!/bin/sh
# Saves the tables' items before LocalStack ends.
exec /opt/visitplannr/bin/visitplannr keep-tables --folder /var/lib/localstack/visitplannr \
    --stack-name visitplannr --endpoint-url http://127.0.0.1:4566
