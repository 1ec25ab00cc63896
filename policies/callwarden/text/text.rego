# METADATA
# title: Text programs
# description: What sed, awk and jq are given works on text, and reaches nothing by an address of the web.
package callwarden.text

# METADATA
# title: Whether a host is only named within a text program
only(host) if {
	host.scheme in {"http", "https", ""}
	data.callwarden.org.text_programs[input.facts.commands[host.command].program]
}
