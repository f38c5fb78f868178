/**
 * @file test_twilio_sign.c  Signatures of webhooks
 *
 * The vectors were made with Twilio's own library, auth token "12345".
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "channel/twilio_sign.h"
#include "unit/unit.h"

static const char token[] = "12345";

static const struct twilio_param call[] = {
	{"To", "+18005551212"},           {"Digits", "1234"},
	{"CallSid", "CA1234567890ABCDE"}, {"From", "+14158675309"},
	{"Caller", "+14158675309"},
};
static const struct twilio_param repeated[] = {
	{"C", "\xc3\xa9\xf0\x9f\x98\x80"},
	{"B", "2"},
	{"A", ""},
	{"B", "1"},
	{"B", "2"},
};

static const struct vector {
	const char *url;
	const struct twilio_param *p;
	size_t n;
	const char *signature;
} vectors[] = {
	{"https://mycompany.com/myapp.php?foo=1&bar=2", call, 5,
	 "RSOYDt4T1cUTdK1PDd93/VVr8B8="},
	{"wss://example.com/media", NULL, 0, "7PR3qMkpDyEJtMrVOY/LDyNq8J8="},
	{"wss://example.com:8443/media", NULL, 0,
	 "zIjoqZ3nlEc7ZXcQZKHvFkTIEFQ="},
	{"wss://bot.example/twilio/media", NULL, 0,
	 "WJC7rLLVg0rX2vWEIqICP/26jXE="},
	{"https://h.example/x", repeated, 5, "eGFKDij8NJeyi793ZRHxbC/nN5I="},
};

START_TEST(makes_the_signatures_of_the_vectors)
{
	const struct vector *v = &vectors[_i];
	struct twilio_param p[8];
	char out[TWILIO_SIGNATURE_BYTES];

	if (v->n)
		memcpy(p, v->p, v->n * sizeof(p[0]));
	ck_assert_int_eq(twilio_sign(out, token, v->url, p, v->n), 0);
	ck_assert_str_eq(out, v->signature);
	ck_assert_int_ne(
		twilio_signed(v->signature, token, v->url, p, v->n, NULL, 0),
		0);
}
END_TEST

START_TEST(refuses_every_other_signature)
{
	const struct vector *v = &vectors[0];
	struct twilio_param p[8];
	char bad[TWILIO_SIGNATURE_BYTES];

	memcpy(p, v->p, v->n * sizeof(p[0]));
	for (size_t i = 0; i < strlen(v->signature); i++) {
		memcpy(bad, v->signature, sizeof(bad));
		bad[i] ^= 1;
		ck_assert_int_eq(
			twilio_signed(bad, token, v->url, p, v->n, NULL, 0),
			0);
	}
	ck_assert_int_eq(twilio_signed(NULL, token, v->url, p, v->n, NULL, 0),
			 0);
	ck_assert_int_eq(twilio_signed("", token, v->url, p, v->n, NULL, 0),
			 0);
	ck_assert_int_eq(
		twilio_signed(v->signature, "12346", v->url, p, v->n, NULL, 0),
		0);
	ck_assert_int_eq(twilio_signed(v->signature, token, v->url, p,
				       v->n - 1, NULL, 0),
			 0);
	ck_assert_int_eq(twilio_signed(v->signature, token,
				       "http://mycompany.com/myapp.php"
				       "?foo=1&bar=2",
				       p, v->n, NULL, 0),
			 0);
	p[0].value = "+18005551213";
	ck_assert_int_eq(
		twilio_signed(v->signature, token, v->url, p, v->n, NULL, 0),
		0);
}
END_TEST

START_TEST(takes_a_default_port_with_or_without)
{
	static const struct {
		const char *signed_url, *url;
		int good;
	} cases[] = {
		{"https://a.example/x", "https://a.example:443/x", 1},
		{"https://a.example:443/x?y=1", "https://a.example/x?y=1", 1},
		{"wss://a.example:443/x", "wss://a.example/x", 1},
		{"http://a.example:80", "http://a.example", 1},
		{"http://[::1]:80/x", "http://[::1]/x", 1},
		{"http://[::1]/x", "http://[::1]:80/x", 1},
		{"https://a.example:80/x", "https://a.example/x", 0},
		{"https://a.example:8443/x", "https://a.example/x", 0},
		{"https://a.example/x", "https://a.example:8443/x", 0},
		{"https://a.example/x:443", "https://a.example/x", 0},
		{"nonsense", "nonsense:443", 0},
	};
	char out[TWILIO_SIGNATURE_BYTES];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_int_eq(
			twilio_sign(out, token, cases[i].signed_url, NULL, 0),
			0);
		ck_assert_msg(twilio_signed(out, token, cases[i].url, NULL, 0,
					    NULL, 0) == cases[i].good,
			      "%s", cases[i].url);
	}
}
END_TEST

START_TEST(covers_a_body_that_is_no_form_by_its_hash)
{
	static const char body[] = "{\"property\": \"value\", "
				   "\"boolean\": true}";
	static const char url[] =
		"https://mycompany.com/myapp.php?foo=1&bar=2&bodySHA256="
		"0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96"
		"e6620";
	static const char signature[] = "a9nBmqA0ju/hNViExpshrM61xv4=";
	char plain[TWILIO_SIGNATURE_BYTES];

	ck_assert_int_ne(twilio_signed(signature, token, url, NULL, 0, body,
				       sizeof(body) - 1),
			 0);
	ck_assert_int_eq(twilio_signed(signature, token, url, NULL, 0, body,
				       sizeof(body) - 2),
			 0);
	/* Well signed, but nothing vouches for the body. */
	ck_assert_int_eq(
		twilio_sign(plain, token, "https://h.example/?a=1", NULL, 0),
		0);
	ck_assert_int_eq(twilio_signed(plain, token, "https://h.example/?a=1",
				       NULL, 0, body, sizeof(body) - 1),
			 0);
}
END_TEST

int main(void)
{
	/* A loop over the vectors, which UNIT_MAIN does not do. */
	Suite *suite = suite_create("twilio_sign");
	TCase *tc = tcase_create("twilio_sign");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, makes_the_signatures_of_the_vectors, 0,
			    sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_test(tc, refuses_every_other_signature);
	tcase_add_test(tc, takes_a_default_port_with_or_without);
	tcase_add_test(tc, covers_a_body_that_is_no_form_by_its_hash);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
