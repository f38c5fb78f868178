# What a question that the Expert answers costs over a bare WebSocket echo,
# both measured by turns in one run. Here with fewer calls than the figure in
# docs/experts.md, and by the median: other work of a shared machine is in the
# slowest hundredth, whoever does it.

# alone: it measures time

LIMIT_US=1000

"$B/bench/bench_question" 200 500 >"$work/cost.json" 2>"$work/bench.log" ||
	fail "the benchmark did not come to its end"
say "$(cat "$work/cost.json")"
added_us=$(json "$work/cost.json" added_us.p50)
assert "a question adds $added_us us" test "$added_us" -lt $LIMIT_US
