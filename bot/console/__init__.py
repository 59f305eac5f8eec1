"""The console: the pages on which coordinators see who needs a person, and act.

One file a room (`today.py`, `people.py`, ...), each with its pages from top to bottom and its templates beside it in
`templates/`. `rooms.py` lists the rooms, `visit.py` is what every page is given, `app.py` is the way in: who is it,
may they, is it really them. Pages are drawn on the server and work without JavaScript; `static/console.js` only adds
to them. Everything a page says or does is a function elsewhere: a room joins it to a form.

A new page is a function in its room (`@room.shows("/people", WITH_PEOPLE)`, `@room.does(..., again=that_page)`), a
template that extends `base.html`, and a line in `tests/bot/console/test_every_page.py` that says who may. A form
begins with `{{ visit.marked }}`. Reads use `visit.reading()`; what changes anything is one `visit.write(work, did=...,
about="person:123")`, which also writes the audit log; `NotDone` shows `again` with what was typed. A part that should
follow what happens carries `id` and `data-live`.
"""
