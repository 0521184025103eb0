"""The room that reads doses: from structure and from words to milligrams a day. Its public door is `cds.dose`.

`model` names what goes in and comes out; `vocabulary`, `tokens` and `sig` are the grammar of a dosage in words; `strength` reads the
product, `timing` the rhythm, `units` the units; `once` is one dose in milligrams, `structure`, `schedule` and `words`
make steps; `read` puts both readings together.
Pure: no FHIR shape, no HTTP, no clock.
"""
