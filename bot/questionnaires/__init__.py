"""Questionnaires that coordinators write: reading them, asking them, and what comes of the answers."""
