"""The worked example of the cost study of 2026-11-20: 2,000 edits, 50,000 views, 300 orders.

It has another design of the same pipeline: polled queues, a dashboard and twelve alarms, secrets in
Secrets Manager, and an invalidation for each build.
"""

from platform_cli.config.usage import UsageConfig

MONTH = UsageConfig(content_edits=2000, page_views=50_000, orders=300, average_order_usd=60)

STUDY = {
    "API, functions, messages": {
        "apigw.http.request": "13965",
        "lambda.request": "20250",
        "lambda.gbs.arm64": "2025",
        "sns.publish": "5385",
    },
    "tables": {
        "dynamodb.wru": "85000",
        "dynamodb.rru": "339000",
        "dynamodb.storage.gb": "0.06",
        "dynamodb.pitr.gb": "0.06",
    },
    "queues": {"sqs.request": "1958175"},
    "builds": {"codebuild.arm1.small": "1320"},
    "objects": {"s3.storage.gb": "3", "s3.put": "29700", "s3.get": "7250"},
    "visitors": {"cloudfront.egress.us.gb": "58.59375", "cloudfront.https.req": "1250000"},
    "invalidations": {"cloudfront.invalidation": "660"},
    "DNS": {"route53.zone": "1", "route53.query": "100000"},
    "secrets": {"secrets.secret": "4", "secrets.api": "660"},
    "watching": {
        "cloudwatch.alarm": "12",
        "cloudwatch.metric": "8",
        "cloudwatch.dashboard": "1",
        "cloudwatch.logs.gb": "0.1",
    },
}
"""Its quantities: 4,725 webhooks, 660 builds of 2 minutes, 60,000 MB, 3 queues that are polled
648,000 times each. Where it has none, a quantity that leads to its figure."""

STUDIED = {
    "API, functions, messages": ("0.05", "0.01"),
    "tables": ("0.12", "0.11"),
    "queues": ("0.78", "0.38"),
    "builds": ("4.49", "4.15"),
    "objects": ("0.22", "0.22"),
    "visitors": ("6.23", "0.00"),
    "invalidations": ("3.30", "0.00"),
    "DNS": ("0.54", "0.54"),
    "secrets": ("1.60", "1.60"),
    "watching": ("6.65", "0.20"),
}
"""Its figures: at list price, and after the free allowances."""

WHY = {
    "API, functions, messages": "two sweepers look for lost work every five minutes",
    "tables": "inbox and content; the same order of size",
    "queues": "none is polled: a table's stream and topics call functions themselves",
    "builds": "the same 660 builds, of one minute by our cache; their waits are ours",
    "objects": "every build puts all its pages, and a month of deleted releases is kept",
    "visitors": "the same pages; the router's runs at the edge are ours",
    "invalidations": "none: the router reads a pointer, which two API calls move",
    "DNS": "the same zone; queries of alias records cost nothing",
    "secrets": "parameters of SSM, which cost nothing but their decryption",
    "watching": "six alarms, no dashboard below tier2; metrics by the hour that has one",
}
"""Reasons why our own template differs."""

OURS = {
    "stepfunctions.transition": "builds",
    "scheduler.invocation": "API, functions, messages",
    "cloudfront.function": "visitors",
    "cloudfront.kvs.read": "visitors",
    "cloudfront.kvs.api": "invalidations",
    "kms.request": "secrets",
}
"""Sections of prices that the study does not have."""
