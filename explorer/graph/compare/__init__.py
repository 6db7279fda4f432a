"""Two layer graphs side by side: which layers correspond, what differs stage by stage, and what that buys. No torch."""
