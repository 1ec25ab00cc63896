package callwarden.rules.files_test

import data.callwarden.testing_test as testing

test_the_system_is_not_changed if {
	"files.system" in testing.file({"classes": ["system_config"], "access": "write"})
	not "files.system" in testing.file({"classes": ["system_config"]})
}

test_memory_is_not_read if {
	"files.memory" in testing.file({"classes": ["memory"]})
	not "files.memory" in testing.file({})
}

test_a_device_is_asked_about if {
	"files.device" in testing.file({"classes": ["device"], "path": "/dev/sda"})
	not "files.device" in testing.file({"classes": ["device"], "path": "/dev/nvidia0"})
}

test_a_listed_device_is_allowed if {
	"files.listed_device" in testing.file({"classes": ["device"], "path": "/dev/nvidia0"})
	not "files.listed_device" in testing.file({"classes": ["device"], "path": "/dev/sda"})
}

test_a_container_engine_is_denied if {
	"files.container_socket" in testing.file({"classes": ["container_socket"]})
	not "files.container_socket" in testing.file({})
}

test_another_view_is_denied if {
	"files.other_root" in testing.file({"classes": ["kernel"], "path": "/proc/1/root/etc"})
	not "files.other_root" in testing.file({"classes": ["kernel"], "path": "/proc/cpuinfo"})
}

test_accounts_are_asked_about if {
	"files.guarded" in testing.file({"root": "system", "path": "/etc/passwd"})
	not "files.guarded" in testing.file({"root": "system", "path": "/etc/os-release"})
}

_pattern(written) := testing.file({"classes": ["memory"], "pattern": true, "written": written})

test_a_pattern_over_a_process_is_not_about_its_memory if {
	not "files.memory" in _pattern("/proc/[0-9]*/*")
	"files.memory" in _pattern("/proc/*/mem")
}
