#!/bin/sh
# Write a C table of the files named as arguments: path, bytes, length.
# The result defines assets[] as declared in dialog-server/api/assets.h.
set -eu
echo '#include "api/assets.h"'
i=0
for f in "$@"; do
	echo "static const unsigned char a$i[] = {"
	od -An -v -tx1 "$f" | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g'
	echo "0};"
	i=$((i + 1))
done
echo 'const struct asset assets[] = {'
i=0
for f in "$@"; do
	echo "{\"${f##*/}\", a$i, sizeof(a$i) - 1},"
	i=$((i + 1))
done
echo '{0, 0, 0}};'
