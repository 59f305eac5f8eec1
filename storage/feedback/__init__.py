"""Anonymous feedback as it is kept: sealed before it touches a disk, released by the week, linked to nobody.

Everything that is kept of it lies in this folder, so that an auditor reads one folder. Nothing here knows a person,
an address, a channel or a clock, and nothing here logs.
"""
