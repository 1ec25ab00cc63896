# METADATA
# title: Entries of data
# description: |
#   An entry says why it is there (`reason`) and may say how long (`until`, RFC 3339). A malformed or expired addition does
#   not apply; a malformed removal does, since the strict reading is the safe one.
package callwarden.settings.entry

# METADATA
# title: Whether an entry that adds something applies
# scope: document
applies(entry) if {
	is_string(entry.reason)
	entry.reason != ""
	object.get(entry, "until", null) == null
}

applies(entry) if {
	is_string(entry.reason)
	entry.reason != ""
	_end(entry.until) > time.now_ns()
}

# METADATA
# title: Whether an entry that takes something away applies
removes(entry) if not _over(entry)

# METADATA
# title: Whether a ceiling lets a name be added by a layer below
under(ceiling, name) if {
	some pattern in ceiling.may
	glob.match(pattern, ["."], name)
	not _never(ceiling, name)
}

_never(ceiling, name) if ceiling.never[name]

_over(entry) if _end(entry.until) <= time.now_ns()

_end(until) := time.parse_rfc3339_ns(until) if {
	is_string(until)
	regex.match(`^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$`, until)
}
