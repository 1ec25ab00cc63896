package callwarden.rules.credentials_test

import data.callwarden.testing_test as testing

test_a_secret_store_is_not_read if {
	"credentials.read" in testing.file({"classes": ["secret"], "root": "home"})
	not "credentials.read" in testing.file({"classes": ["secret"], "root": "home", "access": "list"})
}

test_a_secret_of_the_project_is_asked_about if {
	"credentials.project" in testing.file({"classes": ["secret"]})
	not "credentials.project" in testing.file({})
}

test_a_secret_store_is_not_written if {
	"credentials.store_write" in testing.file({"classes": ["secret"], "root": "home", "access": "write"})
	not "credentials.store_write" in testing.file({"classes": ["secret"], "access": "write"})
}

test_a_history_is_not_read if {
	"credentials.history" in testing.file({"classes": ["history"]})
	not "credentials.history" in testing.file({"classes": ["log"]})
}

test_a_program_hands_out_no_secrets if {
	"credentials.operation" in testing.shell({"program": "aws", "args": ["secretsmanager", "get-secret-value"]})
	not "credentials.operation" in testing.shell({"program": "aws", "args": ["s3", "ls"]})
}

test_a_program_that_may_is_asked_about if {
	"credentials.ask_operation" in testing.shell({"program": "ssh-add"})
	not "credentials.ask_operation" in testing.shell({"program": "git"})
}
