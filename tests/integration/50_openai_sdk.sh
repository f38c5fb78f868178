# The fake chat-completions service is held against the service's own Python
# client, which a virtual environment gets from the package index.

command -v python3 >/dev/null || { say "needs python3"; exit 77; }
venv=$B/openai-sdk
if ! "$venv/bin/python" -c 'import openai' 2>/dev/null; then
	rm -rf "$venv"
	python3 -m venv "$venv" >"$work/venv.log" 2>&1 || {
		say "python3 -m venv does not work (package python3-venv)"
		exit 77
	}
	timeout 300 "$venv/bin/pip" install -q --disable-pip-version-check \
		openai >"$work/pip.log" 2>&1 || {
		say "the openai package cannot be installed"
		exit 77
	}
fi
start_fake_model
PYTHONDONTWRITEBYTECODE=1 timeout 120 "$venv/bin/python" \
	tests/integration/openai_sdk.py "$model_port" ||
	fail "the client and the fake do not agree, see above"
