"""What was derived from a call. Policies read facts, not raw text. Everything here is pure, total and bounded."""
