"""What every function shares: its environment, its log, secrets, the way out, the stores.

The only boto3 of the functions lives here.
"""
