#!/bin/sh
# Manual pages: no warnings, the version of expert.h, every function of the
# library in one NAME section, and no page referred to that is not there.
set -u
[ -d docs/man ] || exit 0
failed=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

complain()
{
	echo "man: $*"
	failed=1
}

check_form()
{
	if command -v mandoc >/dev/null; then
		mandoc -T lint -W warning "$@" >"$tmp/form" 2>&1
		# Pages that are not installed are looked at below.
		grep -v 'referenced manual not found' "$tmp/form" >"$tmp/wrong"
	elif command -v man >/dev/null; then
		for page in "$@"; do
			LC_ALL=C.UTF-8 man --warnings=w -E UTF-8 -Tutf8 -Z \
				-l "$page" 2>&1 >/dev/null |
				sed "s|^|$page: |"
		done >"$tmp/wrong"
	else
		echo "man: skipped the form, neither mandoc nor man is there"
		return
	fi
	[ -s "$tmp/wrong" ] || return
	cat "$tmp/wrong"
	failed=1
}

# "mandoc -T lint" wants to know of a file; ours only of the name.
check_references()
{
	for page in "$@"; do
		sed -n 's/^\.Xr \([^ ]*\) \([0-9]\).*/\1 \2/p
			s/^\.BR \([a-z_-]*\) (\([0-9]\)).*/\1 \2/p' "$page" |
			while read -r name section; do
				case $name in
				expert* | libexpert | dialog*) ;;
				*) continue ;;
				esac
				grep -q "^$name .*\.$section$" "$tmp/names" ||
					echo "$page refers to $name($section)"
			done
	done >"$tmp/dangling"
	[ -s "$tmp/dangling" ] || return
	sed 's/$/, which no page has in its NAME section/' "$tmp/dangling"
	failed=1
}

set -- docs/man/*.[0-9]
sh docs/man/names.sh "$@" | sort >"$tmp/names"
check_form "$@"
check_references "$@"

cut -d ' ' -f 1 "$tmp/names" | sort | uniq -d >"$tmp/twice"
[ ! -s "$tmp/twice" ] || complain "in more than one page: $(cat "$tmp/twice")"

if [ -e libexpert/libexpert.map ]; then
	cat libexpert/libexpert.map libexpert/sqlite/*.map 2>/dev/null |
		sed 's|/\*.*\*/||; s/#.*//' |
		tr ' \t;{}' '\n' | grep '^expert_' | sort -u >"$tmp/mapped"
	grep '\.3$' "$tmp/names" | cut -d ' ' -f 1 | grep '^expert_' |
		sort -u >"$tmp/documented"
	for name in $(comm -23 "$tmp/mapped" "$tmp/documented"); do
		complain "$name is in no page's NAME section"
	done
	for name in $(comm -13 "$tmp/mapped" "$tmp/documented"); do
		complain "$name is documented, but not exported"
	done
fi

version=$(sed -n 's/^#define EXPERT_VERSION "\(.*\)"/\1/p' \
	libexpert/expert.h 2>/dev/null)
for page in "$@"; do
	[ -n "$version" ] || break
	case $page in
	*.1) wanted="^\.Os dialog-server $version\$" ;;
	*) wanted="^\.TH .*\"libexpert $version\"" ;;
	esac
	grep -q "$wanted" "$page" ||
		complain "$page does not name version $version (.Os or .TH)"
done
exit $failed
