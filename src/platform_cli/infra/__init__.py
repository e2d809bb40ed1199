"""From a blueprint to `cdk.out`: the only home of aws_cdk. Never calls AWS, never prints."""
