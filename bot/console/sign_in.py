"""Signing in and out, an invitation's first password, unlocking, and one's own account.

There is no default password: the first account is invited on the command line (`alongside console invite`).
"""

from __future__ import annotations

import re
from datetime import datetime

import segno
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from bot.console.passwords import TooMany, address_of, hash_of, is_right, new_secret, step_of, wait_after, why_weak
from bot.console.visit import ADMIN, EVERYBODY, HOME, LEAD, SAFEGUARDING, NotThere, Room, Visit, inside
from bot.projects.keeping import NotDone
from storage import accounts
from storage.accounts import Colleague

room = Room()
NEEDS_A_SECOND_STEP = frozenset({LEAD, SAFEGUARDING, ADMIN})
_SECRET = re.compile("[A-Z2-7]{32}")
WRONG = "That is not right. Please check the name, the password and the code."


# -- in ------------------------------------------------------------------------------------------------


@room.shows("/sign-in", may=None)
def sign_in_page(visit: Visit) -> Response:
    """Name, password, and the code of whoever uses one."""
    if visit.colleague is not None and visit.problem is None:
        return visit.go("/")
    return visit.page("sign_in.html", to=visit.typed("to") or visit.asked("to"))


@room.does("/sign-in", may=None, again=sign_in_page)
def sign_in(visit: Visit) -> Response:
    """A new session, with a new token; wrong tries by one name make the next wait."""
    colleague = _proved(visit, visit.typed("name"), visit.typed("password"), visit.typed("code"))
    token = visit.console.sign_in(visit, colleague.id)
    visit.colleague = colleague
    visit.write(lambda connection: None, did="signed in")
    return visit.console.set_cookie(visit.go(inside(visit.typed("to"))), token)


@room.does("/sign-out", may=EVERYBODY)
def sign_out(visit: Visit) -> Response:
    """This browser is signed out, with all its pages; what only it had open is sealed again."""
    visit.write(lambda connection: accounts.end_session(connection, visit.token), did="signed out")
    answer = RedirectResponse(f"{HOME}sign-in", 303, {"Clear-Site-Data": '"storage"'})
    return visit.console.set_cookie(answer, "")


@room.shows("/unlock", may=None)
def unlock_page(visit: Visit) -> Response:
    """The password again, after the page was left alone for a while."""
    if visit.colleague is None:
        return RedirectResponse(f"{HOME}sign-in", 303)
    return visit.page("unlock.html", kept=[], to=visit.typed("to") or visit.asked("to"))


@room.does("/unlock", may=None, again=unlock_page)
def unlock(visit: Visit) -> Response:
    """Go on where they were."""
    if visit.colleague is None:
        return RedirectResponse(f"{HOME}sign-in", 303)
    _proved(visit, visit.who.name, visit.typed("password"), "", only_password=True)
    visit.write(lambda connection: accounts.touch_session(connection, visit.token, seen_at=visit.now))
    return visit.go(inside(visit.typed("to")))


def _proved(visit: Visit, name: str, password: str, code: str, *, only_password: bool = False) -> Colleague:
    """Who has proved to be who they say.

    Raises:
        NotDone: They have not; it is not said in what.
    """
    try:
        with visit.console.gate.checking():
            colleague = visit.write(lambda connection: _count_first(connection, name, visit.now))
            is_they = is_right(colleague.password if colleague else None, password)
    except TooMany:
        raise NotDone("Many are trying to sign in just now. Please wait a minute, then try again.") from None
    if colleague is None or not is_they:
        raise NotDone(WRONG)
    step = None
    if colleague.second_secret is not None and not only_password:
        step = step_of(colleague.second_secret, code, visit.now)
        if step is None:
            raise NotDone(WRONG)
    if not visit.write(lambda connection: _let_in(connection, colleague, step)):
        raise NotDone("That code has been used already. Please wait for the next one, it takes half a minute.")
    return colleague


def _count_first(connection: Connection, name: str, now: datetime) -> Colleague | None:
    """Count a try as wrong before it is looked at, so that a hundred at once are a hundred tries."""
    before = accounts.tries_of(connection, name)
    if before is not None:
        until = before.last_at + wait_after(before.tries)
        if until > now:
            minutes = max(1, round((until - now).total_seconds() / 60))
            how_long = "a minute" if minutes == 1 else f"{minutes} minutes"
            raise NotDone(f"That was wrong too often. Please wait {how_long}, then try again.")
    accounts.count_try(connection, name, now)
    return accounts.account_called(connection, name)


def _let_in(connection: Connection, colleague: Colleague, step: int | None) -> bool:
    if step is not None and not accounts.use_second(connection, colleague.id, step):
        return False
    accounts.forget_tries(connection, colleague.name)
    return True


# -- an invitation -------------------------------------------------------------------------------------


@room.shows("/invitation/{code}", may=None)
def invitation_page(visit: Visit) -> Response:
    """Whoever was invited chooses a password."""
    try:
        invited = _invited(visit)
    except NotThere:
        return visit.page("invitation_over.html", 404)
    return visit.page("invitation.html", invited=invited)


@room.does("/invitation/{code}", may=None, again=invitation_page)
def use_invitation(visit: Visit) -> Response:
    """The password is kept, the invitation used up, and they are signed in."""
    invited = _invited(visit)
    password = visit.typed("password")
    if weak := why_weak(password, invited.name, visit.console.house.name):
        raise NotDone(weak)
    if password != visit.typed("again"):
        raise NotDone("The two are not the same. Please type the password twice.")
    kept, code = hash_of(password), visit.request.path_params["code"]

    def use(connection: Connection) -> None:
        if accounts.invited(connection, code, visit.now) is None:
            raise NotThere
        accounts.set_password(connection, invited.id, kept)

    visit.colleague = invited
    visit.write(use, did="chose a password")
    token = visit.console.sign_in(visit, invited.id)
    to = "/me/second-step" if invited.roles & NEEDS_A_SECOND_STEP else "/"
    return visit.console.set_cookie(visit.go(to), token)


def _invited(visit: Visit) -> Colleague:
    with visit.reading() as connection:
        found = accounts.invited(connection, visit.request.path_params["code"], visit.now)
    if found is None:
        raise NotThere
    return found


# -- one's own account ---------------------------------------------------------------------------------


@room.shows("/me", may=EVERYBODY)
def me(visit: Visit) -> Response:
    """What one may do, where one is signed in, and how one signs in."""
    with visit.reading() as connection:
        sessions = accounts.sessions_of(connection, visit.who.id)
    here = accounts.hashed(visit.token)
    return visit.page("me.html", sessions=sessions, here=here, must=bool(visit.who.roles & NEEDS_A_SECOND_STEP))


@room.does("/me/sessions/{session}/end", may=EVERYBODY, again=me)
def end_session(visit: Visit) -> Response:
    """Sign another browser out."""
    session = visit.number("session")
    visit.write(lambda connection: accounts.end_one_of(connection, visit.who.id, session), did="signed a browser out")
    return visit.go("/me", "That browser is signed out.")


@room.does("/me/password", may=EVERYBODY, again=me)
def change_password(visit: Visit) -> Response:
    """Another password; every other browser is signed out."""
    _proved(visit, visit.who.name, visit.typed("old"), "", only_password=True)
    if weak := why_weak(visit.typed("password"), visit.who.name, visit.console.house.name):
        raise NotDone(weak)
    kept = hash_of(visit.typed("password"))
    visit.write(lambda connection: accounts.set_password(connection, visit.who.id, kept), did="changed their password")
    token = visit.console.sign_in(visit, visit.who.id)
    visit.token = token
    return visit.console.set_cookie(
        visit.go("/me", "Your password is changed. Every other browser is signed out."), token
    )


@room.shows("/me/second-step", may=EVERYBODY)
def second_step_page(visit: Visit) -> Response:
    """The square that an authenticator app reads, and the secret for whoever can't scan it."""
    secret = visit.typed("secret") if _SECRET.fullmatch(visit.typed("secret")) else new_secret()
    square = segno.make(address_of(secret, visit.who.name, visit.console.house.name), error="m")
    return visit.page(
        "second_step.html",
        secret=secret,
        square=square.svg_data_uri(scale=5, border=2),
        must=bool(visit.who.roles & NEEDS_A_SECOND_STEP),
    )


@room.does("/me/second-step", may=EVERYBODY, again=second_step_page)
def keep_second_step(visit: Visit) -> Response:
    """From now on a code is asked for; kept only once their phone has shown a right one."""
    if visit.who.second_secret is not None:  # whoever finds a page left open must not lock its owner out
        _proved(visit, visit.who.name, visit.typed("password"), "", only_password=True)
    secret = visit.typed("secret")
    step = step_of(secret, visit.typed("code"), visit.now) if _SECRET.fullmatch(secret) else None
    if step is None:
        raise NotDone("That code is not right. Please scan the square and type the six digits that the app shows now.")
    visit.write(lambda connection: accounts.set_second(connection, visit.who.id, secret, step), did="set up codes")
    return visit.go("/me", "From now on you sign in with a code as well.")
