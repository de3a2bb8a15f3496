"""Gives the deployed HTTP API its routes.

On AWS the API gets them from the OpenAPI document that SAM writes into the stack. MiniStack 1.5.33 passes that document
over, so every route would answer 404. This reads the document back out of the deployed stack and creates what it says
with the ordinary API Gateway calls. Run again, it brings the routes up to date.
"""

import re

import boto3

from progress import Failure
from settings import ENDPOINT, STACK

# How API Gateway names the methods of a document that are no HTTP methods.
METHODS = {"x-amazon-apigateway-any-method": "ANY"}


def resolve(value, parameters):
    """A template value, with a reference to a parameter replaced by the parameter's value."""
    if isinstance(value, dict) and set(value) == {"Ref"}:
        return parameters[value["Ref"]]
    return value


def as_list(value):
    """A list, or one that a parameter wrote as `a,b`."""
    return value.split(",") if isinstance(value, str) else value


def wanted_routes(document, functions):
    """Each route of the OpenAPI document with the ARN of its function."""
    routes = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            integration = operation["x-amazon-apigateway-integration"]
            logical_id = re.search(r"\$\{(\w+)\.Arn\}", integration["uri"]["Fn::Sub"])[1]
            key = "$default" if operation.get("isDefaultRoute") else f"{METHODS.get(method, method.upper())} {path}"
            routes[key] = (functions[logical_id], integration["payloadFormatVersion"])
    return routes


def items(call, **arguments):
    """All items of an API Gateway listing."""
    return call(MaxResults="500", **arguments)["Items"]


def create_routes():
    """Creates, changes and removes until the API is as the template says; returns its id and its routes."""
    cloudformation = boto3.client("cloudformation")
    gateway = boto3.client("apigatewayv2")
    lambda_ = boto3.client("lambda")

    stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
    parameters = {row["ParameterKey"]: row["ParameterValue"] for row in stack["Parameters"]}
    template = cloudformation.get_template(StackName=STACK, TemplateStage="Processed")["TemplateBody"]
    physical = {
        row["LogicalResourceId"]: row["PhysicalResourceId"]
        for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=STACK)
        for row in page["StackResourceSummaries"]
    }
    apis = [name for name, resource in template["Resources"].items() if resource["Type"] == "AWS::ApiGatewayV2::Api"]
    if len(apis) != 1:
        raise Failure(f"The stack should have one HTTP API; it has {len(apis)}.")
    document = template["Resources"][apis[0]]["Properties"]["Body"]
    api = physical[apis[0]]

    arns = {row["FunctionName"]: row["FunctionArn"] for page in lambda_.get_paginator("list_functions").paginate() for row in page["Functions"]}
    functions = {logical: arns[name] for logical, name in physical.items() if name in arns}
    wanted = wanted_routes(document, functions)

    integrations = {row["IntegrationUri"]: row["IntegrationId"] for row in items(gateway.get_integrations, ApiId=api)}
    present = {row["RouteKey"]: row for row in items(gateway.get_routes, ApiId=api)}
    for key, (arn, version) in wanted.items():
        if arn not in integrations:
            integrations[arn] = gateway.create_integration(
                ApiId=api, IntegrationType="AWS_PROXY", IntegrationMethod="POST", IntegrationUri=arn, PayloadFormatVersion=version
            )["IntegrationId"]
        target = f"integrations/{integrations[arn]}"
        if key not in present:
            gateway.create_route(ApiId=api, RouteKey=key, Target=target)
        elif present[key]["Target"] != target:
            gateway.update_route(ApiId=api, RouteId=present[key]["RouteId"], Target=target)
    for key, row in present.items():
        if key not in wanted:
            gateway.delete_route(ApiId=api, RouteId=row["RouteId"])

    cors = {name: resolve(value, parameters) for name, value in document.get("x-amazon-apigateway-cors", {}).items()}
    if cors:
        gateway.update_api(
            ApiId=api,
            CorsConfiguration={
                "AllowOrigins": as_list(cors["allowOrigins"]),
                "AllowMethods": as_list(cors["allowMethods"]),
                "AllowHeaders": as_list(cors["allowHeaders"]),
                "ExposeHeaders": as_list(cors["exposeHeaders"]),
                "MaxAge": int(cors["maxAge"]),
            },
        )
    return api, sorted(wanted)


def lead_links_to(pages):
    """Tells the function that writes messages where the stack's pages are. On AWS the template does that, with HTTPS."""
    lambda_ = boto3.client("lambda")
    functions = [row for page in lambda_.get_paginator("list_functions").paginate() for row in page["Functions"]]
    for function in functions:
        variables = function.get("Environment", {}).get("Variables", {})
        if variables.get("API_URL", pages) != pages:
            lambda_.update_function_configuration(FunctionName=function["FunctionName"], Environment={"Variables": variables | {"API_URL": pages}})


def url(api, stage="%24default"):
    """The API's base URL on the local cloud. `%24` is the dollar of the stage `$default`, safe in a shell."""
    return f"{ENDPOINT}/_aws/execute-api/{api}/{stage}"


def pages_url(api):
    """The base URL of the stack's pages. Their paths begin at the root, so the API is named by the host."""
    port = ENDPOINT.rpartition(":")[2]
    return f"http://{api}.execute-api.localhost:{port}"
