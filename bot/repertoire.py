"""All that can be talked about: importing this enters every flow, every fact, and who carries out each act."""
# ruff: noqa: F401

import bot.acts
import bot.contact.acts
import bot.facts
import bot.meetings.acts
import bot.meetings.facts
import bot.projects.acts
import bot.projects.facts
import bot.questionnaires.asking
import bot.rhythm
import bot.staff.acts
import bot.staff.facts
import bot.their_data.talk
import bot.strengths.acts
import bot.thanks.facts
import bot.votes.acts
import bot.votes.facts
import flows.check_in
import flows.contact
import flows.everyday
import flows.help
import flows.joining
import flows.meetings
import flows.milestones
import flows.my_data
import flows.projects
import flows.questionnaire
import flows.safety
import flows.staff
import flows.still_you
import flows.strengths
import flows.suggestion
import flows.times
import flows.thanks
import flows.votes
