"""Adapters: one module a framework, each of which only translates between that framework and a callwarden gate."""
