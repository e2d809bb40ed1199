"""Which combination fits a wish, why, and what would change the answer.

`needs` says what can be asked for, `rules` what speaks for whom and what rules somebody out: both
are data. `ranking` weighs every combination of the catalogue, `flips` looks for what would put
another one first, `advice` puts the answer together. Nothing here knows a provider or an engine by
name: they are known by their traits.
"""
