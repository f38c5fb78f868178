/**
 * @file test_keys.c  API keys take effect at once and are never stored
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <jansson.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/limits.h"
#include "store/store.h"
#include "unit/tempdir.h"
#include "unit/unit.h"

static struct store *open_store(void)
{
	struct store *s = NULL;

	ck_assert_int_eq(store_open(&s, tempdir_path("db"), NULL), 0);
	return s;
}

START_TEST(accepts_a_key_from_creation_to_revocation)
{
	struct store *s = open_store();
	char key[64], other[64];

	ck_assert_int_eq(store_key_create(s, "ann", key, sizeof(key)), 0);
	ck_assert_uint_eq(strlen(key), 43);
	ck_assert_int_eq(strncmp(key, "dk_", 3), 0);
	ck_assert_uint_eq(strspn(key + 3, "0123456789abcdef"), 40);
	ck_assert_int_eq(store_key_create(s, "bob", other, sizeof(other)), 0);
	ck_assert_str_ne(key, other);
	ck_assert_int_ne(store_key_check(s, key), 0);
	ck_assert_int_ne(store_key_check(s, other), 0);

	int64_t id = store_key_check(s, key);
	int64_t other_id = store_key_check(s, other);
	uint64_t changes = store_key_changes(s);

	ck_assert_int_ne(id, other_id);
	ck_assert_int_ne(store_key_holds(s, id), 0);
	ck_assert_int_eq(store_key_revoke(s, "ann"), 0);
	ck_assert_uint_ne(store_key_changes(s), changes);
	ck_assert_int_eq(store_key_holds(s, id), 0);
	ck_assert_int_ne(store_key_holds(s, other_id), 0);
	ck_assert_int_eq(store_key_holds(s, 0), 0);
	ck_assert_int_eq(store_key_check(s, key), 0);
	ck_assert_int_ne(store_key_check(s, other), 0);
	ck_assert_int_eq(store_key_revoke(s, "ann"), -ENOENT);
	ck_assert_int_eq(store_key_revoke(s, "nobody"), -ENOENT);
	store_close(s);
	s = open_store();
	ck_assert_int_eq(store_key_check(s, key), 0);
	ck_assert_int_ne(store_key_check(s, other), 0);
	store_close(s);
}
END_TEST

START_TEST(refuses_what_is_not_a_key)
{
	struct store *s = open_store();
	char key[64], bad[128];

	ck_assert_int_eq(store_key_create(s, "ann", key, sizeof(key)), 0);
	ck_assert_int_eq(store_key_check(s, ""), 0);
	ck_assert_int_eq(store_key_check(s, "dk_"), 0);
	for (size_t i = 0; i < strlen(key); i++) {
		(void)snprintf(bad, sizeof(bad), "%s", key);
		bad[i] ^= 1;
		ck_assert_int_eq(store_key_check(s, bad), 0);
	}
	(void)snprintf(bad, sizeof(bad), "%sx", key);
	ck_assert_int_eq(store_key_check(s, bad), 0);
	(void)snprintf(bad, sizeof(bad), "%.42s", key);
	ck_assert_int_eq(store_key_check(s, bad), 0);
	store_close(s);
}
END_TEST

START_TEST(refuses_bad_and_taken_names)
{
	struct store *s = open_store();
	static const char *const bad[] = {
		"a/b",
		"a\nb",
		"\x1b[2J",
		("a\x7f"
		 "b"),
		"caf\xc3\xa9",
		" a",
		"a ",
		".",
		"..",
		"-rf",
		"a\"b",
		"a%b",
		"a\\b",
		"<b>",
		"a\tb",
	};
	char key[64] = "untouched", name[LIMIT_KEY_NAME_BYTES + 2];

	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	ck_assert_int_eq(store_key_create(s, name, key, sizeof(key)), -EINVAL);
	ck_assert_int_eq(store_key_create(s, "", key, sizeof(key)), -EINVAL);
	ck_assert_int_eq(store_key_create(s, "a", key, 43), -EINVAL);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (store_key_create(s, bad[i], key, sizeof(key)) != -EINVAL)
			ck_abort_msg("\"%s\" is a name", bad[i]);
	}
	ck_assert_str_eq(key, "untouched");
	ck_assert_int_eq(
		store_key_create(s, "Ann_1 B.c-d@e", key, sizeof(key)), 0);
	ck_assert_int_eq(store_key_create(s, name + 1, key, sizeof(key)), 0);
	ck_assert_int_eq(store_key_create(s, name + 1, key, sizeof(key)),
			 -EEXIST);
	ck_assert_int_eq(store_key_revoke(s, name + 1), 0);
	ck_assert_int_eq(store_key_create(s, name + 1, key, sizeof(key)),
			 -EEXIST);
	store_close(s);
}
END_TEST

START_TEST(stores_only_the_hash)
{
	struct store *s = open_store();
	char key[64];
	unsigned char *b = NULL;
	size_t len;

	ck_assert_int_eq(store_key_create(s, "ann", key, sizeof(key)), 0);
	store_close(s);
	len = tempdir_read("db", &b);
	ck_assert_ptr_nonnull(memmem(b, len, "ann", 3));
	ck_assert_ptr_null(memmem(b, len, key, 43));
	ck_assert_ptr_null(memmem(b, len, key + 3, 20));
	free(b);
}
END_TEST

START_TEST(lists_keys_with_their_times)
{
	struct store *s = open_store();
	char key[64], *text = store_key_list(s);
	json_t *root, *k;

	ck_assert_str_eq(text, "[]");
	mem_free(text);
	ck_assert_int_eq(store_key_create(s, "ann", key, sizeof(key)), 0);
	ck_assert_int_eq(store_key_create(s, "b ob", key, sizeof(key)), 0);
	ck_assert_int_ne(store_key_check(s, key), 0);
	ck_assert_int_eq(store_key_revoke(s, "ann"), 0);
	text = store_key_list(s);
	root = json_loads(text, 0, NULL);
	mem_free(text);
	ck_assert_uint_eq(json_array_size(root), 2);
	k = json_array_get(root, 0);
	ck_assert_str_eq(json_string_value(json_object_get(k, "name")), "ann");
	ck_assert_int_ne(json_is_string(json_object_get(k, "created")), 0);
	ck_assert_int_ne(json_is_null(json_object_get(k, "last_used")), 0);
	ck_assert_int_ne(json_is_string(json_object_get(k, "revoked")), 0);
	k = json_array_get(root, 1);
	ck_assert_str_eq(json_string_value(json_object_get(k, "name")),
			 "b ob");
	ck_assert_int_ne(json_is_string(json_object_get(k, "last_used")), 0);
	ck_assert_int_ne(json_is_null(json_object_get(k, "revoked")), 0);
	json_decref(root);
	store_close(s);
}
END_TEST

START_TEST(sees_keys_made_and_revoked_by_another_process)
{
	/* A second store has its own connection, as another process has. */
	struct store *server = open_store(), *tool = open_store();
	int64_t until_us = clock_now_us() + 10 * US_PER_S;
	char key[64];

	ck_assert_int_eq(store_key_create(tool, "ann", key, sizeof(key)), 0);
	while (!store_key_check(server, key)) {
		ck_assert_int_lt(clock_now_us(), until_us);
		(void)sched_yield();
	}
	ck_assert_int_eq(store_key_revoke(tool, "ann"), 0);
	while (store_key_check(server, key)) {
		ck_assert_int_lt(clock_now_us(), until_us);
		(void)sched_yield();
	}
	store_close(tool);
	store_close(server);
}
END_TEST

START_TEST(writes_a_key_file_that_only_the_owner_can_read)
{
	struct store *s = open_store();
	struct stat st;
	unsigned char *b = NULL;

	ck_assert_int_eq(store_key_create_file(s, "demo", tempdir_path("key")),
			 0);
	ck_assert_int_eq(stat(tempdir_path("key"), &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0600);
	ck_assert_uint_eq(tempdir_read("key", &b), 44);
	ck_assert_int_eq(b[43], '\n');
	b[43] = '\0';
	ck_assert_int_ne(store_key_check(s, (char *)b), 0);
	free(b);
	ck_assert_int_eq(store_key_create_file(s, "more", tempdir_path("key")),
			 -EEXIST);
	ck_assert_int_eq(
		store_key_create_file(s, "demo", tempdir_path("key2")),
		-EEXIST);
	ck_assert_int_eq(access(tempdir_path("key2"), F_OK), -1);
	ck_assert_int_eq(store_key_create_file(s, "x", tempdir_path("a/b")),
			 -EACCES);
	store_close(s);
}
END_TEST

START_TEST(holds_its_limit_of_keys_and_refuses_one_more)
{
	struct store *s = NULL;
	char key[64], name[16];

	ck_assert_int_eq(store_open(&s, ":memory:", NULL), 0);
	for (int i = 0; i < LIMIT_STORE_KEYS; i++) {
		(void)snprintf(name, sizeof(name), "k%d", i);
		ck_assert_int_eq(store_key_create(s, name, key, sizeof(key)),
				 0);
	}
	ck_assert_int_ne(store_key_check(s, key), 0);
	ck_assert_int_eq(store_key_create(s, "more", key, sizeof(key)),
			 -EMSGSIZE);
	store_close(s);
}
END_TEST

struct checker {
	struct store *s;
	const char *key;
};

static void *check_often(void *arg)
{
	const struct checker *c = arg;

	for (int i = 0; i < 5000; i++)
		if (!store_key_check(c->s, c->key))
			return arg;
	return NULL;
}

START_TEST(checks_from_many_threads_while_keys_change)
{
	struct store *s = NULL;
	char key[64], other[64], name[16];
	struct checker c;
	pthread_t threads[3];
	void *failed;

	ck_assert_int_eq(store_open(&s, ":memory:", NULL), 0);
	ck_assert_int_eq(store_key_create(s, "ann", key, sizeof(key)), 0);
	c = (struct checker){s, key};
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(
			pthread_create(&threads[i], NULL, check_often, &c), 0);
	for (int i = 0; i < 30; i++) {
		(void)snprintf(name, sizeof(name), "k%d", i);
		ck_assert_int_eq(
			store_key_create(s, name, other, sizeof(other)), 0);
		ck_assert_int_eq(store_key_revoke(s, name), 0);
	}
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(pthread_join(threads[i], &failed), 0);
		ck_assert_ptr_null(failed);
	}
	store_close(s);
}
END_TEST

UNIT_MAIN("keys", accepts_a_key_from_creation_to_revocation,
	  refuses_what_is_not_a_key, refuses_bad_and_taken_names,
	  stores_only_the_hash, lists_keys_with_their_times,
	  sees_keys_made_and_revoked_by_another_process,
	  writes_a_key_file_that_only_the_owner_can_read,
	  holds_its_limit_of_keys_and_refuses_one_more,
	  checks_from_many_threads_while_keys_change)
