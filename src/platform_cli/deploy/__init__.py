"""What happens to a synthesized stack: it is shown, deployed to a target, and operated there.

`cdk.out` is all that comes in from `infra`; no construct is ever seen here. boto3 is imported
only when a command acts.
"""
