"""Published calls: the policy they are rated by, the ledger that keeps them, and how they did."""
