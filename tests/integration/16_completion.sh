# Completion of dialogctl: sourced by the shell that it is for, asked what it
# would offer. Options are those of --help, calls and numbers those of a server.

command -v bash >/dev/null || { say "needs bash"; exit 77; }
cat >"$work/ask.bash" <<'END'
. dialog-server/ctl/dialogctl.bash
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_dialogctl
printf '%s\n' "${COMPREPLY[@]}"
END
cat >"$work/ask.zsh" <<'END'
# What zsh's own functions would offer.
_describe() { print -rl -- ${${(P)2}%%:*} }
compadd() { print -rl -- $@ }
_files() { print -r -- files $@ }
compdef() { }
zmodload zsh/parameter
. dialog-server/ctl/dialogctl.zsh
words=("$@")
CURRENT=$#
_dialogctl
END

# offers SHELL WORD... : all of them for the words in $line, the last half typed
offers()
{
	shell=$1
	shift
	# shellcheck disable=SC2086
	case $line in
	*' ') set -- "$@" -- $line '' ;;
	*) set -- "$@" -- $line ;;
	esac
	wanted=''
	while [ "$1" != -- ]; do
		wanted="$wanted $1"
		shift
	done
	shift
	$shell $norc "$work/ask.$shell" "$B/bin/dialogctl" "$@" \
		>"$work/offered" 2>"$work/completion.log" </dev/null ||
		fail "$shell: $line: $(cat "$work/completion.log")"
	[ ! -s "$work/completion.log" ] ||
		fail "$shell: $line: $(cat "$work/completion.log")"
	for one in $wanted; do
		grep -qxe "$one" "$work/offered" ||
			fail "$shell: \"$line\" does not offer $one, but:" \
				"$(tr '\n' ' ' <"$work/offered")"
	done
}

# offers_not SHELL WORD: it is not among what was offered last
offers_not()
{
	if grep -qxe "$2" "$work/offered"; then
		fail "$1: \"$line\" offers $2"
	fi
}

start_server
start_expert waitlist EXPERT_NUMBER=+15555550142
DIALOG_URL=$url DIALOG_API_KEY=$(cat "$key_file")
export DIALOG_URL DIALOG_API_KEY
"$B/bin/dialogctl" talk --to +15555550142 </dev/null >"$work/talk.log" 2>&1 ||
	fail "dialogctl talk"
get -H "Authorization: Bearer $DIALOG_API_KEY" "$url/v1/calls" \
	>"$work/calls.json" || fail "no list of calls"
call_id=$(json "$work/calls.json" calls.0.id)

for shell in bash zsh; do
	command -v $shell >/dev/null || { say "no $shell here"; continue; }
	norc=$([ $shell = bash ] && echo --norc || echo -f)
	line=' ' && offers $shell call talk calls keys experts doctor
	line='help ' && offers $shell call doctor
	line='keys ' && offers $shell list create revoke
	line='calls ' && offers $shell list show
	line='calls show ' && offers $shell "$call_id"
	line='call --to ' && offers $shell +15555550142
	line='call --voice ' && offers $shell rms slt
	for verb in call talk calls keys experts doctor expert-check; do
		# shellcheck disable=SC2046
		line="$verb --" && offers $shell $("$B/bin/dialogctl" \
			$verb --help | grep -o '^  --[a-z-]*')
	done
	line='keys --' && offers $shell --url && offers_not $shell --say
	say "$shell offers what --help says"
done
# The manual page has each of them.
for verb in call talk calls keys experts doctor expert-check; do
	for option in $("$B/bin/dialogctl" $verb --help |
		sed -n 's/^  -\(-[a-z-]*\).*/\1/p'); do
		grep -q -e "Fl $option\b" docs/man/dialogctl.1 ||
			fail "dialogctl(1) does not have -$option of $verb"
	done
done
line='call tests/data/calls/hap' && norc=--norc &&
	offers bash tests/data/calls/happy.yaml
line='call --v' && offers bash --voice && offers_not bash --url
line='call --key-file Makef' && offers bash Makefile
