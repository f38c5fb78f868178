# Find calls of functions that are banned.
#
#   awk -f banned.awk banned.txt FILE.c...

function trim(s)
{
	gsub(/^[ \t]+|[ \t]+$/, "", s)
	return s
}

# The line without comments and without what stands in quotes.
function code_of(line, out, c, i, n, quote)
{
	out = ""
	n = length(line)
	for (i = 1; i <= n; i++) {
		c = substr(line, i, 1)
		if (in_comment) {
			if (substr(line, i, 2) == "*/") {
				in_comment = 0
				i++
			}
		} else if (quote != "") {
			if (c == "\\")
				i++
			else if (c == quote)
				quote = ""
		} else if (substr(line, i, 2) == "/*") {
			in_comment = 1
			i++
		} else if (substr(line, i, 2) == "//") {
			break
		} else if (c == "\"" || c == "'") {
			quote = c
		} else {
			out = out c
		}
	}
	return out
}

function allowed(name, path, n, i, where)
{
	n = split(folders[name], where, " ")
	for (i = 1; i <= n; i++)
		if (index(path, where[i] "/") == 1)
			return 1
	return 0
}

NR == FNR {
	if ($0 ~ /^#/ || NF == 0)
		next
	split($0, col, "|")
	name = trim(col[1])
	folders[name] = trim(col[2])
	instead[name] = trim(col[3])
	next
}

FNR == 1 { in_comment = 0 }

{
	code = code_of($0)
	excused = $0 ~ /\/\* lint: [^*]+\*\//
	path = FILENAME
	sub(/^\.\//, "", path)
	# Every identifier in front of a "(" that is not a member.
	rest = code
	before = ""
	while (match(rest, /[A-Za-z_][A-Za-z0-9_]*[ \t]*\(/)) {
		name = substr(rest, RSTART, RLENGTH - 1)
		sub(/[ \t]+$/, "", name)
		before = substr(rest, 1, RSTART - 1)
		rest = substr(rest, RSTART + RLENGTH)
		if (name in folders && before !~ /(\.|->)[ \t]*$/ &&
		    !excused && !allowed(name, path)) {
			printf "%s:%d: %s() is banned here: use %s\n",
			       path, FNR, name, instead[name]
			bad = 1
		}
	}
}

END { exit bad }
