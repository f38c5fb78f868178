#compdef dialogctl
# Completion of dialogctl for zsh. The options are those that --help prints.
#
# SPDX-License-Identifier: MIT

# "name:what for" of each line of a --help that begins like $2.
_dialogctl_lines()
{
	$=1 --help 2>/dev/null </dev/null | sed -n \
		-e "/^first steps:/q" \
		-e "s/^  \($2[a-z-]*\)\( [A-Z]*\)\{0,1\}  *\(.*\)/\1:\3/p"
}

# First column of a table of the server's, without its heading.
_dialogctl_column()
{
	$1 $2 2>/dev/null </dev/null | sed -n '2,$s/^\([^ ]*\).*/\1/p'
}

_dialogctl()
{
	local program=$words[1] verb=$words[2]
	local word=$words[CURRENT] before=$words[CURRENT-1]
	local -a found

	if (( CURRENT == 2 )) || [[ $CURRENT == 3 && $verb == help ]]; then
		found=("${(@f)$(_dialogctl_lines $program '[a-z]')}")
		_describe command found
		return
	fi
	case $before in
	--key-file | --ca-file | --wav | --hear | --twilio-token-file | \
		--twiml)
		_files
		return ;;
	--decline)
		compadd busy reject ignore
		return ;;
	--voice)
		compadd rms awb kal16 kal slt
		return ;;
	--keys)
		compadd events tones both
		return ;;
	--to | --address)
		compadd -- ${(uf)"$(_dialogctl_column $program experts)"}
		return ;;
	--say | --from | --noise | --seed | --max-s | --limit | --wait | \
		--slow | --only | --number | --calls | --call-sid | --listen | --server | --url | --key)
		return ;;
	esac
	if [[ $word == -* ]]; then
		found=("${(@f)$(_dialogctl_lines "$program $verb" --)}")
		_describe option found
		return
	fi
	case $verb/$before in
	calls/calls) compadd list show ;;
	calls/show) compadd -- ${(f)"$(_dialogctl_column $program calls)"} ;;
	keys/keys) compadd list create revoke ;;
	call/*) _files -g '*.yaml' ;;
	esac
}

# As a completion function this file is its body, at its first call.
if [[ $funcstack[1] == _dialogctl ]]; then
	_dialogctl "$@"
else
	compdef _dialogctl dialogctl
fi
