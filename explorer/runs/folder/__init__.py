"""What lies in the folder of one run, and how it is read and written."""
