"""What may be learned, who reads it and how far it is believed: pure rules over values."""
