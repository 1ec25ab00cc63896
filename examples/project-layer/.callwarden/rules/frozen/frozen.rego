# METADATA
# title: Frozen folder
# description: |
#   Nothing below vendor/ is written. The release job replaces it as a whole.
package callwarden.layers.project.rules.frozen

# METADATA
# title: A write below vendor/
# custom:
#   severity: medium
findings contains {
	"rule": "frozen.vendor",
	"effect": "deny",
	"part": path.part,
	"reason": sprintf("%s lies below vendor/, which only the release job replaces", [path.path]),
	"help": "Change the upstream project and update the vendored copy as a whole.",
	"severity": "medium",
	"tags": [],
} if {
	some access in ["write", "append", "create", "delete", "move"]
	some position in input.facts.index.accesses[access]
	path := input.facts.paths[position]
	startswith(path.path, sprintf("%s/vendor/", [input.session.workspace]))
}
