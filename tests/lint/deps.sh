#!/bin/sh
# Install the Debian packages named as arguments that are missing.
# Says what it will install; installs nothing else. Root, or sudo.
set -eu
missing=
for p in "$@"; do
	dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' ||
		missing="$missing $p"
done
if [ -z "$missing" ]; then
	exit 0
fi
echo "Installing missing Debian packages:$missing"
if ! command -v apt-get >/dev/null; then
	echo "apt-get was not found: install what answers to these yourself." >&2
	exit 1
fi
sudo=
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null || {
		echo "Not root and no sudo. As root run: apt-get install$missing" >&2
		exit 1
	}
	sudo=sudo
fi
# Package lists may be missing or old: refresh them only when asked to install.
$sudo apt-get update -q
# shellcheck disable=SC2086
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
	--no-install-recommends $missing
