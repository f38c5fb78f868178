#!/bin/sh
# Voice or none, frame by frame: ours, WebRTC's and Silero's.
set -eu
here=$(dirname "$0")/..
corpus=$1
programs=$2
keep=$3
# Every fourth caller of the set: most of a million frames are enough.
"$programs/vad_stream" "$corpus" test "${VAD_EVERY:-4}" |
	"$PYTHON" "$here/vad_roc.py" --json "$keep/lines.json"
python3 "$here/vad_table.py" "$keep/lines.json" >"$keep/section.md"
