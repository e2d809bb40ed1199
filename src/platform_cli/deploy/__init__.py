"""Compare, deploy and delete a synthesized stack.

`cdk.out` is the only input from `infra`; this package imports no construct. boto3 is imported only
when a command calls the cloud.
"""
