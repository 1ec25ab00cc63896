package callwarden.settings.entry_test

import data.callwarden.settings.entry

test_an_entry_with_a_reason_applies if entry.applies({"reason": "because"})

test_an_entry_applies_until_its_end if {
	entry.applies({"reason": "because", "until": "2099-01-01T00:00:00Z"})
	not entry.applies({"reason": "because", "until": "2020-01-01T00:00:00Z"})
}

test_an_addition_without_reason_does_not_apply if {
	not entry.applies({})
	not entry.applies({"reason": ""})
	not entry.applies({"reason": 1})
	not entry.applies("because")
}

test_an_addition_with_an_unreadable_end_does_not_apply if {
	not entry.applies({"reason": "because", "until": "soon"})
	not entry.applies({"reason": "because", "until": 7})
}

test_a_removal_applies_unless_it_is_over if {
	entry.removes({"reason": "because"})
	entry.removes({})
	entry.removes({"until": "soon"})
	entry.removes({"until": "2099-01-01T00:00:00Z"})
	not entry.removes({"until": "2020-01-01T00:00:00Z"})
}

test_a_ceiling_is_patterns_less_names if {
	entry.under({"may": ["*.example"], "never": {}}, "a.example")
	not entry.under({"may": ["*.example"], "never": {}}, "a.b.example")
	not entry.under({"may": ["**"], "never": {"a.example": true}}, "a.example")
	not entry.under({"may": []}, "a.example")
}
