"""What tests share: a scenario in words becomes a patient picture, and a CDS Hooks request."""
