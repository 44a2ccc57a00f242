"""Starts or joins the reversal of an order, and prints its first verdict.

    python start.py ACCOUNT ORDER_ID AMOUNT REASON

Exit status 0: the verdict is on stdout. 75: no verdict yet, run it again. Anything else: no verdict,
stderr says why. Without a verdict nothing may be told to anybody: that is never "not paid", and never
"paid".
"""

# /// script
# requires-python = ">=3.10"
# dependencies = ["temporalio==1.35.0"]
# ///
import asyncio
import os
import sys
import time
from typing import Any
from urllib.parse import quote

from temporalio.client import Client, WithStartWorkflowOperation, WorkflowUpdateFailedError
from temporalio.common import (
    Priority,
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
)
from temporalio.envconfig import ClientConfig
from temporalio.exceptions import TemporalError

WAIT_SECONDS = 2.0
GRACE_SECONDS = 3.0
URGENCY = {"ambiguous": 1, "void": 2, "timeout": 4}


def workflow_id(request: dict[str, Any]) -> str:
    """Each part percent-encoded as JavaScript's encodeURIComponent does it; any other id is refused."""
    parts = (request["provider"], request["account"], request["orderId"])
    return "/".join(["reversal", *(quote(part, safe="!~*'()") for part in parts)])


def keyword(name: str, value: str) -> SearchAttributePair[str]:
    return SearchAttributePair(SearchAttributeKey.for_keyword(name), value)


async def reverse(request: dict[str, Any]) -> dict[str, Any]:
    """The state with the first verdict, or as it is after WAIT_SECONDS."""
    # Address, namespace, TLS and API key as the `temporal` command has them: TEMPORAL_ADDRESS, … or a profile.
    client = await Client.connect(**ClientConfig.load_client_connect_config())
    start = WithStartWorkflowOperation(
        "reversePayment",
        request,
        id=workflow_id(request),
        task_queue=f"unwind-{request['provider']}",
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        priority=Priority(priority_key=URGENCY[request["reason"]], fairness_key=request["account"]),
        # With these, lists show it before a worker has taken it. The workflow sets what is missing.
        search_attributes=TypedSearchAttributes(
            [
                keyword("ReversalStatus", "checking"),
                keyword("ReversalProvider", request["provider"]),
                keyword("ReversalAccount", request["account"]),
                keyword("ReversalOrderId", request["orderId"]),
                keyword("ReversalReason", request["reason"]),
            ]
        ),
    )
    return await client.execute_update_with_start_workflow(
        "submit",
        # The request once more: a reversal of the order that already runs takes over what is stronger in it.
        {"request": request, "answerBy": round((time.time() + WAIT_SECONDS) * 1000)},
        start_workflow_operation=start,
        result_type=dict,
    )


def main(account: str, order_id: str, amount: str, reason: str) -> int:
    request = {
        "provider": "alipay",
        "account": account,
        "orderId": order_id,
        "amount": int(amount),  # in minor units
        "currency": "CNY",
        "reason": reason,
        "method": "barcode",
    }
    try:
        state = asyncio.run(asyncio.wait_for(reverse(request), WAIT_SECONDS + GRACE_SECONDS))
    except WorkflowUpdateFailedError as refused:
        print(f"no verdict: {refused.cause.__cause__ or refused.cause}", file=sys.stderr)
        return 1
    # The server or its workers are not there, or it took too long. It may have been started all the same.
    except (TemporalError, RuntimeError, asyncio.TimeoutError) as error:
        print(f"no verdict, run it again: {error!r}", file=sys.stderr)
        return 75
    if "verdict" not in state:
        print(f"no verdict yet, run it again: {state['status']}", file=sys.stderr)
        return 75
    print(state["verdict"])
    return 0


if __name__ == "__main__":
    status = main(*sys.argv[1:])
    sys.stdout.flush()
    # A process that ends right after a call can crash in the SDK's threads, which would change the exit status:
    # https://github.com/temporalio/sdk-python/issues/300. A service that runs on needs no such line.
    os._exit(status)
