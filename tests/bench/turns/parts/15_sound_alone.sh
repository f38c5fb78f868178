#!/bin/sh
# How soon turns begin and end without any text: JSON lines only.
set -eu
"$2/../bench_turns"
