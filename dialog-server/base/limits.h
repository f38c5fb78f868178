/**
 * @file limits.h  Every bound on what may grow, in one place
 *
 * What a peer can make larger has its limit here and a unit test that sends
 * the limit and the limit plus one.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

enum {
	LIMIT_CALL_ARENA_BYTES = 4 * 1024 * 1024,
	LIMIT_TURN_ARENA_BYTES = 1024 * 1024,
	LIMIT_HTTP_BODY_BYTES = 256 * 1024,
	LIMIT_HTTP_PATH_BYTES = 2048,
	LIMIT_WS_MEDIA_MESSAGE_BYTES = 64 * 1024,
	LIMIT_WS_CONTROL_MESSAGE_BYTES = 256 * 1024,
	LIMIT_WS_SEND_QUEUE_BYTES = 512 * 1024,
	LIMIT_LOG_LINES = 1024,    /* waiting for the log thread */
	LIMIT_LOOP_MAILBOX = 4096, /* messages waiting for one loop */
	LIMIT_CALLS_PER_SHARD = 4096,
	LIMIT_TASK_ITEMS = 64,
	LIMIT_FIELD_CHOICES = 128,
	LIMIT_TEXT_BYTES = 8 * 1024, /* one utterance, script, answer */
	LIMIT_KEY_BYTES = 128,       /* field keys, ids */
	LIMIT_VARIABLES = 256,
	LIMIT_OPEN_QUESTIONS = 8,
	LIMIT_DTMF_BUFFER = 64,
	LIMIT_PLAYOUT_ITEMS = 128,
	LIMIT_PLAYOUT_PIECES = 4096, /* of audio, waiting in one call */
	LIMIT_PLAYOUT_MS = 5 * 60 * 1000,
	LIMIT_JOURNAL_RECORD_BYTES = 256 * 1024,
	LIMIT_JOURNAL_HEADER_BYTES = 16 * 1024,
	LIMIT_JOURNAL_RING_BYTES =
		512 * 1024, /* address space, see writer.h */
	LIMIT_RECORDER_RING_BYTES = 256 * 1024,
	LIMIT_STORE_QUEUE = 16 * 1024, /* writes and reads waiting */
	LIMIT_STORE_QUEUE_BYTES = 16 * 1024 * 1024,
	LIMIT_CALL_ROWS = 256,      /* at once, of one call and kind */
	LIMIT_CALL_ROWS_PER_S = 50, /* of these, for longer */
	LIMIT_STORE_KEYS = 1024,
	LIMIT_KEY_NAME_BYTES = 64,   /* of an API key */
	LIMIT_NUMBERS_LISTED = 1000, /* in one answer */
	LIMIT_MESSAGES = 10000,      /* of one API key; the oldest goes */
	LIMIT_MESSAGE_BYTES =
		1600,           /* of a text message, as carriers have it */
	LIMIT_DOCUMENTS = 1000, /* of one API key */
	LIMIT_DOCUMENT_BYTES = 240 * 1024,
	LIMIT_DOCUMENTS_BYTES = 16 * 1024 * 1024, /* of one API key */
	LIMIT_DOCUMENT_WORK = 4, /* puts and questions of a shard at once */
	LIMIT_GENERATIONS = 16,  /* by HTTP, on one shard at once */
	LIMIT_PROMPT_BYTES = 240 * 1024, /* of one of them */
	LIMIT_CARRIER_TOKENS = 4096,     /* media tokens not yet used */
	LIMIT_PHONES = 256,     /* at terminals, waiting to be called */
	LIMIT_TRANSFERS = 1024, /* calls of a carrier that were transferred
				   and still are ours */
	LIMIT_CALL_MS = 60 * 60 * 1000,
};

#endif /* BASE_LIMITS_H */
