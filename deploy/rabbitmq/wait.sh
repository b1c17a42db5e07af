#!/bin/bash
# wait.sh NODE COUNT: until that many nodes run in NODE's cluster, at most five minutes.
set -euo pipefail
cookie=$(cat "${COOKIE:-/run/secrets/erlang-cookie}")
for _ in $(seq 100); do
  running=$(rabbitmqctl -q -n "$1" --erlang-cookie "$cookie" cluster_status --formatter json | tr -d ' \n' | sed -n 's/.*"running_nodes":\[\([^]]*\)\].*/\1/p' | tr ',' '\n' | grep -c . || true)
  if [ "$running" -ge "$2" ]; then
    echo "$running nodes run together"
    exit 0
  fi
  sleep 3
done
echo "only ${running:-0} of $2 nodes have found each other" >&2
exit 1
