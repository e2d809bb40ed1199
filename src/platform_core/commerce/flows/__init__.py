"""The processes of the shop: one file for each, from one crash to the next.

A step reads rows, perhaps asks the payment provider, and makes one transaction. It can be repeated
at any time, by anybody, so nothing depends on who calls it or on whether its answer arrives.
"""
