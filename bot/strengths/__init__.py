"""Strengths: what people say of themselves, kept for them and shown to whoever looks for somebody to ask."""
