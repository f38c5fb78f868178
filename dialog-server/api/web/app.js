/* The page: one call at a time.
 *
 *   idle --Call--> connecting --ready--> talking --> idle (ended) or failed
 *
 * SPDX-License-Identifier: MIT
 */

const $ = (id) => document.getElementById(id);
const phone = $("phone"), captions = $("captions"), notice = $("notice");
const NAMES = { agent: "Agent", caller: "You" };

let call = null;

/* ---- what is shown ------------------------------------------------------ */

function show(state, text) {
	phone.dataset.state = state;
	$("status").textContent = text;
	$("start").hidden = state === "talking" || state === "connecting";
	$("controls").hidden = state !== "talking" && state !== "connecting";
	$("meters").hidden = $("type").hidden = state !== "talking";
	$("mute").disabled = $("keys").disabled = state !== "talking";
	$("clock").hidden = state === "idle" && $("clock").textContent === "0:00";
	if (state !== "talking") {
		$("keypad").hidden = true;
		$("keys").setAttribute("aria-pressed", "false");
	}
}

function warn(text) {
	notice.textContent = text;
	notice.hidden = !text;
}

function caption(who, text, final) {
	let line = captions.lastElementChild;

	/* What was typed here comes back from the server: one line, not two. */
	while (line && !(line.dataset.who === who && line.classList.contains("partial")))
		line = line.previousElementSibling;
	if (!line) {
		line = document.createElement("div");
		line.dataset.who = who;
		line.className = `said ${who in NAMES ? who : "note"}`;
		if (NAMES[who]) {
			const name = document.createElement("small");

			name.textContent = NAMES[who];
			line.append(name);
		}
		line.append(document.createElement("span"));
		captions.append(line);
		while (captions.children.length > 500)
			captions.firstElementChild.remove();
	}
	line.lastElementChild.textContent = text;
	line.classList.toggle("partial", !final);
	captions.scrollTop = captions.scrollHeight;
}

const levels = { in: 0, out: 0 };

function heard(which, peak) {
	/* -60 dB to 0 dB, falling slowly enough to be seen */
	const now = peak > 0.001 ? 1 + Math.log10(peak) / 3 : 0;

	levels[which] = Math.max(Math.min(now, 1), levels[which] - 0.06);
}

function paint() {
	for (const which of ["in", "out"])
		$(`level-${which}`).style.transform = `scaleX(${levels[which].toFixed(3)})`;
	if (!call)
		return;
	if (call.since) {
		const s = Math.floor((performance.now() - call.since) / 1000);

		$("clock").textContent = `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
	}
	requestAnimationFrame(paint);
}

/* ---- microphone ----------------------------------------------------------- */

const MIC_TROUBLE = {
	NotAllowedError: "The microphone is blocked for this page. Allow it in the browser's address bar and call again. You can type meanwhile.",
	NotFoundError: "No microphone was found. You can type instead.",
	NotReadableError: "The microphone is in use by another program. You can type instead.",
};

async function openMicrophone() {
	if (!navigator.mediaDevices?.getUserMedia) {
		warn("Browsers allow the microphone only over https or on localhost. You can type instead.");
		return null;
	}
	try {
		return await navigator.mediaDevices.getUserMedia({
			audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
		});
	} catch (e) {
		warn(MIC_TROUBLE[e.name] ?? `The microphone cannot be used (${e.name}). You can type instead.`);
		return null;
	}
}

/* What is wrong with the server, or null. */
async function serverTrouble() {
	try {
		const ready = await fetch("readyz", { cache: "no-store" });

		return ready.ok ? null : "The server is not taking calls now.";
	} catch {
		return "The server cannot be reached.";
	}
}

/* ---- one call ---------------------------------------------------------------- */

class Call {
	constructor(code) {
		this.code = code;
		this.since = 0;
		this.over = false;
		this.opened = false;
	}

	async start() {
		this.context = new AudioContext({ latencyHint: "interactive" });
		await this.context.audioWorklet.addModule("worklet.js");
		this.mic = await openMicrophone();
		if (this.over)
			return this.release();
		this.capture = new AudioWorkletNode(this.context, "capture", {
			numberOfInputs: 1, numberOfOutputs: 1, outputChannelCount: [1],
		});
		this.playback = new AudioWorkletNode(this.context, "playback", {
			numberOfInputs: 0, numberOfOutputs: 1, outputChannelCount: [1],
		});
		this.capture.port.onmessage = (e) => this.captured(e.data);
		this.playback.port.onmessage = (e) => this.played(e.data);
		if (this.mic) {
			this.context.createMediaStreamSource(this.mic).connect(this.capture);
			this.mic.getAudioTracks()[0].onended = () =>
				warn("The microphone was taken away. You can type instead.");
		}
		/* Its output is silence; without a way out it would not run. */
		this.capture.connect(this.context.destination);
		this.playback.connect(this.context.destination);
		await this.context.resume();
		this.dial();
		return undefined;
	}

	dial() {
		const url = new URL("browser", location.href);

		url.protocol = url.protocol.replace("http", "ws");
		url.search = new URLSearchParams({ code: this.code });
		url.hash = "";
		this.socket = new WebSocket(url);
		this.socket.binaryType = "arraybuffer";
		this.socket.onmessage = (e) => this.received(e.data);
		this.socket.onclose = (e) => this.closed(e);
	}

	received(data) {
		if (typeof data !== "string") {
			this.playback.port.postMessage({ frame: data }, [data]);
			return;
		}
		const m = JSON.parse(data);

		switch (m.type) {
		case "ready":
			this.opened = true;
			this.since = performance.now();
			show("talking", this.mic ? "Connected. Speak, or type below." : "Connected. Type below.");
			$("mute").disabled = !this.mic;
			$("words").focus();
			break;
		case "text":
			caption(m.who, m.text, m.final);
			break;
		case "mark":
			this.playback.port.postMessage({ mark: m.id });
			break;
		case "clear":
			this.playback.port.postMessage({ clear: true });
			break;
		case "ended":
			this.reason = m.reason;
			break;
		case "error":
			warn(`The server refused a message: ${m.message}`);
			break;
		default:
			break;
		}
	}

	send(m) {
		if (this.socket?.readyState === WebSocket.OPEN)
			this.socket.send(JSON.stringify(m));
	}

	captured(m) {
		heard("in", m.peak);
		/* A socket that cannot keep up gets gaps, not a growing delay. */
		if (this.opened && this.socket.readyState === WebSocket.OPEN && this.socket.bufferedAmount < 64000)
			this.socket.send(m.frame);
	}

	played(m) {
		if (m.marked !== undefined)
			this.send({ type: "marked", id: m.marked });
		else
			heard("out", m.peak);
	}

	hangup() {
		if (this.opened)
			this.send({ type: "hangup" });
		else
			this.finish("idle", "You hung up.");
	}

	async closed(event) {
		const [state, text] = await this.explain(event);

		this.finish(state, text);
	}

	async explain(event) {
		switch (this.reason) {
		case "caller":
			return ["idle", "You hung up."];
		case "agent":
			return ["idle", "The agent hung up."];
		case "busy":
			return ["failed", "Nobody can take the call now. Try again in a moment."];
		default:
			break;
		}
		if (this.opened)
			return event.code === 1001
				? ["failed", "The server is stopping. Try again in a moment."]
				: ["failed", "The connection to the server was lost."];
		/* A browser does not say why a socket was refused. */
		return ["failed", await serverTrouble() ??
			"The call was not accepted: the code is not known, or nobody can take the call now."];
	}

	finish(state, text) {
		if (this.over)
			return;
		this.over = true;
		this.release();
		if (call === this)
			call = null;
		levels.in = levels.out = 0;
		paint();
		show(state, text);
		$("call").textContent = "Call again";
		$("call").focus();
	}

	release() {
		this.mic?.getTracks().forEach((track) => track.stop());
		if (this.context?.state !== "closed")
			this.context?.close();
		this.socket?.close();
	}
}

/* ---- what the person does --------------------------------------------------- */

$("start").addEventListener("submit", async (e) => {
	e.preventDefault();
	if (call)
		return;
	const code = $("code").value.trim();

	if (!code)
		return;
	warn("");
	captions.replaceChildren();
	$("clock").textContent = "0:00";
	$("mute").setAttribute("aria-pressed", "false");
	$("mute").textContent = "Mute";
	show("connecting", "Connecting…");
	call = new Call(code);
	requestAnimationFrame(paint);
	try {
		await call.start();
	} catch (error) {
		const why = await serverTrouble() ?? `This browser cannot make the call (${error.message}).`;

		call?.finish("failed", why);
	}
});

$("type").addEventListener("submit", (e) => {
	e.preventDefault();
	const text = $("words").value.trim();

	if (!text || !call)
		return;
	call.send({ type: "text", text });
	caption("caller", text, false);
	$("words").value = "";
});

$("mute").addEventListener("click", () => {
	const muted = $("mute").getAttribute("aria-pressed") !== "true";

	$("mute").setAttribute("aria-pressed", String(muted));
	$("mute").textContent = muted ? "Unmute" : "Mute";
	call?.capture?.port.postMessage({ muted });
});

$("keys").addEventListener("click", () => {
	const open = $("keypad").hidden;

	$("keypad").hidden = !open;
	$("keys").setAttribute("aria-pressed", String(open));
});

$("keypad").addEventListener("click", (e) => {
	if (e.target.tagName !== "BUTTON")
		return;
	call?.send({ type: "dtmf", digit: e.target.textContent });
	caption("note", `Key ${e.target.textContent}`, true);
});

$("hangup").addEventListener("click", () => call?.hangup());

/* ---- beginning ------------------------------------------------------------------ */

{
	const code = new URLSearchParams(location.search).get("code");

	$("code").value = code ?? "demo";
	$(code ? "call" : "code").focus();
}
