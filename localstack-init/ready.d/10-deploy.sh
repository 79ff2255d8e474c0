#!/bin/sh
# Deploys the stack and puts the tables' items back; a failure makes the container unhealthy.
set -eu
visitplannr=/opt/visitplannr/bin/visitplannr
endpoint=http://127.0.0.1:4566
kept=/var/lib/localstack/visitplannr
$visitplannr deploy --template /app/template.yaml --stack-name visitplannr --endpoint-url $endpoint
$visitplannr keep-tables --restore --folder $kept --stack-name visitplannr --endpoint-url $endpoint
setsid $visitplannr keep-tables --every "${SAVE_SECONDS:-5}" --folder $kept \
    --stack-name visitplannr --endpoint-url $endpoint </dev/null &
