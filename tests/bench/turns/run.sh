#!/bin/sh
# Measures turn taking: B=<build folder> run.sh [PART...]
#
# A part is NAME.sh in parts/. It gets the folder of the corpus, the folder of
# the programs and a folder for what it keeps; it prints JSON lines on standard
# output and writes section.md. Each section takes its place in docs/turns.md,
# in the order of the names; sections of parts that were not run stay.
set -eu
here=$(dirname "$0")
B=${B:-build}
page=docs/turns.md
work=$B/turns/work
mkdir -p "$work"

# The page with the section of a part put in: page, part, file with it.
put_in()
{
	awk -v part="$2" -v file="$3" '
	function section(line)
	{
		print "<!-- " part " -->"
		while ((getline line < file) > 0)
			print line
		print "<!-- end of " part " -->"
		done = 1
	}
	/^<!-- [0-9]/ {
		name = $2
		if (name == part) {
			section()
			skip = 1
		} else if (name > part && !done) {
			section()
			print ""
		}
	}
	!skip { print }
	/^<!-- end of / { skip = 0 }
	END {
		if (!done) {
			print ""
			section()
		}
	}' "$1"
}

# Other people's detectors, in an environment of their own, once.
peers()
{
	[ -e "$B/turns/peers/ready" ] && return
	rm -rf "$B/turns/peers"
	python3 -m venv "$B/turns/peers"
	"$B/turns/peers/bin/pip" install -q numpy==2.4.6
	# What is missing is not compared with.
	"$B/turns/peers/bin/pip" install -q webrtcvad-wheels==2.0.14.post1 ||
		echo "run.sh: no WebRTC to compare with" >&2
	{ "$B/turns/peers/bin/pip" install -q onnxruntime==1.31.1 &&
		"$B/turns/peers/bin/pip" install -q --no-deps \
			silero-vad==6.2.3; } ||
		echo "run.sh: no Silero to compare with" >&2
	touch "$B/turns/peers/ready"
}

peers
for script in "$here"/parts/*.sh; do
	part=$(basename "$script" .sh)
	if [ $# -gt 0 ]; then
		case " $* " in
		*" $part "*) ;;
		*) continue ;;
		esac
	fi
	mkdir -p "$work/$part"
	rm -f "$work/$part/section.md"
	PYTHON=$B/turns/peers/bin/python sh "$script" "$B/turns" \
		"$B/bench/turns" "$work/$part"
	[ -e "$work/$part/section.md" ] || continue
	[ -e $page ] || cp "$here/turns_head.md" $page
	put_in $page "$part" "$work/$part/section.md" >"$work/page"
	cp "$work/page" $page
done
