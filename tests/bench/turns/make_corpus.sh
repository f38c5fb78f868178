#!/bin/sh
# The corpus of clips and noises into FOLDER, once; anew when its recipe
# changes. make_corpus.sh FOLDER SPEAK_FLITE
set -eu
here=$(dirname "$0")
folder=$1
recipe=$(cat "$here/corpus.py" "$here/texts.txt" "$here/make_corpus.sh" | cksum)
[ "$(cat "$folder/made" 2>/dev/null)" = "$recipe" ] && exit 0
for program in flite espeak-ng sox python3; do
	command -v $program >/dev/null || {
		echo "the corpus needs $program: make deps-bench" >&2
		exit 1
	}
done
for sounds in sounds/en_US_f_Allison sounds/fr_CA_f_June moh; do
	[ -d /usr/share/asterisk/$sounds ] || {
		echo "the corpus needs recorded voices: make deps-bench" >&2
		exit 1
	}
done
mkdir -p "$folder"
rm -rf "$folder/noise"
python3 "$here/corpus.py" "$folder" "$2"
echo "$recipe" >"$folder/made"
