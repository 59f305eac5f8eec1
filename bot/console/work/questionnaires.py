"""Questionnaires: what there is, a new version from a file, whom to ask, and what was answered, to take along.

One that belongs to a project is for whoever sees that project: they save it anew, and take along what the people of
their projects answered. What belongs to everybody they can ask their projects, and take no answers along.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import PurePath
from typing import Any

from sqlalchemy import Connection
from starlette.datastructures import UploadFile
from starlette.responses import Response

from bot.broadcasts.wording import LANGUAGES
from bot.console.visit import WITH_PEOPLE, NotThere, Room, Visit, number_in
from bot.console.work.mine import my_projects
from bot.projects.keeping import NotDone
from bot.questionnaires import keeping
from bot.questionnaires.flow_results import DATA, DESCRIPTOR, packages
from bot.questionnaires.reading import read_content
from bot.questionnaires.results import as_csv
from bot.questionnaires.sharing import code_of, parts_of, share, summarised
from flows.written import Questionnaire
from storage.questionnaires import (
    KeptVersion,
    how_many_have_finished,
    newest_version,
    questionnaire_names,
    who_is_answering,
)

room = Room()


@room.shows("/work/questionnaires", may=WITH_PEOPLE)
def questionnaires(visit: Visit) -> Response:
    """Every questionnaire with its newest version, and the form for a file with everything that is wrong with it."""
    with visit.reading() as connection:
        projects, found = my_projects(visit, connection), []
        for name in questionnaire_names(connection):
            if not keeping.may_be_sent(connection, name, visit.projects):
                continue
            kept = keeping.version_of(connection, name)
            found.append((kept, _asked(kept), how_many_have_finished(connection, name)))
    problems = getattr(visit.request.state, "problems", [])
    everybody = [("", "Everybody")] if visit.projects is None else []
    owners = [*everybody, *((str(each.id), each.name) for each in projects)]
    return visit.page("work/questionnaires.html", found=found, problems=problems, owners=owners)


@room.does("/work/questionnaires", may=WITH_PEOPLE, again=questionnaires)
def save(visit: Visit) -> Response:
    """Keep a file as a new version; whoever is answering goes on with the old one."""
    project_id = number_in(visit.typed("project"))
    with visit.reading() as connection:
        if project_id not in {each.id for each in my_projects(visit, connection)} | _everybodys(visit):
            raise NotThere
    sent = visit.sent.get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise NotDone("Please choose a file first: a .toml file, or a spreadsheet saved as .csv.")
    suffix = PurePath(sent.filename).suffix.casefold()
    read = read_content(visit.file("file"), suffix, visit.console.service.voice.words)
    visit.request.state.problems = [str(each) for each in read.problems]
    content = read.content
    if content is None:
        raise NotDone("Nothing of it was taken in. What is wrong stands below, each with its place.")
    said = visit.write(
        lambda connection: keeping.save(connection, content, visit.now, visit.projects, project_id),
        did="saved a questionnaire",
        about=f"questionnaire:{content['name']}",
    )
    return visit.go(f"/work/questionnaires/{content['name']}", [*said, *map(str, read.problems)])


@room.shows("/work/questionnaires/{name}", may=WITH_PEOPLE)
def questionnaire(visit: Visit) -> Response:
    """One questionnaire as people are asked it, whom to ask, and how many have answered."""
    kept = _kept(visit)
    with visit.reading() as connection:
        projects = my_projects(visit, connection)
        finished = how_many_have_finished(connection, kept.name)
        answering = len(who_is_answering(connection, kept.name))
        may_read = keeping.may_be_changed(connection, kept.name, visit.projects)
    return visit.page(
        "work/questionnaire.html",
        kept=kept,
        asked=_asked(kept),
        projects=projects,
        finished=finished,
        answering=answering,
        sees_all=visit.projects is None,
        may_read=may_read,
        everybody=keeping.EVERYBODY,
    )


@room.does("/work/questionnaires/{name}/send", may=WITH_PEOPLE, again=questionnaire)
def send(visit: Visit) -> Response:
    """Ask everybody of the projects that were ticked, each as soon as it suits them."""
    kept, chosen = _kept(visit), visit.chosen("to")
    with visit.reading() as connection:
        names = {str(each.id): each.name for each in my_projects(visit, connection)}
    if visit.projects is None:
        names[keeping.EVERYBODY] = keeping.EVERYBODY
    if not chosen:
        raise NotDone("Please tick whom to ask.")
    if not set(chosen) <= set(names):
        raise NotThere
    to = [names[each] for each in chosen]
    said = visit.write(
        lambda connection: keeping.send(connection, kept.name, to, visit.now),
        did="sent a questionnaire",
        about=f"questionnaire:{kept.name}",
    )
    return visit.go(f"/work/questionnaires/{kept.name}", said)


@room.shows("/work/questionnaires/{name}/results.csv", may=WITH_PEOPLE)
def results(visit: Visit) -> Response:
    """Everything answered as a spreadsheet: names only where people agreed, and nothing that runs as a formula."""
    kept = _kept_to_read(visit)
    with visit.reading() as connection:
        text = as_csv(connection, kept.name, visit.projects)
    visit.saw("took along what was answered, as a spreadsheet", f"questionnaire:{kept.name}")
    return _file(text.encode(), "text/csv; charset=utf-8", "results.csv")


@room.shows("/work/questionnaires/{name}/flow-results.zip", may=WITH_PEOPLE)
def flow_results(visit: Visit) -> Response:
    """The same for tools that read Flow Results: a package for each version that was answered."""
    kept = _kept_to_read(visit)
    with visit.reading() as connection:
        found = packages(connection, kept.name, visit.projects)
    if not found:
        raise NotDone("Nobody has answered yet.")
    visit.saw("took along what was answered, as Flow Results", f"questionnaire:{kept.name}")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in found:
            for name, part in ((DESCRIPTOR, each.descriptor), (DATA, each.rows)):
                text = json.dumps(part, ensure_ascii=False, indent=1)
                archive.writestr(zipfile.ZipInfo(f"{each.folder}/{name}"), text)
    return _file(content.getvalue(), "application/zip", "flow-results.zip")


# -- what came of it, for the group --------------------------------------------------------------------


@room.shows("/work/questionnaires/{name}/share", may=WITH_PEOPLE)
def outcome(visit: Visit) -> Response:
    """What came of it in a few lines that name nobody, as the group would be told, in each language."""
    kept = _kept_to_read(visit)
    sent = visit.request.method == "POST"
    chosen = visit.chosen("only") if sent else [each for each in visit.request.query_params.getlist("only") if each]
    with visit.reading() as connection:
        projects = my_projects(visit, connection)
        try:
            texts, why_not = _summaries(visit, connection, kept.name, chosen), None
        except NotDone as why:
            texts, why_not = {}, str(why).partition(": --only")[0]
    visit.saw("looked at what can be shared of a questionnaire", f"questionnaire:{kept.name}")
    pence = visit.console.house.spending.pence_per_part
    return visit.page(
        "work/outcome.html",
        kept=kept,
        asked=_asked(kept),
        texts=[
            (LANGUAGES.get(each, each), text, parts_of(text), parts_of(text) * pence) for each, text in texts.items()
        ],
        code=code_of(texts) if texts else "",
        why_not=None if visit.problem else why_not,
        chosen=chosen,
        projects=projects,
        sees_all=visit.projects is None,
    )


@room.does("/work/questionnaires/{name}/share", may=WITH_PEOPLE, again=outcome)
def share_outcome(visit: Visit) -> Response:
    """Tell the group exactly that: whoever was asked or answered, or the projects that were ticked."""
    kept, chosen, seen = _kept_to_read(visit), visit.chosen("only"), visit.typed("code")
    with visit.reading() as connection:
        names = {str(each.id): each.name for each in my_projects(visit, connection)}
    ticked = visit.chosen("to")
    if not set(ticked) <= set(names):
        raise NotThere
    if visit.projects is not None and not ticked:
        raise NotDone("Please tick whom to tell.")
    to, voice = [names[each] for each in ticked] or None, visit.console.service.voice

    def work(connection: Connection) -> list[str]:
        if code_of(_summaries(visit, connection, kept.name, chosen)) != seen:
            raise NotDone("It has changed since you saw it, so nothing was sent. Please look at it once more.")
        lines = share(connection, kept.name, voice.words, voice.danger, chosen, visit.now, send=seen, to=to)
        return lines[len(lines) - lines[::-1].index("") :]  # who hears it; the words themselves were seen

    said = visit.write(work, did="shared what came of a questionnaire", about=f"questionnaire:{kept.name}")
    return visit.go(f"/work/questionnaires/{kept.name}", said)


def _summaries(visit: Visit, connection: Connection, name: str, only: list[str]) -> dict[str, str]:
    voice = visit.console.service.voice
    return summarised(connection, name, voice.words, voice.danger, only)


# -- all of them ---------------------------------------------------------------------------------------


def _kept(visit: Visit) -> KeptVersion:
    with visit.reading() as connection:
        found = newest_version(connection, visit.request.path_params["name"])
        if found is None or not keeping.may_be_sent(connection, found.name, visit.projects):
            raise NotThere
    return found


def _kept_to_read(visit: Visit) -> KeptVersion:
    found = _kept(visit)
    with visit.reading() as connection:
        if not keeping.may_be_changed(connection, found.name, visit.projects):
            raise NotThere
    return found


def _asked(kept: KeptVersion) -> Questionnaire:
    return Questionnaire.from_json(json.loads(kept.content), "en")


def _everybodys(visit: Visit) -> set[int | None]:
    """Only who sees all keeps one that belongs to no project."""
    return {None} if visit.projects is None else set()


def _file(content: bytes, kind: str, name: str) -> Response:
    headers: dict[str, Any] = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)
