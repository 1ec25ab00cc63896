package callwarden.settings.shape_test

import data.callwarden.settings.shape
import data.callwarden.testing_test as testing

_asked := testing.document("shell", {"commands": [{"program": "git"}]})

test_the_starter_is_well_formed if shape.problems == set() with input as _asked

test_a_profile_without_a_mapping_is_a_problem if {
	problems := shape.problems with input as _asked with data.callwarden.profiles.coding.read as ["workspace"]
	problems == {"profiles.coding.read is not a mapping"}
}

test_forbidden_programs_that_are_no_mapping_are_a_problem if {
	count(shape.problems) == 2 with input as _asked with data.callwarden.org.forbidden_programs as []
	count(shape.problems) == 2 with input as _asked with data.callwarden.org as {}
}

test_operations_that_are_no_mapping_are_a_problem if {
	problems := shape.problems with input as _asked with data.callwarden.org.operations.destructive.git as []
	problems == {"org.operations.destructive.git is not a mapping"}
}

# The large tables, whole: what `problems` looks at name by name.
test_every_program_has_a_group if {
	every _, group in data.callwarden.org.programs { is_string(group) }
}

test_every_host_has_a_group_and_a_reason if {
	every _, host in data.callwarden.org.hosts {
		is_string(host.group)
		is_string(host.reason)
	}
}

test_every_operation_has_an_effect_and_a_reason if {
	every _, programs in data.callwarden.org.operations {
		every _, told in programs {
			every operation in [operation | some operations in told; some operation in operations] {
				operation.effect in {"deny", "escalate"}
				is_string(operation.reason)
				object.keys(operation) - {"effect", "reason", "words", "options", "argument", "index"} == set()
				regex.is_valid(object.get(operation, "argument", ""))
			}
		}
	}
}
