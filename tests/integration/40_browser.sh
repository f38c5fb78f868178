# The page in a real browser without a window: speaks, types, presses keys, and
# explains what goes wrong. BROWSER_PICTURES=folder keeps the screenshots.
#
# alone: the browser plays and speaks in real time

command -v python3 >/dev/null || { say "needs python3"; exit 77; }
need_browser
pictures=${BROWSER_PICTURES:-$work}
mkdir -p "$pictures"
start_server --set web.codes=demo=+15555550100
start_expert waitlist
# Python must not leave its cache in the source.
PYTHONDONTWRITEBYTECODE=1 python3 tests/integration/browser.py \
	"$url" demo "$pictures" $server_pid || fail "the page, see above"
