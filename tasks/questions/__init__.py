"""Questions and answers about pictures (grounding, directions, captions) for vision-language models."""
