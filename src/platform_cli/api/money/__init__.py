"""Use cases of costs and advice: estimate a month's bill, recommend a stack."""
