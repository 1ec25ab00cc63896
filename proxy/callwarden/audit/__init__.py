"""The audit log: what was decided and what came of it, one hash-linked record after another."""
