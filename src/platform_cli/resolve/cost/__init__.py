"""What a client costs in a month: a model of usage and prices, every figure of which can be made
again from its inputs.

`meters` says what each part of a blueprint uses, `book` what AWS asks for it, `vendors` what the
providers' own plans and fees come to, and `estimate` puts them together.
"""
