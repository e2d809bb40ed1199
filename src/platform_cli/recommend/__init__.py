"""Recommend a CMS, a shop and an engine for a set of requirements.

`rules` holds the points, `ranking` applies them to every choice, `bill` prices each choice,
`flips` finds the changes that would put another choice first, and `advice` combines them.
"""
