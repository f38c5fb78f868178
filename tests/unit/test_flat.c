/**
 * @file test_flat.c  YAML read as a list of dotted paths
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "conf/flat.h"
#include "unit/unit.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* Writes "line:part/part=value;" for each item. */
static int note(void *arg, const struct flat_item *item)
{
	struct strbuf *b = arg;

	strbuf_addf(b, "%u:", item->line);
	for (unsigned i = 0; i < item->n_parts; i++)
		strbuf_addf(b, "%s%s", i ? "/" : "", item->part[i]);
	strbuf_addf(b, "%s%s;", item->plain ? "=" : "==", item->value);

	return 0;
}

static int count(void *arg, const struct flat_item *item)
{
	(void)item;
	++*(int *)arg;

	return 0;
}

START_TEST(reads_maps_and_lists)
{
	static const struct {
		const char *yaml, *want;
	} cases[] = {
		{"", ""},
		{"# nothing\n", ""},
		{"a: 1\nb: x y\n", "1:a=1;2:b=x y;"},
		{"a:\n  b: 1\n  c:\n    d: 2\n  e: 3\nf: 4\n",
		 "2:a/b=1;4:a/c/d=2;5:a/e=3;6:f=4;"},
		{"s:\n- say: hi\n  times: 2\n- press: '1'\nt: 5",
		 "2:s/0/say=hi;3:s/0/times=2;4:s/1/press==1;5:t=5;"},
		{"l: [a, [b, c], {d: e}]\n",
		 "1:l/0=a;1:l/1/0=b;1:l/1/1=c;1:l/2/d=e;"},
		{"a: ~\nb:\nc: null\nd: ''\n", "1:a=;2:b=;3:c=;4:d==;"},
		{"a.b: 1\nc:\n  d.e: 2\n", "1:a.b=1;3:c/d.e=2;"},
		{"a: |\n  two\n  lines\n", "1:a==two\nlines\n;"},
		{"a: {}\nb: []\nc: 1\n", "3:c=1;"},
	};

	for (size_t i = 0; i < N(cases); i++) {
		struct strbuf b;
		char why[200] = "";
		int err;

		strbuf_init(&b, 4096);
		err = flat_text(cases[i].yaml, strlen(cases[i].yaml), "x.yaml",
				note, &b, why, sizeof(why));
		ck_assert_msg(err == 0, "case %zu: %s", i, why);
		ck_assert_str_eq(b.s, cases[i].want);
		strbuf_done(&b);
	}
}
END_TEST

START_TEST(refuses_other_yaml_and_says_where)
{
	static const struct {
		const char *yaml, *want;
		int err;
	} cases[] = {
		{"just text", "x.yaml:1: expected \"key: value\"", -EBADMSG},
		{"- a\n", "x.yaml:1: expected \"key: value\", not a list",
		 -EBADMSG},
		{"a: 1\nb: [1\n", "x.yaml:3: ", -EBADMSG},
		{"a: 1\na: 2\n", "x.yaml:2: a is given twice", -EBADMSG},
		{"a:\n  b: 1\n  b: 2\n", "x.yaml:3: a.b is given twice",
		 -EBADMSG},
		{"a: &x 1\nb: *x\n", "x.yaml:1: anchors", -EBADMSG},
		{"a: &x {b: 1}\n", "x.yaml:1: anchors", -EBADMSG},
		{"b: *x\n", "x.yaml:1: aliases", -EBADMSG},
		{"a: !!int 3\n", "x.yaml:1: tags", -EBADMSG},
		{"? [a]\n: 1\n", "x.yaml:1: a key must be text", -EBADMSG},
		{"a: 1\n---\nb: 2\n", "x.yaml:2: a second document", -EBADMSG},
		{"a: \"x\\0y\"\n", "x.yaml:1: text holds a zero byte",
		 -EBADMSG},
		{"'': 1\n", "x.yaml:1: a key is empty", -EBADMSG},
		{"a: \xff\n", "x.yaml:1: ", -EBADMSG},
		{"a: {b: {c: {d: {e: {f: {g: {h: {i: 1}}}}}}}}",
		 "x.yaml:1: nested deeper than 8", -EMSGSIZE},
	};

	for (size_t i = 0; i < N(cases); i++) {
		char why[200] = "";
		int n = 0, err;

		err = flat_text(cases[i].yaml, strlen(cases[i].yaml), "x.yaml",
				count, &n, why, sizeof(why));
		ck_assert_msg(err == cases[i].err, "case %zu: %d %s", i, err,
			      why);
		ck_assert_msg(strncmp(why, cases[i].want,
				      strlen(cases[i].want)) == 0,
			      "case %zu: %s", i, why);
	}
}
END_TEST

/* Yaml with one key of this many letters and a value of this many. */
static int read_sizes(size_t key, size_t value)
{
	struct strbuf b;
	char why[200];
	int n = 0, err;

	strbuf_init(&b, FLAT_BYTES_MAX * 2);
	for (size_t i = 0; i < key; i++)
		strbuf_addc(&b, 'k');
	strbuf_add(&b, ": ");
	for (size_t i = 0; i < value; i++)
		strbuf_addc(&b, 'v');
	ck_assert(strbuf_ok(&b));
	err = flat_text(b.s, b.len, "x", count, &n, why, sizeof(why));
	strbuf_done(&b);

	return err;
}

START_TEST(holds_its_limits_and_not_one_more)
{
	ck_assert_int_eq(read_sizes(FLAT_PATH_MAX - 1, 1), 0);
	ck_assert_int_eq(read_sizes(FLAT_PATH_MAX, 1), -EMSGSIZE);
	ck_assert_int_eq(read_sizes(1, FLAT_VALUE_MAX - 1), 0);
	ck_assert_int_eq(read_sizes(1, FLAT_VALUE_MAX), -EMSGSIZE);
	ck_assert_int_eq(read_sizes(1, FLAT_BYTES_MAX), -EMSGSIZE);
}
END_TEST

START_TEST(holds_its_number_of_items_and_not_one_more)
{
	for (int extra = 0; extra < 2; extra++) {
		struct strbuf b;
		char why[200] = "";
		int n = 0, err;

		strbuf_init(&b, FLAT_BYTES_MAX);
		for (int i = 0; i < FLAT_ITEMS_MAX + extra; i++)
			strbuf_addf(&b, "k%d: %d\n", i, i);
		ck_assert(strbuf_ok(&b));
		err = flat_text(b.s, b.len, "x", count, &n, why, sizeof(why));
		ck_assert_int_eq(err, extra ? -EMSGSIZE : 0);
		ck_assert_int_eq(n, FLAT_ITEMS_MAX);
		strbuf_done(&b);
	}
}
END_TEST

static int refuse(void *arg, const struct flat_item *item)
{
	++*(int *)arg;

	return item->line == 2 ? -ECANCELED : 0;
}

START_TEST(stops_where_the_reader_refuses)
{
	char why[20] = "mine";
	int n = 0;

	ck_assert_int_eq(flat_text("a: 1\nb: 2\nc: 3\n", 15, "x", refuse, &n,
				   why, sizeof(why)),
			 -ECANCELED);
	ck_assert_int_eq(n, 2);
	ck_assert_str_eq(why, "mine");
}
END_TEST

START_TEST(reads_files_and_names_them)
{
	char path[] = "/tmp/test_flat.XXXXXX", why[200] = "";
	int fd = mkstemp(path), n = 0;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, "a: 1\nb: [\n", 10), 10);
	(void)close(fd);
	ck_assert_int_eq(flat_file(path, count, &n, why, sizeof(why)),
			 -EBADMSG);
	ck_assert_ptr_eq(strstr(why, path), why);
	(void)unlink(path);

	ck_assert_int_eq(flat_file(path, count, &n, why, sizeof(why)),
			 -ENOENT);
	ck_assert_ptr_nonnull(strstr(why, "No such file"));
	ck_assert_int_ne(flat_file("/", count, &n, why, sizeof(why)), 0);
}
END_TEST

START_TEST(slurps_its_limit_and_not_one_more)
{
	char path[] = "/tmp/test_flat.XXXXXX", *s = NULL;
	int fd = mkstemp(path);
	size_t len = 0;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, "12345", 5), 5);
	(void)close(fd);
	ck_assert_int_eq(flat_slurp(&s, &len, path, 4), -EMSGSIZE);
	ck_assert_ptr_null(s);
	ck_assert_int_eq(flat_slurp(&s, &len, path, 5), 0);
	ck_assert_uint_eq(len, 5);
	ck_assert_str_eq(s, "12345");
	mem_free(s);
	(void)unlink(path);
}
END_TEST

UNIT_MAIN("flat", reads_maps_and_lists, refuses_other_yaml_and_says_where,
	  holds_its_limits_and_not_one_more,
	  holds_its_number_of_items_and_not_one_more,
	  stops_where_the_reader_refuses, reads_files_and_names_them,
	  slurps_its_limit_and_not_one_more)
