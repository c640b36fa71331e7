"""Reading what is made for training, without the engine: conversations, mixtures, geometry sets."""
