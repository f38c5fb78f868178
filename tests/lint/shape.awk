# Length of files and functions, the comment on top, words of unfinished work.

function complain(line, text)
{
	printf "%s:%d: %s\n", name, line, text
	bad = 1
}

function finish()
{
	if (name == "")
		return
	if (lines > 800)
		complain(lines, "longer than 800 lines: split it by subject")
	if (!has_file)
		complain(1, "no \"@file " base "  One line\" in its first lines")
	if (!has_license)
		complain(1, "no SPDX-License-Identifier: MIT")
}

FNR == 1 {
	finish()
	name = FILENAME
	sub(/^\.\//, "", name)
	base = name
	sub(/.*\//, "", base)
	lines = has_file = has_license = start = 0
}

{ lines = FNR }
FNR <= 3 && index($0, "@file " base "  ") { has_file = 1 }
/SPDX-License-Identifier: MIT/ { has_license = 1 }
/(^|[^A-Za-z_])(TODO|FIXME|XXX)([:( ]|$)/ {
	complain(FNR, "unfinished work: do it or open an issue")
}
/^{/ { start = FNR }
/^}/ {
	if (start && FNR - start - 1 > 80)
		complain(start, "a function of " (FNR - start - 1) \
				" lines, more than 80")
	start = 0
}

END { finish(); exit bad }
