/**
 * @file phrases.c  What people say on the telephone, as templates
 *
 * SPDX-License-Identifier: MIT
 */
#include "provider/phrases.h"

/* Common pieces. */
/* Small numbers are said far more often than large ones. */
#define NUM "($n|$n|$n|$n|$n|$n|$t|$t $u)"
#define WHEN_                                                           \
	"(today|tonight|tomorrow|this (morning|afternoon|evening|week|" \
	"weekend|month)|next (week|month|$day)|[this|on] $day|"         \
	"tomorrow (morning|afternoon|evening|night))"
#define AT                                               \
	"([at] $hour|[at] $hour (a.m.|p.m.|o'clock)|"    \
	"[at] $hour (thirty|fifteen|forty five)|"        \
	"[at] $hour thirty (a.m.|p.m.)|half past $hour|" \
	"$hour in the (morning|afternoon|evening)|$hour tonight|noon)"
#define WANT                                                      \
	"(i'd like to|i would like to|i want to|i need to|can i|" \
	"could i|i'm calling to|i'd love to|i have to|may i|"     \
	"i was hoping to|i'm trying to|i wanted to|"              \
	"is it possible to|am i able to)"
#define WANTA                                                      \
	"(i'd like|i would like|i want|i need|can i (get|have)|"   \
	"could i (get|have)|i'll (take|have)|give me|let me have|" \
	"i'm (looking for|calling about|calling for)|may i have|"  \
	"we'd like|we need|do you have|i'm interested in)"
#define CANYOU "(can you|could you|would you|will you|please)"
#define THING                                                          \
	"(appointment|reservation|booking|order|table|meeting|"        \
	"account|bill|invoice|payment|delivery|package|refund|"        \
	"subscription|room|ticket|visit|cleaning|repair|prescription|" \
	"lesson|session|consultation|check up|haircut|quote|estimate)"
#define PERSON                                                         \
	"(a human|a person|a real person|a human being|someone|"       \
	"somebody|an agent|a representative|an operator|the manager|"  \
	"a manager|your manager|customer service|the front desk|"      \
	"the owner|a supervisor|reception|a live person|someone else|" \
	"an employee|the staff|the (sales|billing|service) department)"
#define POLITE "[please]"

const struct phrase phrases_general[] = {
	/* answers */
	{6, "(yes|yeah|yep|sure|okay|correct|right|exactly|yes please)"},
	{3, "(yes|yeah) (that's|that is|it is) (right|correct|fine|good|it)"},
	{3, "(that's|that is) (right|correct|fine|good|perfect|okay|it)"},
	{5, "(no|nope|no thanks|no thank you|not really|wrong)"},
	{3,
	 "no (that's|that is|it's) (wrong|not right|not correct|incorrect)"},
	{1, "(that's|that is) (wrong|not right|not correct|incorrect)"},
	{1, "(that's|that is) not (it|my name|my number|what i said|what i "
	    "meant|what i want)"},
	{1, "i don't know"},
	{1, "i'm not sure [yet]"},
	{.5, "(i'd|i would) rather not (say|give that|tell you)"},
	{.5, "i don't (have|want|need) (one|that|it|any)"},
	{.5, "(skip|never mind|forget) (it|that|that one)"},
	{.5, "never mind"},
	{.5, "none of (those|them|these)"},
	{.5, "that doesn't matter"},
	/* corrections */
	{4, "no (i said|i meant|it's|make it|make that|i want) " NUM},
	{1, "(actually|sorry|wait) (it's|make it|make that|i meant) " NUM},
	{1, "(actually|sorry|wait) " NUM " (people|of us)"},
	{2, "(not|it's not) " NUM " (it's|but|i said) " NUM},
	{1, "(can|could) (you|i|we) (change|make) (it|that) to " NUM},
	{1, "there (will be|are) " NUM " of us"},
	{1, "no (it's|i said) [on] $day"},
	{1, "(actually|sorry|wait) (it's|make it|make that|i meant) $day"},
	{1, "(i|you) (made a mistake|got (it|that|my name|the number) wrong)"},
	{1, "(that|this) (number|name|date|time|day) is (wrong|not right)"},
	{1, "(you|i) (misheard|misunderstood) [me]"},
	{1, "i meant (something else|the other one)"},
	{1, "i (want|need|would like|have) to change (my answer|that|"
	    "something|the (name|number|time|date|day))"},
	{1, "let me (correct|change|fix) that"},
	{1, "i changed my mind"},
	{1, "(start over|start again|let's start (over|again)|go back)"},
	/* repeats and waiting */
	{2, "(sorry|pardon|excuse me|what|huh|hello)"},
	{1, "(hello|hi) (are you|anybody) there"},
	{1, "can you hear me [now]"},
	{2, "(sorry|pardon|excuse me) " CANYOU
	    " (repeat that|say that again|repeat the question|say it again)"},
	{2, CANYOU
	 " (repeat that|say that again|repeat the question|"
	 "repeat it|say it again|speak up|speak slower|slow down) " POLITE},
	{1, "(say that again|come again|repeat that|one more time) " POLITE},
	{1, "(what|sorry what) (did you say|was that|was the question)"},
	{1, "[i'm] sorry i (didn't|did not|couldn't) (hear|understand|catch|"
	    "get) (that|you|what you said|the question)"},
	{1,
	 "i (didn't|did not|don't|can't) (hear|understand|catch) (that|you)"},
	{1, "what do you mean [by that]"},
	{1, "(hold on|wait|one moment|just a moment|one second|just a "
	    "second|hang on|give me a second|give me a minute|just a "
	    "minute|wait a minute|wait a second|hold on a second|hold on "
	    "a moment|one sec) " POLITE},
	{.5, "(let me|i need to) (think|check|look|see|look it up|find it)"},
	{.3, "i'm (still here|back|ready)"},
	/* people */
	{4, "(can|could|may) i (speak|talk) (to|with) " PERSON " " POLITE},
	{2, "(i'd like to|i would like to|i want to|i need to|let me) "
	    "(speak|talk) (to|with) " PERSON " " POLITE},
	{1,
	 "(connect|transfer|put) me (to|with|through to) " PERSON " " POLITE},
	{1, CANYOU " (connect|transfer|put) me (to|with|through to) " PERSON},
	{1, "(is there|get me|i want|i need) " PERSON " [i can (talk|speak) "
	    "to] " POLITE},
	{1, "(are you|am i (talking|speaking) (to|with)) (a robot|a machine|"
	    "a computer|a human|a real person)"},
	{.5, "(human|agent|operator|representative|manager) " POLITE},
	{1, "who (is this|am i (talking|speaking) (to|with)|are you)"},
	{1, "what is your name"},
	{1, "what's your name"},
	{.5,
	 "(can|could) (someone|somebody|you) call me back [later|" WHEN_ "]"},
	/* questions about a business */
	{3, "what are (your|the) [opening|business|office|store] hours [" WHEN_
	    "]"},
	{2, "what (time|day) do you (open|close) [" WHEN_ "]"},
	{2, "when (do|are) you (open|close|closed) [" WHEN_ "]"},
	{2, "(until|till) (when|what time) are you open [" WHEN_ "]"},
	{1, "how (late|long|early) are you open [" WHEN_ "]"},
	{2, "are you (open|closed) [right now|on (weekends|holidays|"
	    "christmas|thanksgiving)|" WHEN_ "|late|all day]"},
	{1,
	 "do you (open|close) (early|late|on (weekends|holidays)|" WHEN_ ")"},
	{1, "are you (still|already) open"},
	{3, "(do you have|is there|have you got) (parking|a parking lot|free "
	    "parking|any parking|a place to park|valet parking|street "
	    "parking|a garage|somewhere to park) [nearby|close by|there|in "
	    "front|behind the (house|building)]"},
	{2, "(where|how) (can|do|should) (i|we) (park|get there|find you|"
	    "enter|pay|sign up|pick it up)"},
	{1, "is (the parking|parking|delivery|it|the wifi|entry|admission|"
	    "breakfast) (free|included|extra|available|expensive)"},
	{2, "where are you [located]"},
	{1, "where (is|are) (your|the) (office|store|shop|restaurant|clinic|"
	    "entrance|location|building|place)"},
	{2, "what (is|is your|is the) (address|phone number|location|email "
	    "address|website)"},
	{2, "what's (your|the) (address|phone number|location|email "
	    "address|website|price|wait|cost|total|difference)"},
	{1, "how (far|long) (is it|does it take) [from (here|downtown|the "
	    "(airport|station|hotel))]"},
	{2, "how (much|expensive) (is (it|that|a " THING ")|does (it|that) "
	    "cost|do (i|we) (owe|pay)|do you charge|would that be|will it "
	    "cost|are (they|the tickets|the rooms))"},
	{1, "what (does|do|would|will) (it|they|that|a " THING ") cost"},
	{1, "(is there|do you charge) a (fee|cancellation fee|deposit|"
	    "minimum|cover charge|discount|service charge|delivery fee)"},
	{1, "(do|can) (you|i) (take|accept|pay (with|by)) (credit cards|"
	    "cash|checks|a credit card|debit|apple pay|cards|insurance|my "
	    "insurance)"},
	{2, "how long (is|will|would) (the wait|the waiting time|it|that|it "
	    "be|it take|the list) [right now|take|be]"},
	{1, "how long (do|will) (i|we) have to wait"},
	{1, "(is there|will there be) a (long wait|wait|line|waiting list)"},
	{1, "how many (people|tables|seats|rooms) (are|do you have|can you|"
	    "are there) [ahead of (me|us)|left|seat|available|waiting|in "
	    "line]"},
	{2, "do you (have|offer|serve|sell|make|do) (any|a|an|the) "
	    "(vegetarian|vegan|gluten free|kids|lunch|special|daily|private|"
	    "outdoor|quiet|large|small|wheelchair|high) (menu|options|food|"
	    "specials|room|seating|table|chair|chairs|access|dishes)"},
	{1, "do you (have|offer|serve|sell|take|make|do) (vegetarian food|"
	    "vegan food|outdoor seating|a patio|a terrace|wifi|a bar|wine|"
	    "beer|alcohol|coffee|breakfast|lunch|dinner|dessert|takeout|"
	    "delivery|reservations|walk ins|appointments|gift cards|a menu|"
	    "a bathroom|a restroom|a discount|high chairs|air conditioning|a "
	    "pool|a gym|an elevator|live music|a dress code|a website|"
	    "returns|refunds|catering|repairs|a warranty)"},
	{1, "(is|are) (there|you|it) (wheelchair accessible|handicap "
	    "accessible|kid friendly|dog friendly|pet friendly|accessible)"},
	{1, "are (dogs|pets|kids|children) (allowed|welcome|okay)"},
	{1, "(can|could|may) (i|we) (bring|take) (a|my|our) (dog|kids|"
	    "children|stroller|cake|wine|own wine|pet|baby|friend)"},
	{1, "(can|could) (i|we) (sit|eat|wait|stay) (outside|inside|at the "
	    "bar|on the patio|by the window|in the car)"},
	{1, "what (is|kind of (food|music|cars|insurance|payment|rooms) (is|"
	    "do you)) [on the menu|have|take|serve|the special|it]"},
	{1, "what's (on the menu|the special [today]|included|next)"},
	{1, "what (services|options|sizes|colors|times|dates|choices) (do you "
	    "(have|offer)|are (available|there))"},
	{1, "(what|which) (times|days|dates) (do you have|are available|are "
	    "(open|free|possible)) [" WHEN_ "]"},
	{1, "is (it|that|" WHEN_ ") (possible|available|okay|free|open|"
	    "still available)"},
	{1, "do you have (anything|something|a table|a room|an opening|an "
	    "appointment|availability|time) (available|free|open|[for] " WHEN_
	    "|earlier|later|sooner)"},
	{1, "(will|can|do) (you|they) (call|text|email|notify|remind) (me|us) "
	    "[when (it's|the table is|we are) (ready|next)|back|before]"},
	{1, "(do|will) (i|we) (get|need) (a text|a message|a call|a "
	    "confirmation|an email|to (bring|pay|call|wait|confirm|come) "
	    "[anything|in advance|back|early])"},
	{1, "what (do|should) (i|we) (bring|wear|need|do|need to (bring|do|"
	    "know))"},
	{1, "what happens (if|when) (i'm|we're|i am) (late|early|not there)"},
	{1, "(when|what time) (will|can|should|does|do) "
	    "(it|i|we|you|they|my " THING
	    ") (be ready|arrive|come [in]|start|end|be there|get here|"
	    "pick it up|expect it)"},
	{1, "where is my (order|package|delivery|refund|driver|technician)"},
	{1, "what's (the|my) (status|balance) [of my order]"},
	{1, "why (do you need|are you asking|is that|is it) [that|my number|"
	    "my name|closed|so (expensive|long)]"},
	{1, "what (is (this|that) for|do you need (that|it|my number|my name) "
	    "for)"},
	{1, "is (this|that) (call|line) (recorded|being recorded)"},
	{1, "(do you|can you) speak (spanish|french|german|chinese)"},
	{1, "(i have|can i ask [you]) (a|another|one more|a quick) question"},
	/* wishes */
	{1, WANT " (make|schedule|book|get|set up) (a|an|another|my) " THING
		 " [for " WHEN_ "]"},
	{1, WANT " (cancel|change|move|reschedule|confirm|check|update) (my|"
		 "the|our|an) " THING},
	{.5, CANYOU " (cancel|change|move|reschedule|confirm|check) (my|the|"
		    "our) " THING},
	{.5, CANYOU
	 " (send|give|tell|text|email) me (the|a|your|more) "
	 "(address|menu|details|information|confirmation|link|directions|"
	 "number|receipt|message)"},
	{.5, CANYOU " (help me|do that|tell me more)"},
	{.5, CANYOU " (add|note|put) (a|that|it|my) (note|allergy|birthday|"
		    "name|down|request|in) [on|there|to the list]"},
	{.5, "we (have|need|are bringing) (a baby|a high chair|two kids|a "
	     "wheelchair|an allergy|a dog)"},
	{.5, "(i have|it's) (an emergency|urgent|a birthday|an allergy)"},
	{.5, "i'm (running late|on my way|almost there|in a hurry|driving|"
	     "outside|here|allergic to nuts)"},
	{.3, "i'll (call back|be there|be late|wait|take it|think about it)"},
	/* closings */
	{2, "(thank you|thanks) [very much|so much|a lot|for your help|for "
	    "calling]"},
	{2, "(thank you|thanks) (bye|goodbye|bye bye|have a (good|nice) "
	    "(day|one|evening))"},
	{2, "(goodbye|bye|bye bye|see you|see you later|have a (good|nice|"
	    "great) (day|evening|night|weekend))"},
	{1, "(that's|that is|that will be|that'll be) (all|it|everything) "
	    "[thank you|thanks|for (now|today)|bye]"},
	{1, "no (that's|that is|that was) (all|it|everything) [thank you|"
	    "thanks|bye]"},
	{1, "nothing else [thank you|thanks]"},
	{1, "(great|perfect|wonderful|awesome|excellent|good|alright|all "
	    "right|okay|cool|fine) [thanks|thank you|bye]"},
	{.5, "(sounds|looks) (good|great|right|fine)"},
	{.5, "(uh-huh|mm-hmm|i see|got it|i understand|of course|go ahead)"},
	{1, "(hello|hi|good (morning|afternoon|evening)|hey)"},
	{.5, "(how are you|i'm fine|i'm good)"},
	{.2, "(i'm|i am) (not interested|busy|driving) [right now]"},
	{.2, "(wrong number|stop|stop it|shut up|cancel|quit|help|be quiet)"},
	{.2, "(you (have|called) the wrong number|please don't call (me|"
	     "again))"},
	{0, NULL},
};

const struct phrase phrases_open[] = {
	{3, WANT " (make|schedule|book|get|set up) (a|an|another) " THING
		 " [for " NUM "] [" WHEN_ "] [" AT "]"},
	{2, WANTA " (a|an|my|the|some) " THING " [for " NUM
		  " (people|persons|of us)] [" WHEN_ "]"},
	{2, "(a|[a] table) for " NUM " " POLITE},
	{2, "[a] table for " NUM " [people] [" WHEN_ "] [" AT "] " POLITE},
	{2, WANT " (put my name|put us|put me|be|get|sign up|add my name) (on|"
		 "for) (the|your) (waiting list|waitlist|list|wait list)"},
	{2, "(put|add) (me|us|my name) (on|to) the (waiting list|waitlist|"
	    "list) " POLITE},
	{2, WANT " (cancel|change|move|reschedule|confirm|check|update|pay|"
		 "track|return|pick up|place) (my|the|our|an|a) " THING
		 " [for " WHEN_ "]"},
	{2, "i'm calling (about|because of|regarding|for) "
	    "(my|the|a|an|our) " THING " [" WHEN_ "]"},
	{2, "i have (a (question|problem|complaint)|an (issue|appointment)) "
	    "[(about|with|for) (my|the|your) " THING "]"},
	{1, "(my|the) (car|computer|phone|internet|heating|heater|furnace|"
	    "water heater|sink|toilet|dishwasher|printer|order|account|card) "
	    "(is (broken|not working|leaking|missing|late|locked|blocked)|"
	    "doesn't work|won't start|stopped working|broke down)"},
	{1, WANT
	 " (report|leave|order|buy|return|rent|ask about|know|find "
	 "out|talk about|hear about|sell|learn more about) (a|an|the|some|"
	 "your|my) (problem|message|pizza|car|apartment|room|menu|prices|"
	 "hours|product|services|insurance|loan|policy|accident|claim)"},
	{1,
	 WANT " (make|leave|pay|order|cancel|reschedule|sign up|register|"
	      "complain|check in|check out|speak to sales|open an account)"},
	{1, "(billing|sales|support|service|technical support|appointments|"
	    "reservations|delivery|returns|shipping|repairs|opening hours|"
	    "hiring|human resources|accounting|reception|the doctor|a "
	    "nurse)"},
	{1, "(my|this) (name|is) [is] $first $last [and] [i'm calling (about|"
	    "for) (a|my) " THING "]"},
	{1, "this is $first [$last]"},
	{1, "we (are|have|need|want) [a party of] " NUM " (people|of us|"
	    "adults) [and " NUM " (children|kids)]"},
	{1, "for " NUM " people (" WHEN_ ") [" AT "]"},
	{1, "[" WHEN_ "] " AT},
	{1, "(it's|there's) about (my|the|an|a) " THING},
	{1, "someone (called|texted) me [from this number|earlier|yesterday]"},
	{1, "i (lost|forgot|left) my (password|wallet|phone|keys|card|jacket|"
	    "bag|glasses) [there|yesterday|at your (place|office|store)]"},
	{1, "i (got|received) (a (bill|letter|call|message|text)|the wrong "
	    "(order|item|size))"},
	{1, "i (want|would like|need) (my money back|a refund|to return (it|"
	    "something|an item))"},
	{0, NULL},
};

const struct phrase phrases_yes_no[] = {
	{20, "(yes|yeah|yep|no|nope)"},
	{4, "(yes|yeah|sure|okay|yup|correct|right|exactly|absolutely|"
	    "definitely|certainly|of course|please do|go ahead|fine|perfect|"
	    "great|yes sir|yes ma'am|uh-huh|mm-hmm|i do|i am|it is|i think "
	    "so|that works|sounds good)"},
	{6, "(yes|yeah|yep) [please|sure|okay|exactly|correct|thank you|i do|"
	    "it is|i am|that works|of course|go ahead|definitely]"},
	{8, "(yes|yeah|yep) (that's|that is|it's|it is) (right|correct|fine|"
	    "good|it|okay|perfect|true|me|my number|my name)"},
	{6, "(that's|that is) (right|correct|fine|good|it|okay|perfect|true)"},
	{4, "(no|nope) [thanks|thank you|not really|never|i don't|i'm not|it "
	    "isn't|it's not|not yet|not today|sorry|i'm good]"},
	{8, "(no|nope) (that's|that is|it's|it is|that was) (wrong|not right|"
	    "not correct|incorrect|not it|not my name|not my number|false)"},
	{3, "(that's|that is|it's) (wrong|not right|not correct|incorrect|not "
	    "it|false)"},
	{3, "(no|nope|wrong) (it's|i said|i meant|make it|it is) " NUM},
	{1, "(no|nope|wrong) (it's|i said|i meant|my name is) $first [$last]"},
	{2, "(no|nope|wrong) (it's|i said|i meant|the number is|it is) $d $d "
	    "$d $d [$d] [$d] [$d] [$d $d $d]"},
	{1, "(no|nope|wrong) (it's|i said|i meant|make it) ([on] $day|" WHEN_
	    "|" AT ")"},
	{1, "(no|nope) (the last (digit|number|four) (is|are)|it ends (in|"
	    "with)) $d [$d] [$d] [$d]"},
	{1, "(not (really|yet|exactly|quite)|i don't think so|maybe|i guess "
	    "so|almost|kind of)"},
	{0, NULL},
};

const struct phrase phrases_name[] = {
	{14, "$first $last"},
	{5, "$first"},
	{4, "$last"},
	{8, "(my name is|it's|this is|the name is|i'm|it is|i am|the name's|"
	    "my name's|name is) $first $last [please]"},
	{4, "(my name is|it's|this is|the name is|i'm|it is|i am|my first "
	    "name is|call me|just) $first"},
	{3, "(my name is|it's|the name is|it is|last name is|my last name is|"
	    "under|put it under|last name|mister|misses|miss|doctor|the last "
	    "name is) $last"},
	{2, "(yes|yeah|sure|okay|uh|um|hi|hello|yes hi) (my name is|it's|this "
	    "is|i'm) $first [$last]"},
	{1, "(sure|okay|yes) $first [$last]"},
	{1, "(put it under|under|on the name [of]|for|the name of|put down) "
	    "$first [$last]"},
	{1, "first name $first last name $last"},
	{1, "(first name|my first name is) $first"},
	{2, "no (it's|my name is|i said|the name is|not $first it's) $first "
	    "[$last]"},
	{1, "no (it's|my last name is|i said|the last name is) $last"},
	{1, "$first $letter $last"},
	{1, "$last comma $first"},
	{2, "[it's|that's|spelled|i spell it|it is spelled] $letter $letter "
	    "$letter $letter [$letter] [$letter] [$letter $letter] [$letter]"},
	{1, "[$first] $last (that's|spelled) $letter $letter $letter $letter "
	    "[$letter] [$letter] [$letter]"},
	{0, NULL},
};

const struct phrase phrases_integer[] = {
	{20, NUM},
	{5, "(for|a party of|party of|we are|we're|it's|there are|there will "
	    "be|there'll be|it will be|just|about|make it|around|i think|"
	    "maybe|probably|only|that's|i need|i have|i want|table for|a "
	    "table for|it's for|for about|at least|it would be|we have|we'll "
	    "be|i'd say) " NUM},
	{5, "[for|a party of|party of|we are|we're|it's|there are|there will "
	    "be|it's for|for about|we'll be|just|it will be|a table for] " NUM
	    " (people|of us|persons|adults|guests|in total|altogether|please|"
	    "pieces|years old|tickets|rooms|nights|days|hours|minutes|items|"
	    "times|kids|children)"},
	{2, NUM " (adults|people) (and|plus) " NUM " (kids|children|child|"
		"baby)"},
	{2, "(just|only) (me|the two of us|myself|one|us two)"},
	{2, "(just (me|myself)|me and my (wife|husband|friend|son|daughter|"
	    "partner|family)|a couple|a dozen|half a dozen)"},
	{3, "no (i said|it's|i meant|make it|we are|there are|it's for) " NUM
	    " [people|of us]"},
	{2, "(sorry|actually|wait) [make it|it's|make that|i meant|no] " NUM
	    " [people|of us]"},
	{1, NUM " (no|sorry|actually|wait) " NUM},
	{1, NUM " or " NUM},
	{2, "(yes|yeah|uh|um|okay|sure|let me see|well) [it's|for|we are] " NUM
	    " [people]"},
	{1, "[one|a|$u] hundred [[and] " NUM "]"},
	{.5, "$u thousand"},
	{.5, "(zero|none)"},
	{0, NULL},
};

#define D2 "$d $d"
#define D3 "$d $d $d"
#define D4 "$d $d $d $d"
const struct phrase phrases_digits[] = {
	{12, D3 " " D4},
	{14, D3 " " D3 " " D4},
	{3, "one " D3 " " D3 " " D4},
	{3, D4},
	{2, D2},
	{2, D3},
	{2, D2 " " D3},
	{2, D3 " " D3},
	{2, D4 " " D4},
	{1, D4 " " D4 " $d"},
	{1, "$d"},
	{6, "(it's|my number is|the number is|my phone number is|it is|sure "
	    "it's|yes it's|you can reach me at|call me at|yeah it's|okay "
	    "it's|my cell is|area code|that's|the code is|my id is|that "
	    "would be) " D3 " [" D3 "] " D4},
	{2, "(it's|my number is|the number is|the code is|my id is|it is|my "
	    "pin is) " D4 " [$d] [$d]"},
	{2, "(no|sorry|wait|actually|no sorry) [it's|i said|that's|the number "
	    "is] " D3 " [" D3 "] " D4},
	{1, "(no|sorry) (the last (digit|number) is|it ends (in|with)|the "
	    "last four are|it's) $d [$d] [$d] [$d]"},
	{2, D3 " (double|triple) $d [$d] [$d] [$d] [$d]"},
	{1, "(double|triple) $d $d [$d] [$d] [$d]"},
	{1, D3 " (double|triple) $d (double|triple) $d"},
	{1, D3 " [" D3 "] ($t $u|$t|$n) ($t $u|$t|$n)"},
	{1, "[eight|" D3 "] hundred " D3 " " D4},
	{.5, D3 " (dash|then|and) " D4},
	{.5, "plus " D2 " " D3 " " D4 " [$d] [$d]"},
	{1, "(and|then) " D2 " [$d] [$d]"},
	{0, NULL},
};

#define ORD "($ord|$tord|$t $uord)"
#define DATE_                                                            \
	"(" WHEN_ "|[the] " ORD "|$month [the] " ORD "|the " ORD         \
	" of $month|$day [the] " ORD "|$day $month [the] " ORD           \
	"|[on] $day|the day after tomorrow|a week from (today|$day)|in " \
	"(a week|two weeks|a month|$n days))"
const struct phrase phrases_date[] = {
	{10, "(" WHEN_ ")"},
	{10, DATE_},
	{5, "[on|for|it's|how about|let's say|i'd like|maybe|make it|what "
	    "about|i'd prefer] (" DATE_ ") [please|would be (good|great|fine)|"
	    "works|if possible]"},
	{3, "$month " ORD},
	{2, "(as soon as possible|any day|sometime next week|the sooner the "
	    "better|whenever|any time|the (first|next) available)"},
	{2, "no [i said|on|it's|make it|i meant] (" WHEN_ "|[the] " ORD
	    "|$month [the] " ORD ")"},
	{2, "$month " ORD " (nineteen|twenty) ($t $u|$t|$n|oh $u)"},
	{1, "$month " ORD " two thousand [and] ($n|$t $u)"},
	{0, NULL},
};

const struct phrase phrases_time[] = {
	{8, "(" WHEN_ ") " AT},
	{8, AT},
	{3, "[on|for|how about|let's say|i'd like|maybe|make it] [" WHEN_
	    "] " AT " [please|would be (good|great|fine)|works]"},
	{2, AT " (" WHEN_ ")"},
	{2,
	 "(in the (morning|afternoon|evening)|after (lunch|work|$hour)|"
	 "before (noon|$hour)|around $hour|any time|as (early|late|soon) as "
	 "possible|between $hour and $hour)"},
	{2, "$hour ($t|$t $u|oh $u|fifteen|ten) [a.m.|p.m.]"},
	{2, "(a quarter|quarter|ten|five|twenty) (past|to|after|of) $hour"},
	{1, "(the|that) (first|second|third|last|earlier|later) (one|time)"},
	{1, "$month [the] " ORD " " AT},
	{1, "[the] " ORD " " AT},
	{0, NULL},
};

const struct phrase phrases_choice[] = {
	{12, "$choice"},
	{4, "$choice please"},
	{4, "(the|a|an|for|it's|i'd like|i want|i'd prefer|i'll take|i think|"
	    "let's (say|do)|maybe|i need|make it|give me|i would like|rather|"
	    "i'd rather have) [the|a|an|some|to] $choice [please|one]"},
	{2, "(yes|yeah|okay|um|uh|well|no|sorry) [the|it's|i said] $choice"},
	{1, "(the|that) (first|second|third|last) (one|option)"},
	{0, NULL},
};

const struct phrase_class phrase_classes[] = {
	{"$d", "zero oh one two three four five six seven eight nine", 0},
	{"$n",
	 "two four three five six one eight seven ten twelve nine fifteen "
	 "eleven fourteen sixteen thirteen eighteen seventeen nineteen",
	 0},
	{"$t", "twenty thirty forty fifty sixty seventy eighty ninety", 0},
	{"$u", "one two three four five six seven eight nine", 0},
	{"$hour",
	 "one two three four five six seven eight nine ten eleven twelve", 0},
	{"$day", "monday tuesday wednesday thursday friday saturday sunday",
	 0},
	{"$month",
	 "january february march april may june july august september "
	 "october november december",
	 0},
	{"$ord",
	 "first second third fourth fifth sixth seventh eighth ninth tenth "
	 "eleventh twelfth thirteenth fourteenth fifteenth sixteenth "
	 "seventeenth eighteenth nineteenth",
	 0},
	{"$tord", "twentieth thirtieth", 0},
	{"$uord", "first second third fourth fifth sixth seventh eighth ninth",
	 0},
	{"$letter", "a b c d e f g h i j k l m n o p q r s t u v w x y z", 0},
	{"$first", names_first, 1},
	{"$last", names_last, 1},
	{NULL, NULL, 0},
};
