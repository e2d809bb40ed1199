"""The monthly cost of a client, computed from its usage and from published prices.

`meters` holds the quantities that each part of a blueprint uses, `book` the AWS prices, `vendors`
the providers' plans and fees. `estimate` combines them. Every figure can be recomputed from its
inputs.
"""
