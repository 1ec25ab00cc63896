package callwarden.variables_test

import data.callwarden.variables

_plain := {"program": "make", "environment": {"A": "1"}, "args": ["B=2"]}

test_a_command_sets_what_stands_before_it if variables.set_by(_plain) == {"A": "1"}

test_export_sets_its_arguments if {
	variables.set_by({"program": "export", "environment": {}, "args": ["A=1=2", "B", "-x", "=c", "--d=e"]}) == {"A": "1=2"}
}

test_unset_takes_away if {
	variables.changed_by({"program": "unset", "environment": {}, "args": ["A"]}) == {"A": ""}
	variables.changed_by(_plain) == {"A": "1"}
}
