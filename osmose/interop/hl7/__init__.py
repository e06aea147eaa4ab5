"""HL7 v2 ADT (IHE PAM France): messages, mapping, inbox, handlers, acknowledgements."""
