"""Thanks that coordinators send, tied to what somebody did."""
