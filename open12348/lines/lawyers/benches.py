"""The pages of work of this line."""
