# Completion of dialogctl for bash. The options are those that --help prints.
#
# SPDX-License-Identifier: MIT

# Lines of a --help: "  --option VALUE   what for", "  command   what for".
_dialogctl_options()
{
	"$1" "$2" --help 2>/dev/null </dev/null |
		sed -n 's/^  \(--[a-z-]*\).*/\1/p'
}

_dialogctl_commands()
{
	"$1" --help 2>/dev/null </dev/null | sed -n \
		'/^commands:/,/^$/s/^  \([a-z][a-z-]*\)  .*/\1/p'
}

# First column of a table of the server's, without its heading.
_dialogctl_column()
{
	"$1" "$2" 2>/dev/null </dev/null |
		sed -n '2,$s/^\([^ ]*\).*/\1/p' | sort -u
}

# Offer those of the words in $1 that begin like $2.
_dialogctl_offer()
{
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

_dialogctl_value()
{
	case $2 in
	--key-file | --ca-file | --wav | --hear | --twilio-token-file | \
		--twiml)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$3") ;;
	--decline) _dialogctl_offer 'busy reject ignore' "$3" ;;
	--voice) _dialogctl_offer 'rms awb kal16 kal slt' "$3" ;;
	--keys) _dialogctl_offer 'events tones both' "$3" ;;
	--to | --address)
		_dialogctl_offer "$(_dialogctl_column "$1" experts)" "$3" ;;
	--say | --from | --noise | --seed | --max-s | --limit | --wait | \
		--slow | --only | --number | --calls | --call-sid | --listen | --server | --url | --key) ;;
	*) return 1 ;;
	esac
}

_dialogctl_word()
{
	case $2/$3 in
	calls/calls) _dialogctl_offer 'list show' "$4" ;;
	calls/show) _dialogctl_offer "$(_dialogctl_column "$1" calls)" "$4" ;;
	keys/keys) _dialogctl_offer 'list create revoke' "$4" ;;
	call/*)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -d -- "$4"
			compgen -G "$4*.yaml") ;;
	esac
}

_dialogctl()
{
	local program=${COMP_WORDS[0]} verb=${COMP_WORDS[1]}
	local word=${COMP_WORDS[COMP_CWORD]}
	local before=${COMP_WORDS[COMP_CWORD - 1]}

	COMPREPLY=()
	if [ "$COMP_CWORD" = 1 ]; then
		_dialogctl_offer "$(_dialogctl_commands "$program") --help
			--version" "$word"
	elif [ "$COMP_CWORD" = 2 ] && [ "$verb" = help ]; then
		_dialogctl_offer "$(_dialogctl_commands "$program")" "$word"
	elif _dialogctl_value "$program" "$before" "$word"; then
		return
	elif [ "${word#-}" != "$word" ]; then
		_dialogctl_offer "$(_dialogctl_options "$program" "$verb")" \
			"$word"
	else
		_dialogctl_word "$program" "$verb" "$before" "$word"
	fi
}

complete -F _dialogctl dialogctl
