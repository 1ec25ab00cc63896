# METADATA
# title: What is judged later
# description: |
#   A process that names a host need not be judged by it where each of its requests will be: the egress door holds, and
#   the namespaces leave no other way out. Hosts of a class (tunnel services, pools, drops) are never left for later.
package callwarden.later

# METADATA
# title: Whether the requests of a process that starts to this host meet the egress door
# scope: document
judged(host) if {
	input.door == "process"
	every protection in ["namespaces", "egress"] { protection in input.session.protections }
	host.direction == "connect"
	host.scheme in {"http", "https"}
	host.kind in {"name", "public"}
	host.classes == []
}
