"""What keeps people safe: screening, outcomes, cases and decisions, the audit trail."""
