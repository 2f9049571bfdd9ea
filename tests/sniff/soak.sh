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
cargo build --quiet --release --bin deframe --example diffusion
port=18731
folder=$(mktemp -d)
target/release/examples/diffusion serve --port $port >"$folder/service" &
service=$!
target/release/deframe sniff -i lo --json --no-drop --stats-every 10s tcp port $port >>"$folder/records" 2>"$folder/said" &
sniff=$!
trap 'kill $service $sniff 2>/dev/null || true; rm -r "$folder"' EXIT
sleep 1
# One file of records would fill the disk: it is emptied as it goes, after the summaries in it were kept.
: >"$folder/summaries"
(while :; do
    target/release/examples/diffusion client --port $port --clients "$clients" --heartbeats 50000 --interval-ms "$interval" >/dev/null || exit
done) &
load=$!

# The first number with that name in the last summary.
count() { tail -n 1 "$folder/summaries" | grep -o "\"$1\":[0-9]*" | head -n 1 | tr -dc 0-9; }

echo 'minute  messages/s  packets/s  dropped  resident kB'
minute=0
before=0
packets_before=0
while [ $minute -lt "$minutes" ]; do
    minute=$((minute + 1))
    sleep 60
    grep '"interim":true' "$folder/records" | tail -n 1 >>"$folder/summaries"
    : >"$folder/records"
    messages=$(count messages)
    packets=$(count packets)
    resident=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' /proc/$sniff/status)
    echo "$minute $(((messages - before) / 60)) $(((packets - packets_before) / 60)) $(count dropped_packets) $resident" |
        awk '{ printf "%6d  %10d  %9d  %7d  %11d\n", $1, $2, $3, $4, $5 }'
    before=$messages
    packets_before=$packets
done
kill $load
kill -INT $sniff
wait $sniff
grep '"record":"summary"' "$folder/records" | tail -n 1 | sed 's/.*"interfaces":\(\[[^]]*\]\).*"findings":\({[^}]*}\).*"caps":\(\[[^]]*\]\).*/interfaces \1\nfindings \2\ncaps \3/'
