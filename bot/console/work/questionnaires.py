"""Questionnaires: what there is, a new version from a file, whom to ask, and what was answered, to take along.

Answers belong to no project: whoever sees only some projects can ask these, and takes no answers along.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import PurePath
from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import Response

from bot.console.visit import WITH_PEOPLE, NotThere, Room, Visit
from bot.console.work.mine import my_projects
from bot.projects.keeping import NotDone
from bot.questionnaires import keeping
from bot.questionnaires.flow_results import DATA, DESCRIPTOR, packages
from bot.questionnaires.reading import read_content
from bot.questionnaires.results import as_csv
from flows.written import Questionnaire
from storage.questionnaires import KeptVersion, newest_version, questionnaire_names, responses, who_is_answering

room = Room()


@room.shows("/work/questionnaires", may=WITH_PEOPLE)
def questionnaires(visit: Visit) -> Response:
    """Every questionnaire with its newest version, and the form for a file with everything that is wrong with it."""
    with visit.reading() as connection:
        found = []
        for name in questionnaire_names(connection):
            kept = keeping.version_of(connection, name)
            finished = sum(each.finished_on is not None for each in responses(connection, name))
            found.append((kept, _asked(kept), finished))
    problems = getattr(visit.request.state, "problems", [])
    return visit.page("work/questionnaires.html", found=found, problems=problems, sees_all=visit.projects is None)


@room.does("/work/questionnaires", may=WITH_PEOPLE, again=questionnaires)
def save(visit: Visit) -> Response:
    """Keep a file as a new version; whoever is answering goes on with the old one."""
    _only_who_sees_all(visit)
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
        lambda connection: keeping.save(connection, content, visit.now),
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
        answered = responses(connection, kept.name)
        answering = len(who_is_answering(connection, kept.name))
    return visit.page(
        "work/questionnaire.html",
        kept=kept,
        asked=_asked(kept),
        projects=projects,
        finished=sum(each.finished_on is not None for each in answered),
        answering=answering,
        sees_all=visit.projects is None,
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
    _only_who_sees_all(visit)
    kept = _kept(visit)
    with visit.reading() as connection:
        text = as_csv(connection, kept.name)
    visit.saw("took along what was answered, as a spreadsheet", f"questionnaire:{kept.name}")
    return _file(text.encode(), "text/csv; charset=utf-8", "results.csv")


@room.shows("/work/questionnaires/{name}/flow-results.zip", may=WITH_PEOPLE)
def flow_results(visit: Visit) -> Response:
    """The same for tools that read Flow Results: a package for each version that was answered."""
    _only_who_sees_all(visit)
    kept = _kept(visit)
    with visit.reading() as connection:
        found = packages(connection, kept.name)
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


def _kept(visit: Visit) -> KeptVersion:
    with visit.reading() as connection:
        found = newest_version(connection, visit.request.path_params["name"])
    if found is None:
        raise NotThere
    return found


def _asked(kept: KeptVersion) -> Questionnaire:
    return Questionnaire.from_json(json.loads(kept.content), "en")


def _only_who_sees_all(visit: Visit) -> None:
    if visit.projects is not None:
        raise NotThere


def _file(content: bytes, kind: str, name: str) -> Response:
    headers: dict[str, Any] = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)
