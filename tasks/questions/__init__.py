"""Questions and answers about pictures: grounding, directions, captions; as conversations for vision-language models."""
