# The watch itself: it must find what is planted, and nothing else.

watch=$B/tests/tickwatch.so

LD_PRELOAD=$watch TICKWATCH_OUT=$work/planted.json "$B/tests/tickwatch_self" ||
	fail "the planted program ended badly"
for kind in malloc calloc realloc aligned mutex rwlock semaphore; do
	assert_eq "planted $kind" "$(json "$work/planted.json" $kind)" 1
done
assert_eq "planted frees" "$(json "$work/planted.json" free)" 3
assert_eq "planted in all" "$(json "$work/planted.json" total)" 10
assert_eq "first offender" \
	"$(json "$work/planted.json" offenders.0.call)" malloc
case $(json "$work/planted.json" offenders.0.at.0) in
*tickwatch_self+0x*) ;;
*) fail "the backtrace does not name the program" ;;
esac

LD_PRELOAD=$watch TICKWATCH_OUT=$work/clean.json "$B/tests/tickwatch_self" x ||
	fail "the clean program ended badly"
assert_eq "found in a clean program" "$(json "$work/clean.json" total)" 0
assert_eq "tick known" "$(json "$work/clean.json" found)" true

LD_PRELOAD=$watch TICKWATCH_AFTER_MS=60000 TICKWATCH_OUT=$work/later.json \
	"$B/tests/tickwatch_self" || fail "the planted program ended badly"
assert_eq "counted before its time" "$(json "$work/later.json" total)" 0
