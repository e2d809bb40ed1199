"""The adapters of `lambdas/runtime` in the same storms, over a small AWS behind botocore.

Ports, core and botocore are the real ones; what a request meets is `tables` and `services`.
"""
