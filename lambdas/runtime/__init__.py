"""Code that all functions share: environment, log, secrets, HTTP, stores.

All boto3 calls of the functions are in this package.
"""
