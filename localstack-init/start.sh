#!/bin/sh
# Starts LocalStack as a user without rights; a volume that it cannot write to is said at once.
set -eu
for folder in /var/lib/localstack /var/lib/localstack/visitplannr; do
    if [ -e "$folder" ] && [ ! -w "$folder" ]; then
        echo "visitplannr: $folder belongs to $(stat -c %U "$folder"), as LocalStack ran as root" \
            "earlier; hand it over: docker compose run --rm --user root --cap-add CHOWN" \
            "--entrypoint chown localstack -R localstack /var/lib/localstack" >&2
        exit 1
    fi
done
exec docker-entrypoint.sh "$@"
