"""A questionnaire to begin with, every line of it explained."""

EXAMPLE = """\
# Questions of your own. Look it through:  alongside questionnaire check looking-back.toml
#                        keep it:          alongside questionnaire save looking-back.toml
name = "garden-looking-back"       # in small letters; never change it
title = "Looking back at the garden"
title_cy = "Edrych yn ol ar yr ardd"   # _cy is Welsh; leave it out and English is used
purpose = "reflection"             # or mystery shopping, peer research, statements
seen_by = "Bo and Sam at Harbour House"   # who sees the answers: everybody is told before the first question
used_for = "planning the next step together"   # and what for
names = "ask"                      # people may put their name to it; "never": nobody is asked
keyword = "GARDEN"                 # whoever texts it begins; leave it out where only you ask

[[section]]                        # questions that belong together
text = "About the day we planted."     # said before the first of them; leave it out where nothing is to be said

[[section.question]]
key = "came"                       # small letters; rules and results name it
text = "Were you there?"
text_cy = "Oeddech chi yno?"
kind = "yes or no"                 # any question can be skipped; none is ever required

[[section.question]]
key = "welcome"
text = "How welcome did you feel?"
kind = "scale"
from = 1
to = 5
low = "not at all"                 # what the ends mean
high = "very"
only_if = "came = yes"             # also != < <= > >=, and several with "and"; always about an earlier question

[[section.question]]
key = "did"
text = "What did you do?"
kind = "several of"                # or "one of"
choices = ["Digging", "Planting", "Cooking", "Talking"]
only_if = "came = yes"

[[section]]
hard = true                        # said before it; after it a break and a person are offered
only_if = "welcome <= 2"           # a whole section can hang on an answer

[[section.question]]
key = "happened"
text = "What happened that made it hard?"
kind = "words"                     # typed, or a voice message

[[section]]

[[section.question]]
key = "helpers"
text = "How many people helped you?"
kind = "number"                    # from and to, if you like

[[section.question]]
key = "last-there"
text = "When were you last in the garden?"
kind = "date"                      # a day that has been; "coming date" is one to come

[[section.question]]
key = "picture"
text = "Can you send a photo of your corner?"
kind = "photo"                     # or "voice"

[[section.question]]
key = "next-time"
text = "What should we do differently next time?"
kind = "words"
"""
