"""The wires: whom we talk to. No channel knows another."""
