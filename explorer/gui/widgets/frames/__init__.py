"""What arranges other widgets."""
