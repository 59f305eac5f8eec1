"""Alerts: who is in danger, who has it, and what coordinators also do by phone.

The name is there for whoever may see the person; number and words are shown only after Read.
"""

from __future__ import annotations

from starlette.responses import Response

from bot.alert_desk import AlertPage, alert_for, alerts_for, closed_for, give_order, what_it_is
from bot.alert_orders import ORDERS
from bot.console.visit import WITH_PEOPLE, NotThere, Room, Visit
from bot.people.talking import LONGEST_REPLY
from bot.projects.keeping import NotDone

room = Room()
ALERT = "/alerts/{reference}"
NO_LONGER_OPEN = "This alert is not open any more. What was done stands in its record."


@room.shows("/alerts", may=WITH_PEOPLE)
def all_alerts(visit: Visit) -> Response:
    """What is open, and what was closed lately."""
    care, name = visit.console.house.safeguarding, visit.who.name
    with visit.reading() as connection:
        are_open = alerts_for(connection, care, name, visit.projects)
        closed = closed_for(connection, care, name, visit.projects, visit.now)
    return visit.page("needs/alerts.html", alerts=are_open, closed=closed, what_it_is=what_it_is)


@room.shows(ALERT, may=WITH_PEOPLE)
def one_alert(visit: Visit) -> Response:
    """One alert, with its record, and what can be done."""
    page = _the_one(visit)
    if page.words and not visit.looks_again:
        visit.saw("saw the words of an alert", f"alert:{page.alert.id}")
    return visit.page("needs/alert.html", it=page, alert=page.alert, longest=LONGEST_REPLY)


@room.does(f"{ALERT}/{{order}}", may=WITH_PEOPLE, again=one_alert)
def order(visit: Visit) -> Response:
    """One order: acknowledge, read, take, reply, give or close."""
    page, what, words = _the_one(visit), visit.request.path_params["order"], visit.typed("words")
    words = visit.typed("why") if what == "close" else words
    if what not in ORDERS:
        raise NotThere
    if what == "reply" and len(words) > LONGEST_REPLY:
        raise NotDone(f"That is {len(words)} letters. Please make it shorter than {LONGEST_REPLY}, or send it in two.")
    reference, name, now = page.alert.reference, visit.who.name, visit.now
    voice, projects = visit.console.service.voice, visit.projects
    answer = visit.write(lambda c: give_order(c, voice, reference, what, name, words, now, projects))
    if answer is None:
        raise NotDone(NO_LONGER_OPEN)
    if not answer.is_done:
        raise NotDone(answer.said)
    return visit.go("/alerts" if what == "close" else f"/alerts/{reference}", answer.said)


def _the_one(visit: Visit) -> AlertPage:
    reference, name, voice = visit.number("reference"), visit.who.name, visit.console.service.voice
    with visit.reading() as connection:
        page = alert_for(connection, voice, reference, name, visit.now, visit.projects)
    if page is None:
        raise NotThere
    return page
