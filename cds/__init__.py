"""How a request becomes an answer: one path from bytes to cards, a room for each step.

The rooms, in the order of the path: `hooks` (HTTP and the envelope), `fhir` (resources to facts),
`recognise` (codes and words to concepts), `patient` (the facts), `checks` (judgement), `evaluate`
(the path in one screen). Only `hooks` knows Flask, only `fhir` knows FHIR's shapes.
"""
