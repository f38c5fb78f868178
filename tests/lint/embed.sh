#!/bin/sh
# Write a C table of files: name, bytes, length.
#
#   embed.sh HEADER STRUCT TABLE FILE...
#
# It defines the table as HEADER declares it, ended by a NULL name.
set -eu
header=$1 struct=$2 table=$3
shift 3
echo "#include \"$header\""
i=0
for f in "$@"; do
	echo "static const unsigned char a$i[] = {"
	od -An -v -tx1 "$f" | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g'
	echo "0};"
	i=$((i + 1))
done
echo "const struct $struct $table[] = {"
i=0
for f in "$@"; do
	echo "{\"${f##*/}\", a$i, sizeof(a$i) - 1},"
	i=$((i + 1))
done
echo '{0, 0, 0}};'
