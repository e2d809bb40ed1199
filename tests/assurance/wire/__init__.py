"""The adapters of `lambdas/runtime` in the same storms, over a small AWS behind botocore.

Ports, core and botocore are real. `tables` and `services` answer the requests.
"""
