# METADATA
# title: Kinds of access
# description: Which accesses read and which change, and what stands for no file at all.
package callwarden.access

# METADATA
# title: Accesses that only look
reads := {"read": true, "list": true, "execute": true}

# METADATA
# title: Accesses that see names alone
looks := {"list": true}

# METADATA
# title: Whether a path as written is a variable that names a file for a job's results
given(written) if data.callwarden.org.given_files[trim(written, `"${}`)]

# METADATA
# title: Accesses that change something
writes := {"write": true, "append": true, "create": true, "delete": true, "move": true, "chmod": true, "link": true}

# METADATA
# title: Files of this call that are only looked at
read := [file | some file in input.facts.paths; reads[file.access]]

# METADATA
# title: Files of this call that something changes
# description: Found once for all rules, so that a call that changes nothing costs each of them one look.
changed := [file | some file in input.facts.paths; writes[file.access]]

# METADATA
# title: Whether a path is a stream of the process, no file
# scope: document
stream(path) if data.callwarden.org.streams[path]

stream(path) if startswith(path, "/dev/fd/")

stream(path) if startswith(path, "/proc/self/fd/")

# METADATA
# title: Whether nothing at all is known of where a file lies
nowhere(file) if {
	not file.known
	file.root == ""
}

# METADATA
# title: A root as people call it
# scope: document
place("") := "rest of the machine"

place(root) := root if root != ""

# METADATA
# title: A path as people read it, where nothing of it is known too
# scope: document
shown("") := "a file that can't be known"

shown(path) := path if path != ""
