"""The user's own mailbox: nothing is sent there, and nothing is read that was not asked for."""
