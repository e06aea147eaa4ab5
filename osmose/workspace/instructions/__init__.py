"""What is to be known of a patient at each visit: read first, written, corrected, ended."""
