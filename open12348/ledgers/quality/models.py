"""How good the work was: drawn at random, redacted, read by two who do not know of each other, answered for."""
