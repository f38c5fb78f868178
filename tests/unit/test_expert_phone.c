/**
 * @file test_expert_phone.c  libexpert: telephone numbers
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "expert.h"
#include "unit.h"

static const struct {
	const char *text, *country, *e164;
} numbers[] = {
	{"(212) 555-0142", "1", "+12125550142"},
	{"212.555.0142", "+1", "+12125550142"},
	{"1 212 555 0142", "1", "+12125550142"},
	{"+1 212 555 0142", "49", "+12125550142"},
	{"  +44 20 7946 0018", "1", "+442079460018"},
	{"011 44 20 7946 0018", "1", "+442079460018"},
	{"0044 20 7946 0018", "49", "+442079460018"},
	{"020 7946 0018", "44", "+442079460018"},
	{"030/1234567", "49", "+49301234567"},
	{"06 1234 5678", "39", "+390612345678"},
	{"+683 4000", "1", "+6834000"},
	{"555-0142", "1", NULL},
	{"112 555 0142", "1", NULL},
	{"212 155 0142", "1", NULL},
	{"+1 212 555 01420", "1", NULL},
	{"call me", "1", NULL},
	{"212 555 0142 ext. 4", "1", NULL},
	{"+1234567890123456", "1", NULL},
	{"1234567890123456789012345678901234567890", "44", NULL},
	{"++1 212 555 0142", "1", NULL},
	{"", "1", NULL},
	{"2125550142", "", NULL},
	{"2125550142", "12345", NULL},
	{"2125550142", "US", NULL},
};

START_TEST(numbers_get_the_form_of_networks)
{
	char ret[EXPERT_PHONE_BYTES] = "as it was";
	const char *want = numbers[_i].e164;
	int rc = expert_phone_e164(numbers[_i].text, numbers[_i].country, ret);

	ck_assert_msg(!strcmp(ret, want ? want : "as it was"), "%s: %s",
		      numbers[_i].text, ret);
	ck_assert_int_eq(rc, want ? EXPERT_OK : EXPERT_EINVAL);
}
END_TEST

static const struct {
	const char *e164, *text;
} forms[] = {
	{"+12125550142", "+1 212 555 0142"},
	{"+442079460018", "+44 207 946 0018"},
	{"+49301234567", "+49 301 234 567"},
	{"+358401234567", "+358 401 234 567"},
	{"+6834000", "+683 4000"},
	{"+491234567890123", "+49 123 456 789 0123"},
	{"+852123456789012", "+852 123 456 789 012"},
	{"2125550142", NULL},
	{"+", NULL},
	{"+12", NULL},
	{"", NULL},
};

START_TEST(numbers_can_be_read)
{
	char ret[EXPERT_PHONE_BYTES] = "as it was";
	const char *want = forms[_i].text;
	int rc = expert_phone_format(forms[_i].e164, ret);

	ck_assert_str_eq(ret, want ? want : "as it was");
	ck_assert_int_eq(rc, want ? EXPERT_OK : EXPERT_EINVAL);
}
END_TEST

START_TEST(null_is_refused)
{
	char ret[EXPERT_PHONE_BYTES];

	ck_assert_int_eq(expert_phone_e164(NULL, "1", ret), EXPERT_EINVAL);
	ck_assert_int_eq(expert_phone_e164("1", NULL, ret), EXPERT_EINVAL);
	ck_assert_int_eq(expert_phone_e164("1", "1", NULL), EXPERT_EINVAL);
	ck_assert_int_eq(expert_phone_format(NULL, ret), EXPERT_EINVAL);
	ck_assert_int_eq(expert_phone_format("+12125550142", NULL),
			 EXPERT_EINVAL);
}
END_TEST

#define N(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *s = suite_create("expert_phone");
	TCase *t = tcase_create("expert_phone");
	SRunner *r;
	int failed;

	tcase_add_loop_test(t, numbers_get_the_form_of_networks, 0,
			    N(numbers));
	tcase_add_loop_test(t, numbers_can_be_read, 0, N(forms));
	tcase_add_test(t, null_is_refused);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
