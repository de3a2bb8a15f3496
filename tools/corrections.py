"""What MiniStack 1.5.33 does otherwise than AWS, or slowly, put right from outside. Another version: look at each again."""

import email.utils
import functools
import json
import socketserver

from ministack.core import iam_actions
from ministack.core.lambda_runtime import ProvidedWorker
from ministack.services import lambda_svc


def send_small_answers_at_once():
    """Its HTTP servers wait 40 ms for more bytes before they send a small answer (Nagle's algorithm)."""
    socketserver.StreamRequestHandler.disable_nagle_algorithm = True


def pass_answers_on_at_once():
    """It waits up to 50 ms for a function to log something before it passes the function's answer on.

    A line that a function logs last may now be kept, in CloudWatch Logs, with its next call.
    """
    drain = ProvidedWorker._drain_stderr_bounded
    ProvidedWorker._drain_stderr_bounded = functools.partialmethod(drain, first_line_wait=0.0, idle_confirm=0.0)


class _Tee:
    """A function's output: every line that is read from it is also written to a file."""

    def __init__(self, stream, path):
        self.stream = stream
        self.file = open(path, "ab", buffering=0)

    def readline(self):
        line = self.stream.readline()
        self.file.write(line)
        return line

    def close(self):
        self.stream.close()
        self.file.close()


def keep_logs(directory):
    """Writes what functions print, as it is read, to `<directory>/<function>.log`: the privacy test reads all of it.

    MiniStack's own copy, in CloudWatch Logs, is cut up by invocation and lives as long as its process.
    """
    pump = ProvidedWorker._pump_output

    def pump_and_keep(self, stream, log_queue):
        pump(self, _Tee(stream, directory / f"{self.func_name}.log"), log_queue)

    ProvidedWorker._pump_output = pump_and_keep


def repeat_failed_stream_batches():
    """It takes a batch of stream records for done even if the function reports some as failed: they would be lost.

    AWS gives the function the batch again from the first failed record on; here it gets the whole batch again.
    """
    execute = lambda_svc._execute_function

    def execute_and_check(function, event):
        result = execute(function, event)
        records = event.get("Records") if isinstance(event, dict) else None
        if records and records[0].get("eventSource") == "aws:dynamodb" and not result.get("error"):
            answer = result.get("body")
            if isinstance(answer, dict) and answer.get("batchItemFailures"):
                error = {"errorType": "BatchItemFailures", "errorMessage": f"reported as failed: {answer['batchItemFailures']}"}
                return result | {"error": True, "body": error}
        return result

    lambda_svc._execute_function = execute_and_check


def know_leading_keys():
    """It does not know `dynamodb:LeadingKeys`, the partition keys that a request writes: any condition on them would hold.

    A transaction is checked with the keys of all its items. So it is judged as on AWS where one statement has them all.
    """
    find_context = iam_actions.dynamodb_service_context

    @functools.wraps(find_context)
    def context(body):
        keys = _written_keys(json.loads(body or b"{}"))
        return find_context(body) | ({"dynamodb:LeadingKeys": keys} if keys else {})

    iam_actions.dynamodb_service_context = context


def _written_keys(request):
    """The partition keys of the items that a request names."""
    members = [request] + [member for item in request.get("TransactItems", []) for member in item.values()]
    items = [member.get("Item") or member.get("Key") for member in members]
    return [item["pk"]["S"] for item in items if item]


def authorise_as_aws_does():
    """It checks permissions that do not exist on AWS.

    The batch forms of SQS's calls need the permission of the plain ones, `sqs:SendMessage` for `SendMessageBatch`; and
    `ses:SendEmail` is needed for the sending identity, which is the address, not for everything.
    """
    find_action = iam_actions.extract_iam_action
    find_resource = iam_actions.extract_resource_arn

    @functools.wraps(find_action)
    def action(*arguments, **named):
        found = find_action(*arguments, **named)
        return found.removesuffix("Batch") if found and found.startswith("sqs:") else found

    @functools.wraps(find_resource)
    def resource(service, method, path, headers, body, query_params, region, account_id):
        if service == "ses" and path.rstrip("/").endswith("/v2/email/outbound-emails"):
            _, address = email.utils.parseaddr(json.loads(body).get("FromEmailAddress", ""))
            return f"arn:aws:ses:{region}:{account_id}:identity/{address}"
        return find_resource(service, method, path, headers, body, query_params, region, account_id)

    iam_actions.extract_iam_action = action
    iam_actions.extract_resource_arn = resource
