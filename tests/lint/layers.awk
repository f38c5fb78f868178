# Find includes that go up the table of layers.
#
#   awk -f layers.awk layers.txt FILE.c...
#
# dialog-server/M/x.c may include "N/y.h" only when N stands above M in the
# table, or is M. proto/ includes only itself; libexpert/ itself and proto/.

function complain(text)
{
	printf "%s:%d: %s\n", FILENAME, FNR, text
	bad = 1
}

# The module that a file belongs to, "" when it is none of ours.
function module_of(path, part)
{
	sub(/^\.\//, "", path)
	split(path, part, "/")
	if (part[1] == "dialog-server")
		return part[2]
	if (part[1] == "proto" || part[1] == "libexpert")
		return part[1]
	return ""
}

NR == FNR {
	if ($0 ~ /^#/ || NF == 0)
		next
	if (NF > 1)
		complain("one module a line")
	if ($1 in rank)
		complain($1 " stands twice in the table")
	rank[$1] = ++ranks
	next
}

FNR == 1 {
	mine = module_of(FILENAME)
	if (mine != "" && mine != "libexpert" && !(mine in rank))
		complain("module " mine " is missing from the table of layers")
}

mine != "" && /^[ \t]*#[ \t]*include[ \t]*"/ {
	path = $0
	sub(/^[^"]*"/, "", path)
	sub(/".*/, "", path)
	theirs = path
	if (!sub(/\/[^\/]*$/, "", theirs)) {
		# Without a folder: only libexpert's own headers.
		if (mine != "libexpert")
			complain("include \"" path "\" names no module")
		next
	}
	if (theirs == mine)
		next
	if (mine == "libexpert") {
		# The parts of the public header lie beside it.
		if (theirs == "expert" &&
		    FILENAME ~ /libexpert\/(expert\.h$|sqlite\/)/)
			next
		if (theirs != "proto")
			complain("libexpert includes \"" path "\": only proto/ is shared")
		next
	}
	if (!(theirs in rank))
		complain("include \"" path "\": no such module")
	else if (mine in rank && rank[theirs] > rank[mine])
		complain(mine " includes \"" path "\", which stands above it")
}

END { exit bad }
