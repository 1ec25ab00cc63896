# METADATA
# title: Settings
# description: |
#   How the data of a team, a person and a project is laid over the organisation's: what the organisation lists, and what
#   was added under its ceiling, less what any layer removed. The layers are named one by one, since a layer holds rules
#   too, and a rule that reads its settings through a variable would depend on itself.
package callwarden.settings

import data.callwarden.settings.entry

# METADATA
# title: The session's profile
profile := data.callwarden.profiles[input.session.profile]

# METADATA
# title: Whether a program is one that this session may start
# scope: document
program(name) if {
	profile.programs[data.callwarden.org.programs[name]]
	not _program_removed(name)
}

program(name) if {
	_program_added(name)
	entry.under(data.callwarden.org.ceiling.programs, name)
	not _program_removed(name)
}

_program_added(name) if entry.applies(data.callwarden.teams[input.session.team].programs[name])

_program_added(name) if entry.applies(data.callwarden.layers.user.programs[name])

_program_added(name) if entry.applies(data.callwarden.layers.project.programs[name])

_program_removed(name) if entry.removes(data.callwarden.teams[input.session.team].removed.programs[name])

_program_removed(name) if entry.removes(data.callwarden.layers.user.removed.programs[name])

_program_removed(name) if entry.removes(data.callwarden.layers.project.removed.programs[name])

# METADATA
# title: Whether a script may be interpreted that lies in a place
# scope: document
script(location) if profile.run_from[location]

script(location) if {
	profile.read[location]
	location in {"temporary", "system", "home"}
}

# METADATA
# title: Whether this session may reach a host, by its name or by a domain above it
# scope: document
host(name) if {
	some known in domains(name)
	listed := data.callwarden.org.hosts[known]
	profile.hosts[listed.group]
	entry.applies(listed)
	not _host_removed(name)
}

host(name) if {
	profile.may_add_hosts
	_host_added(name)
	entry.under(data.callwarden.org.ceiling.hosts, name)
	not _host_removed(name)
}

host(name) if {
	name in data.callwarden.agents[input.session.agent].hosts
	not _host_removed(name)
}

_host_added(name) if entry.applies(data.callwarden.teams[input.session.team].hosts[name])

_host_added(name) if entry.applies(data.callwarden.layers.user.hosts[name])

_host_added(name) if entry.applies(data.callwarden.layers.project.hosts[name])

_host_removed(name) if entry.removes(data.callwarden.teams[input.session.team].removed.hosts[name])

_host_removed(name) if entry.removes(data.callwarden.layers.user.removed.hosts[name])

_host_removed(name) if entry.removes(data.callwarden.layers.project.removed.hosts[name])

# METADATA
# title: Whether a host that may be reached may be reached on a port
# description: |
#   The ports of the profile hold for every host; an entry that adds a host may list others in `ports`.
# scope: document
port(_, number) if profile.ports[format_int(number, 10)]

port(name, number) if {
	some known in domains(name)
	listed := data.callwarden.org.hosts[known]
	profile.hosts[listed.group]
	_on_port(listed, number)
}

port(name, number) if {
	profile.may_add_hosts
	entry.under(data.callwarden.org.ceiling.hosts, name)
	_port_added(name, number)
}

_port_added(name, number) if _on_port(data.callwarden.teams[input.session.team].hosts[name], number)

_port_added(name, number) if _on_port(data.callwarden.layers.user.hosts[name], number)

_port_added(name, number) if _on_port(data.callwarden.layers.project.hosts[name], number)

_on_port(listed, number) if {
	entry.applies(listed)
	number in listed.ports
}

# METADATA
# title: A name, and `.domain` for every domain above it
domains(name) := {name} | {sprintf(".%s", [above]) |
	labels := split(name, ".")
	count(labels) > 1
	some i in numbers.range(1, count(labels) - 1)
	above := concat(".", array.slice(labels, i, count(labels)))
}
