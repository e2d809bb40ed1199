"""CodeBuild on this machine."""
