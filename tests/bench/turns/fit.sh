#!/bin/sh
# Fits the weights of the voice detector to the callers of the set "tune" and
# writes dialog-server/speech/vad_weights.c. B=<build folder> fit.sh
set -eu
here=$(dirname "$0")
B=${B:-build}
work=$B/turns/fit
mkdir -p "$work"
[ -e "$work/python/ready" ] || {
	rm -rf "$work/python"
	python3 -m venv "$work/python"
	"$work/python/bin/pip" install -q numpy==2.4.6
	touch "$work/python/ready"
}
# Two seeds at once.
for seed in 1 2; do
	"$B/bench/turns/vad_lesson" "$B/turns" 5 $seed tune \
		>"$work/lessons.$seed" &
done
wait
cat "$work/lessons.1" "$work/lessons.2" |
	OPENBLAS_NUM_THREADS=1 "$work/python/bin/python" \
		"$here/vad_train.py" "$work/vad_weights.c"
cp "$work/vad_weights.c" dialog-server/speech/vad_weights.c
