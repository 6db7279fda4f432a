"""What a run tells while it trains, and what can be read off it later."""
