/**
 * @file test_json_schema.c  What fits a schema and what does not
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "provider/json_schema.h"
#include "unit/unit.h"

#define CHOICES                                                              \
	"{\"type\":\"object\",\"properties\":{\"matches\":{\"type\":"        \
	"\"array\",\"items\":{\"$ref\":\"#/$defs/Choice\"}}},\"required\":[" \
	"\"matches\"],\"additionalProperties\":false,\"$defs\":{\"Choice\":" \
	"{\"enum\":[\"billing\",\"sales\"],\"type\":\"string\"}}}"

static const struct {
	const char *schema, *value;
	int err;
	const char *why; /* part of it */
} rows[] = {
	{"{}", "1", 0, ""},
	{"true", "1", 0, ""},
	{"false", "1", -EBADMSG, "must not be there"},
	{"{\"type\":\"string\"}", "\"a\"", 0, ""},
	{"{\"type\":\"string\"}", "1", -EBADMSG, "of type string"},
	{"{\"type\":\"integer\"}", "1", 0, ""},
	{"{\"type\":\"integer\"}", "1.0", 0, ""},
	{"{\"type\":\"integer\"}", "1.5", -EBADMSG, "integer"},
	{"{\"type\":\"number\"}", "1", 0, ""},
	{"{\"type\":\"boolean\"}", "false", 0, ""},
	{"{\"type\":\"null\"}", "0", -EBADMSG, "null"},
	{"{\"type\":[\"string\",\"null\"]}", "null", 0, ""},
	{"{\"type\":[\"string\",\"null\"]}", "[]", -EBADMSG, "as listed"},
	{"{\"const\":[1,{\"a\":2}]}", "[1,{\"a\":2}]", 0, ""},
	{"{\"const\":1}", "2", -EBADMSG, "required"},
	{"{\"minimum\":3}", "2", -EBADMSG, "bounds"},
	{"{\"minimum\":3}", "3", 0, ""},
	{"{\"exclusiveMaximum\":3}", "3", -EBADMSG, "bounds"},
	{"{\"maxLength\":2}", "\"\xc3\xa4\xc3\xb6\"", 0, ""},
	{"{\"maxLength\":2}", "\"abc\"", -EBADMSG, "bounds"},
	{"{\"minItems\":1}", "[]", -EBADMSG, "bounds"},
	{"{\"minItems\":1}", "\"\"", 0, ""},
	{CHOICES, "{\"matches\":[\"sales\",\"billing\"]}", 0, ""},
	{CHOICES, "{\"matches\":[]}", 0, ""},
	{CHOICES, "{\"matches\":[\"sales\",\"x\"]}", -EBADMSG,
	 "/matches/1 is none of the values allowed"},
	{CHOICES, "{}", -EBADMSG, "lacks \"matches\""},
	{CHOICES, "{\"matches\":[],\"more\":1}", -EBADMSG, "/more must not"},
	{CHOICES, "[]", -EBADMSG, "of type object"},
	{"{\"additionalProperties\":{\"type\":\"integer\"}}", "{\"a\":\"b\"}",
	 -EBADMSG, "/a must be of type integer"},
	{"{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}", "null", 0,
	 ""},
	{"{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}", "1",
	 -EBADMSG, "none of the alternatives"},
	{"{\"oneOf\":[{\"minimum\":1},{\"minimum\":2}]}", "1", 0, ""},
	{"{\"oneOf\":[{\"minimum\":1},{\"minimum\":2}]}", "2", -EBADMSG,
	 "more than one"},
	{"{\"allOf\":[{\"minimum\":1},{\"minimum\":2}]}", "1", -EBADMSG,
	 "bounds"},
	{"{\"$ref\":\"#/$defs/a~1b\",\"$defs\":{\"a/b\":{\"const\":1}}}", "1",
	 0, ""},
	{"{\"$ref\":\"#/$defs/none\"}", "1", -EINVAL, "$ref to nothing"},
	{"{\"$ref\":\"http://else.where/\"}", "1", -EINVAL, "$ref"},
	{"{\"$ref\":\"#\"}", "1", -EINVAL, "too deep"},
	{"{\"anyOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}", "1", -EINVAL,
	 "too deep"},
	{"{\"properties\":{\"a\":1}}", "{\"a\":1}", -EINVAL, "an object"},
	/* A tree of values, each of its own kind. */
	{"{\"type\":\"object\",\"properties\":{\"next\":{\"anyOf\":[{\"$ref\":"
	 "\"#\"},{\"type\":\"null\"}]}},\"required\":[\"next\"]}",
	 "{\"next\":{\"next\":{\"next\":null}}}", 0, ""},
};

START_TEST(says_what_fits_and_why_the_rest_does_not)
{
	json_t *schema = json_loads(rows[_i].schema, JSON_DECODE_ANY, NULL);
	json_t *v = json_loads(rows[_i].value, JSON_DECODE_ANY, NULL);
	char why[120] = "";
	int err;

	ck_assert_ptr_nonnull(schema);
	ck_assert_ptr_nonnull(v);
	err = json_schema_check(schema, v, why, sizeof(why));
	ck_assert_msg(err == rows[_i].err, "%s, %s: %d %s", rows[_i].schema,
		      rows[_i].value, err, why);
	ck_assert_msg(strstr(why, rows[_i].why) != NULL, "%s", why);
	json_decref(schema);
	json_decref(v);
}
END_TEST

static const struct {
	const char *schema;
	int strict;
} strict[] = {
	{CHOICES, 1},
	{"{\"type\":\"string\"}", 0},
	{"{\"type\":\"object\",\"properties\":{\"a\":{}}}", 0},
	{"{\"type\":\"object\",\"properties\":{\"a\":{}},\"required\":[\"a\"],"
	 "\"additionalProperties\":false}",
	 1},
	{"{\"type\":\"object\",\"properties\":{\"a\":{}},\"required\":[],"
	 "\"additionalProperties\":false}",
	 0},
	{"{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\","
	 "\"items\":{\"type\":\"object\"}}},\"required\":[\"a\"],"
	 "\"additionalProperties\":false}",
	 0},
};

START_TEST(asks_strictly_only_where_every_object_is_closed)
{
	json_t *schema = json_loads(strict[_i].schema, 0, NULL);

	ck_assert_int_eq(json_schema_is_strict(schema) != 0,
			 strict[_i].strict);
	json_decref(schema);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("json_schema");
	TCase *t = tcase_create("json_schema");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_loop_test(t, says_what_fits_and_why_the_rest_does_not, 0,
			    sizeof(rows) / sizeof(*rows));
	tcase_add_loop_test(t, asks_strictly_only_where_every_object_is_closed,
			    0, sizeof(strict) / sizeof(*strict));
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
