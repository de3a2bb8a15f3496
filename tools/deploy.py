"""Deploys the template to the local cloud with `sam deploy`, anew or over what is there."""

import boto3
from botocore.exceptions import ClientError

from progress import run
from settings import BUILD, DEV, REPOSITORY, SAM, STACK, aws_process_environment


def clear_failed_stack(cloudformation):
    """Removes what a failed first deployment left, which CloudFormation would refuse to update."""
    try:
        status = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]
    except ClientError:
        return
    if status in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "REVIEW_IN_PROGRESS"):
        cloudformation.delete_stack(StackName=STACK)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60})


def deploy(template):
    """Deploys; returns the stack's outputs."""
    cloudformation = boto3.client("cloudformation")
    clear_failed_stack(cloudformation)
    run(
        "Deploying template.yaml",
        [SAM, "deploy", "--config-file", REPOSITORY / "samconfig.toml", "--config-env", "local", "--template-file", template],
        DEV / "deploy.log",
        advice=f"What the cloud said about it: {DEV / 'cloud.log'}",
        cwd=BUILD,
        env=aws_process_environment(),
    )
    stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
    return {row["OutputKey"]: row["OutputValue"] for row in stack["Outputs"]}
