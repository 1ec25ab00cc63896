"""callwarden: the policy-enforcing tool-call proxy for autonomous agents.

The tree is the architecture: `call` and `decision` are the words, `facts` understands a call, `engine` asks Rego,
`gate` joins them and records the answer; `sandbox` and `egress` are the doors below the agent's tools.
"""

__version__ = "0.1.0"
