"""A hospital with years behind it, written by COPY: real data keys and ciphertext, no event dispatched."""
