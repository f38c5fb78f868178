/**
 * @file hotel.cc  An Expert in C++: the reception of a hotel
 *
 * The client belongs to a unique_ptr, and the handlers of a call reach a C++
 * object by their arg. No exception may leave a handler.
 *
 *   EXPERT_URL=ws://127.0.0.1:8800 EXPERT_API_KEY=... ./hotel
 *
 * EXPERT_NUMBER is the number that it listens on.
 *
 * SPDX-License-Identifier: MIT
 */
#include <expert.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>

namespace {

struct Free {
	void operator()(expert *e) const { expert_free(e); }
	void operator()(char *text) const { std::free(text); }
};

using Client = std::unique_ptr<expert, Free>;
using Text = std::unique_ptr<char, Free>;

class Hotel {
public:
	void start(expert_call *call)
	{
		expert_task *task = expert_task_new("stay");

		expert_task_objective(task, "Take bookings of rooms.");
		expert_task_field(task, field("guest", "text", "Guest's name"));
		expert_task_field(task, field("nights", "integer",
					      "Number of nights"));
		expert_set_task(call, task);
	}

	void answer(expert_question *q) const
	{
		for (const auto &known : answers) {
			if (!expert_text_has(expert_question_text(q),
					     known.first.c_str()))
				continue;
			expert_answer(q, known.second.c_str());
			return;
		}
		expert_decline(q);
	}

	void book(expert_call *call)
	{
		Text guest(expert_field_dup(call, "guest"));
		const auto nights = expert_field_integer(call, "nights", 1);

		bookings[guest ? guest.get() : ""] = nights;
		std::printf("booked: %s, %lld nights\n",
			    guest ? guest.get() : "",
			    static_cast<long long>(nights));
		expert_hangup(call, "Thank the guest.");
	}

private:
	/* Good until the end of the statement that it is in. */
	const expert_field *field(const char *key, const char *type,
				  const char *description)
	{
		last = expert_field{};
		last.size = sizeof(last);
		last.key = key;
		last.type = type;
		last.description = description;
		return &last;
	}

	expert_field last{};
	std::map<std::string, long long> bookings;
	const std::map<std::string, std::string> answers = {
		{"breakfast", "Breakfast is from seven to ten."},
		{"dog", "Dogs are welcome."},
		{"pool", "The pool is on the roof."},
	};
};

/* From the C of the library into the object. */
Hotel &of(void *arg)
{
	return *static_cast<Hotel *>(arg);
}

expert_handlers make_handlers()
{
	expert_handlers h{};

	h.size = sizeof(h);
	h.on_call_start = [](expert_call *call, void *arg) {
		of(arg).start(call);
	};
	h.on_question = [](expert_call *, expert_question *q, void *arg) {
		of(arg).answer(q);
	};
	h.on_task_complete = [](expert_call *call, const char *, void *arg) {
		of(arg).book(call);
	};
	return h;
}

} // namespace

int main()
{
	const expert_handlers handlers = make_handlers();
	const char *number = std::getenv("EXPERT_NUMBER");
	Client client(expert_new(nullptr));
	Hotel hotel;

	std::setvbuf(stdout, nullptr, _IOLBF, 0);
	expert_persona(client.get(), "Vera", "Hotel Bellevue", "book rooms");
	expert_listen_phone(client.get(), number ? number : "+15555550100",
			    &handlers, &hotel);
	if (expert_run(client.get()) == EXPERT_OK)
		return 0;
	std::fprintf(stderr, "hotel: %s\n", expert_error(client.get()));
	return 1;
}
