"""Every architecture, one file each."""
