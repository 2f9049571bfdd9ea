#!/bin/sh
# Ten minutes (or as many as the first argument says) of the diffusion service on loopback at the highest rate that the
# machine sustains, with `deframe sniff --json` beside it: messages, drops and resident memory after each minute.
# CLIENTS (8) says how many ask at once, INTERVAL_MS (0) how long each waits before it asks again.
# As root. Everything else on the machine takes part in the figures.
set -eu
cd "$(dirname "$0")/../.."
minutes=${1:-10}
clients=${CLIENTS:-8}
interval=${INTERVAL_MS:-0}
cargo build --quiet --release --package deframe --package xtask
port=18731
folder=$(mktemp -d)
target/release/xtask diffusion serve --port $port >"$folder/service" &
service=$!
# A reader follows the records as they come, and keeps the summaries.
mkfifo "$folder/records"
: >"$folder/summaries"
grep --line-buffered '^{"record":"summary"' <"$folder/records" >>"$folder/summaries" &
target/release/deframe sniff -i lo --json --no-drop --stats-every 10s tcp port $port >"$folder/records" 2>"$folder/said" &
sniff=$!
trap 'kill $service $sniff $load 2>/dev/null || true; rm -r "$folder"' EXIT
sleep 1
(while :; do
    target/release/xtask diffusion client --port $port --clients "$clients" --heartbeats 50000 \
        --interval-ms "$interval" >/dev/null || exit
done) &
load=$!

# The first number with that name in the last summary.
count() { tail -n 1 "$folder/summaries" | grep -o "\"$1\":[0-9]*" | head -n 1 | tr -dc 0-9; }
# Nanoseconds of the capture, and counts up to then.
figures() { echo "$(count time_ns) $(count messages) $(count packets) $(count dropped_packets)"; }

while [ ! -s "$folder/summaries" ]; do sleep 1; done
before=$(figures)
echo 'minute  messages/s  packets/s  dropped/s  resident kB'
for minute in $(seq "$minutes"); do
    sleep 60
    now=$(figures)
    resident=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' /proc/$sniff/status)
    echo "$minute $before $now $resident" | awk '{
        seconds = ($6 - $2) / 1e9
        if (seconds <= 0) seconds = 60
        printf "%6d  %10d  %9d  %9d  %11d\n", $1, ($7 - $3) / seconds, ($8 - $4) / seconds, ($9 - $5) / seconds, $10
    }'
    before=$now
done
kill $load
kill -INT $sniff
wait $sniff
tail -n 1 "$folder/summaries" | grep -o -e '"dropped_by":{[^}]*}' -e '"findings":{[^}]*}' -e '"caps":\[[^]]*\]'
