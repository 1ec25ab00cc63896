package callwarden.rules.caller_test

import data.callwarden.testing_test as testing

_input := testing.document("shell", {"commands": [{}]})

test_a_whole_input_is_not_partial if not "caller.partial_input" in testing.rules(_input)

test_an_input_without_facts_is_refused if {
	"caller.partial_input" in testing.rules(object.remove(_input, ["facts"]))
	testing.answer(object.remove(_input, ["facts"])).effect == "deny"
}

test_an_input_without_a_field_below_is_refused if {
	lacking := json.remove(_input, ["/facts/index/programs"])
	"caller.partial_input" in testing.rules(lacking)
}
