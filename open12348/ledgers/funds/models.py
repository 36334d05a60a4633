"""What is owed for work done, by dated rates: proposed, approved by another, paid in batches, reversed and never edited."""
