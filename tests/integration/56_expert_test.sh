# The test of an Expert, as it is, without a server and then with one: the same
# program, only EXPERT_TEST_URL is set. Every step that a test can make, and
# the example.

with_server()
{
	env EXPERT_TEST_URL="ws${url#http}" EXPERT_API_KEY="$key" \
		timeout 200 "$1" >"$work/test.log" 2>&1
}

start_server
key=$(cat "$key_file")
for program in "$B/tests/steps_expert" "$B/examples/waitlist_test"; do
	name=${program##*/}
	env -u EXPERT_TEST_URL "$program" >"$work/test.log" 2>&1 ||
		fail "$name, without a server: $(cat "$work/test.log")"
	with_server "$program" ||
		fail "$name, with the server: $(cat "$work/test.log")"
	say "$name: passes without and with the server"
done
wait_for 20 metric_is dialog_calls_active 0 || fail "a call was left"

# It must be able to fail, and to say why.
sed 's/parking behind the/parking before the/' examples/waitlist.c \
	>"$work/waitlist.c"
cp examples/waitlist_test.c "$work"
# shellcheck disable=SC2046
${CC:-cc} -Ilibexpert -std=c11 -D_GNU_SOURCE -o "$work/waitlist_test" \
	"$work/waitlist_test.c" "$B/lib/libexpert.a" \
	$(pkg-config --libs libwebsockets jansson openssl) -lpthread \
	2>"$work/cc.log" || fail "$(cat "$work/cc.log")"
! with_server "$work/waitlist_test" || fail "a wrong answer is not found"
grep -q 'parking is not answered' "$work/test.log" ||
	fail "not said what is wrong: $(cat "$work/test.log")"
key=wrong
! with_server "$B/tests/steps_expert" || fail "a wrong key passes"
grep -q 'refused the API key' "$work/test.log" ||
	fail "a wrong key is not told: $(cat "$work/test.log")"
say "what is wrong is told"
