package callwarden.operations_test

import data.callwarden.operations

_push := {"args": ["push", "--force"], "operands": ["push"], "options": {"--force": [""]}}

test_an_empty_description_fits_any_use if operations.does(_push, {})

test_every_word_must_stand_there if {
	operations.does(_push, {"words": ["push"]})
	not operations.does(_push, {"words": ["push", "origin"]})
}

test_one_of_the_options_must_be_given if {
	operations.does(_push, {"options": ["-f", "--force"]})
	operations.does({"args": ["-f"], "operands": [], "options": {}}, {"options": ["-f"]})
	not operations.does(_push, {"options": ["--mirror"]})
}

test_one_argument_must_match if {
	operations.does(_push, {"argument": `^--for`})
	not operations.does(_push, {"argument": `^origin$`})
}
