/**
 * @file internal.h  The parts of a call, for the files of this folder only
 *
 *   shard.c      the media tick over all calls of one thread
 *   ring.c       frames waiting for the tick
 *   uplink.c     caller's sound -> VAD, turns, recognizer
 *   downlink.c   clauses -> synthesizer, playout -> channel
 *   talk.c       events into the dialog core, its actions out
 *   expert.c     what the Expert's place in it tells of
 *   record.c     journal, store, live feed, latency ledger
 *   call.c       life: open, Expert's seat, close
 *   outbound.c   calls that are placed, until somebody answers; who may place
 *                them: outbound_rules.c
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CALL_INTERNAL_H
#define CALL_INTERNAL_H

#include <stdint.h>

#include "audio/tone.h"
#include "base/arena.h"
#include "base/limits.h"
#include "base/list.h"
#include "base/slots.h"
#include "base/strbuf.h"
#include "call/call.h"
#include "call/shard.h"
#include "dialog/dialog.h"
#include "expert/gateway.h"
#include "media/playout.h"
#include "media/recorder.h"
#include "net/loop.h"
#include "speech/amd.h"
#include "speech/bargein.h"
#include "speech/echo.h"
#include "speech/endpoint.h"
#include "speech/keypress.h"
#include "speech/vad.h"

struct journal;

enum {
	CALL_IN_FRAMES = 18,      /* of the caller: waiting, and pulled    */
	CALL_PREROLL_FRAMES = 16, /* before speech was noticed: 320 ms     */
	CALL_AHEAD_FRAMES = 16,   /* at most sent and not yet played       */
	CALL_EVENTS = 16,         /* for the dialog, in order              */
};

/** A ring of frames at the call's rate. */
struct frame_ring {
	int16_t *s; /**< s[cap * samples]                */
	uint32_t cap, samples;
	uint32_t head, n; /**< oldest that waits, count        */
	uint32_t behind;  /**< pulled and still there          */
	int brief;        /**< the samples have their own pages */
};

/** What the media pass of the tick found out, done right after it. */
struct call_pending {
	int began, ended, cut, resume;
	int eager, spoke_on; /**< an end that may be taken back, and was */
	int hush;            /**< the caller fell silent just now        */
	int64_t voice_us;    /**< [us] caller's last voice at `ended` */
	struct endpoint_reason reason; /**< of `ended` and `eager` */
	uint32_t first_utt;            /**< utterance that became audible   */
	uint32_t due;                  /**< bits of enum call_due            */
	int answered; /**< it is known who has answered       */
	int records;  /**< a machine has beeped                */
	int hold;     /**< [ticks] left to take sound back  */
	char keys[4]; /**< heard in the caller's sound, or "" */
};

enum call_due { CALL_DUE_HANGUP = 1, CALL_DUE_TRANSFER = 2 };

/** When each stage of the present turn was reached; 0: not. [us] */
struct ledger {
	uint32_t turn;
	int64_t stopped_us, endpoint_us, stt_us, llm_us, tts_us, out_us;
	char heard[256];
};

/** An event that waits until the present step is over. */
struct queued {
	struct queued *next;
	struct dialog_event e;
};

struct call_timer {
	struct call *call;
	struct timer *timer;
	enum dialog_timer which;
};

struct call {
	struct list link; /**< in shard->live               */
	struct shard *sh;
	struct slot_id slot;
	char id[CHANNEL_CALL_ID_BYTES]; /**< "c" + 20 hexadecimal digits */
	char tag[40];                   /**< for log lines                */
	char external_id[80];
	char address[80], from[80], to[80];
	struct arena arena;        /**< everything that lives so long */
	struct arena events_arena; /**< strings of queued events     */
	struct arena ask_arena;    /**< what is being asked          */
	int64_t start_us, start_wall_us;

	/* line */
	const struct channel_ops *line;
	void *ch;
	uint32_t hz; /**< 0: text only                 */
	int line_open;

	/* uplink */
	struct frame_ring in;
	uint32_t silent_ticks;
	int64_t media_us; /**< [us] clock of the caller's audio */
	struct vad vad;
	struct endpoint endpoint;
	struct bargein bargein;
	struct keypress keys;
	struct amd *amd; /* who has answered; NULL: we did */
	struct echo echo;
	const struct stt_ops *stt;
	void *stt_s;
	uint32_t turn; /**< of the caller, counts up     */
	int listening; /**< a recognizer turn is open    */
	int cut_in_turn;
	char carry[512]; /**< heard before the caller spoke on */
	struct ask ask;

	/* downlink */
	struct playout *playout;
	struct frame_ring ahead; /**< what the far side has yet to play; only
				      there while the agent speaks */
	int64_t due_us;          /**< [us] when the next frame is due */
	struct tone_dtmf tones;  /**< keys that are being pressed     */
	char tone_keys[LIMIT_DTMF_BUFFER + 1]; /**< "": none            */
	uint32_t tone_frames; /**< until the far side has played them      */
	const struct tts_ops *tts;
	void *tts_s;
	uint32_t say_utt, say_clause;
	uint32_t said_utt;   /**< whose words are being recorded      */
	uint32_t firm_utt;   /**< up to here nobody may interrupt     */
	struct strbuf shown; /**< of the utterance, on a line of text */
	char voice[40];

	/* mind */
	struct dialog *dialog;
	const struct llm_ops *llm;
	void *llm_s;
	const struct llm_ops *spare; /**< built-in, when llm is another */
	void *spare_s;
	uint32_t spare_turn; /**< the last thought that it was given */
	struct call_timer timers[DIALOG_TIMER_N];
	struct timer *limit_timer, *close_timer;
	struct queued *events, *events_last; /**< wait for the next step */
	uint32_t events_n;
	int stepping, started, closing;

	/* Expert */
	struct seat *seat;
	int seen_expert;
	int reserved; /* its Expert comes by itself */
	int placed;   /* we have called; until it has its seat no Expert */
	int offered;  /* again, and nobody has been found yet */
	int64_t offered_ms; /* when, since the call began */

	/* record */
	int recorded; /* record_open() was called */
	struct journal *journal;
	int64_t rows_us[2]; /**< when so many rows would be due: events,
				 lines (record.c)                */
	struct recorder *recorder;
	int paused;                   /**< what is said is not kept          */
	int refused;                  /**< nor what was                      */
	uint32_t kept_turn, kept_utt; /**< from these on it is, again */
	int64_t trimmed_us;
	struct ledger ledger;
	char end_reason[32];
	char end_cause[80]; /**< behind it, for our own record; or "" */
	char transfer_to[LIMIT_KEY_BYTES + 1]; /**< "": none is under way */
	uint32_t ring_ms; /**< of the transfer, as the next two */
	int may_fail, may_return;
	int put_through; /**< who hangs up now does not hang up on us */
	struct call_pending pending;
};

/* ring.c */
/** @return 0, -ENOMEM */
int ring_init(struct frame_ring *r, uint32_t cap, uint32_t samples);
/** The same for one that is not there most of the time. */
int ring_init_brief(struct frame_ring *r, uint32_t cap, uint32_t samples);
void ring_done(struct frame_ring *r);
/** Oldest goes when full. @return nonzero when one was lost @realtime */
int ring_push(struct frame_ring *r, const int16_t *s);
/** @return the oldest frame's samples, borrowed until the next push, or NULL
 */
const int16_t *ring_pull(struct frame_ring *r);
/** Look back: the oldest of up to `most` frames pulled last, each once.
 *  @return samples, borrowed until the next push, or NULL */
const int16_t *ring_behind(struct frame_ring *r, uint32_t most);

/** @param n  1: the frame pushed last @return its samples, borrowed until the
 *  next push; NULL: no longer there */
const int16_t *ring_newest(const struct frame_ring *r, uint32_t n);
/** As new. */
void ring_forget(struct frame_ring *r);

/* uplink.c */
int uplink_open(struct call *c);
void uplink_close(struct call *c);
/** We have placed the call: find out who answers. @return 0, -ENOMEM */
int uplink_meets(struct call *c);
/** From the channel: one frame of the caller. @realtime */
void uplink_frame(struct call *c, const struct aframe *f);
/** Media pass, one period. @param played  what of us is audible now, or NULL
 *  @return 1 with the frame heard in *f @realtime */
int uplink_period(struct call *c, const struct aframe *played,
		  struct aframe *f);
/** After the media pass: what the period found out. */
void uplink_decide(struct call *c, int64_t now_us);
void uplink_ask(struct call *c, const struct ask *ask);

/* downlink.c */
int downlink_open(struct call *c);
void downlink_close(struct call *c);
/** Media pass, one period. @return 1 with the frame now audible in *f
 *  @realtime */
int downlink_period(struct call *c, int64_t now_us, struct aframe *f);
void downlink_decide(struct call *c, int64_t now_us);
void downlink_say(struct call *c, const struct dialog_action *a);
/** Cut everything up to utt; the far side forgets too. */
void downlink_cut(struct call *c, uint32_t utt);
/** Press keys on the line, before anything else is said.
 *  @return 0, -ENOSYS (there are none), -EAGAIN (too many at a time), -ENOMEM
 */
int downlink_press(struct call *c, const char *keys);
/** Hang up or transfer; carried out from the loop. */
void downlink_then(struct call *c, enum call_due what);
/** Silence at once, and on from the same sample. @realtime */
void downlink_hold(struct call *c);
void downlink_resume(struct call *c);
void downlink_voice(struct call *c, const char *voice);
/** @return nonzero while the agent can be heard or is paused */
int downlink_speaking(const struct call *c);

/* talk.c */
int talk_open(struct call *c);
void talk_close(struct call *c);
/** Give the dialog an event; strings are copied when it must wait. */
void talk_event(struct call *c, const struct dialog_event *e);

/* record.c */
void record_open(struct call *c, const struct xp_call_info *info);
void record_close(struct call *c);
/** Give back what journal and recording needed in a busy moment. */
void record_trim(struct call *c);
/** As the Expert, or the caller, wants it from now on. */
void record_set(struct call *c, int paused, int refused);
/** May anything be kept of what is said now? @realtime */
int record_keeps(const struct call *c);
/** One line of the conversation: store, feed, log. who: caller, agent */
void record_line(struct call *c, const char *who, const char *text,
		 int interrupted);
void record_partial(struct call *c, const char *text);
/** To the caller's screen, if the line has one. */
void show_text(struct call *c, const char *who, const char *text, int final);
void record_field(struct call *c, const char *key, const char *value_json);
/** Anything else: {"type", id, text} to store and feed. NULLs are left out */
void record_event(struct call *c, const char *type, const char *id,
		  const char *text);
/** What came in, as one JSON object of the journal; o is taken. */
struct json_t;
void record_input(struct call *c, int type, struct json_t *o);
/** A command of the Expert, as it came. */
void record_command(struct call *c, const struct xp_command *cmd);
void record_stt(struct call *c, const struct stt_result *r);
/** A turn's first sound is out: close its ledger line. */
void record_turn(struct call *c);
/** [ms] since the call began */
int64_t call_ms(const struct call *c);

/* expert.c */
/** What the seat tells; arg is the call. */
extern const struct seat_events call_seat_events;
/** Its Expert is lost for good: offer it to the next in turn. */
void call_offer(struct call *c);

/* outbound.c */
/** Somebody has answered a call that was placed: have its Expert brought here.
 *  @return 0, -ENOENT (nobody waits for it any more), -EAGAIN, -ENOMEM */
int outbound_answered(struct call *c);
/** One placed call less. */
void outbound_over(void);

/* call.c */
/** A key was pressed, as the line or the sound tells. */
void call_key(struct call *c, char digit, enum keypress_way way);
/** End the line for `reason`; closed() follows.
 *  @param cause  static: behind the reason, for our own record, or NULL */
void call_hangup(struct call *c, const char *reason, const char *cause);
/** Of a placed call: its Expert is here, and the agent may speak. */
void call_take_seat(struct call *c, struct seat *s);
/** Note why it will have ended. */
void call_because(struct call *c, const char *reason, const char *cause);
/** The server ends: say goodbye, then hang up. */
void call_stopping(struct call *c);
/** Free the call now, whatever its line is doing: the loop ends. */
void call_end(struct call *c);
/** Media pass and what follows from it; called by the shard's tick. */
void call_media(struct call *c, int64_t now_us);
void call_decide(struct call *c, int64_t now_us);

#endif /* CALL_INTERNAL_H */
