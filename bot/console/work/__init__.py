"""Work: projects, tasks, ideas and what else a group does together, on the pages of the console.

One file for each of them, with its pages from top to bottom; `mine.py` says what somebody may see.
"""
