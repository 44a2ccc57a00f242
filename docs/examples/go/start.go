// Starts or joins the reversal of an order, and prints its first verdict.
//
//	go run . ACCOUNT ORDER_ID AMOUNT REASON
//
// Exit status 0: the verdict is on stdout. 75: no verdict yet, run it again. Anything else: no verdict,
// stderr says why. Without a verdict nothing may be told to anybody: that is never "not paid", and never
// "paid".
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
)

const (
	wait  = 2 * time.Second
	grace = 3 * time.Second
)

var urgency = map[string]int{"ambiguous": 1, "void": 2, "timeout": 4}

type request struct {
	Provider string `json:"provider"`
	Account  string `json:"account"`
	OrderID  string `json:"orderId"`
	Amount   int64  `json:"amount"` // in minor units
	Currency string `json:"currency"`
	Reason   string `json:"reason"`
	Method   string `json:"method"`
}

type submit struct {
	// The request once more: a reversal of the order that already runs takes over what is stronger in it.
	Request  request `json:"request"`
	AnswerBy int64   `json:"answerBy"` // epoch milliseconds
}

type state struct {
	Status  string  `json:"status"`
	Verdict *string `json:"verdict"`
}

// Each part percent-encoded as JavaScript's encodeURIComponent does it; any other id is refused.
var asIs = strings.NewReplacer("+", "%20", "%21", "!", "%27", "'", "%28", "(", "%29", ")", "%2A", "*")

func workflowID(r request) string {
	encode := func(part string) string { return asIs.Replace(url.QueryEscape(part)) }
	return strings.Join([]string{"reversal", encode(r.Provider), encode(r.Account), encode(r.OrderID)}, "/")
}

func keyword(name, value string) temporal.SearchAttributeUpdate {
	return temporal.NewSearchAttributeKeyKeyword(name).ValueSet(value)
}

// The state with the first verdict, or as it is after `wait`.
func reverse(ctx context.Context, r request) (state, error) {
	var answer state
	// Address, namespace, TLS and API key as the `temporal` command has them: TEMPORAL_ADDRESS, … or a profile.
	options, err := envconfig.LoadDefaultClientOptions()
	if err != nil {
		return answer, err
	}
	options.Logger = log.NewStructuredLogger(slog.New(slog.DiscardHandler))
	temporalClient, err := client.DialContext(ctx, options)
	if err != nil {
		return answer, err
	}
	defer temporalClient.Close()
	start := temporalClient.NewWithStartWorkflowOperation(client.StartWorkflowOptions{
		ID:                       workflowID(r),
		TaskQueue:                "unwind-" + r.Provider,
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		Priority:                 temporal.Priority{PriorityKey: urgency[r.Reason], FairnessKey: r.Account},
		// With these, lists show it before a worker has taken it. The workflow sets what is missing.
		TypedSearchAttributes: temporal.NewSearchAttributes(
			keyword("ReversalStatus", "checking"),
			keyword("ReversalProvider", r.Provider),
			keyword("ReversalAccount", r.Account),
			keyword("ReversalOrderId", r.OrderID),
			keyword("ReversalReason", r.Reason),
		),
	}, "reversePayment", r)
	handle, err := temporalClient.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{
		StartWorkflowOperation: start,
		UpdateOptions: client.UpdateWorkflowOptions{
			UpdateName:   "submit",
			Args:         []any{submit{Request: r, AnswerBy: time.Now().Add(wait).UnixMilli()}},
			WaitForStage: client.WorkflowUpdateStageCompleted,
		},
	})
	if err != nil {
		return answer, err
	}
	return answer, handle.Get(ctx, &answer)
}

func main() {
	if len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "needs ACCOUNT ORDER_ID AMOUNT REASON")
		os.Exit(1)
	}
	amount, err := strconv.ParseInt(os.Args[3], 10, 64)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	ctx, cancel := context.WithTimeout(context.Background(), wait+grace)
	defer cancel()
	answer, err := reverse(ctx, request{
		Provider: "alipay", Account: os.Args[1], OrderID: os.Args[2], Amount: amount,
		Currency: "CNY", Reason: os.Args[4], Method: "barcode",
	})
	var refused *temporal.ApplicationError
	switch {
	case errors.As(err, &refused):
		fmt.Fprintln(os.Stderr, "no verdict:", refused)
		os.Exit(1)
	case err != nil:
		// The server or its workers are not there, or it took too long. It may have been started all the same.
		fmt.Fprintln(os.Stderr, "no verdict, run it again:", err)
		os.Exit(75)
	case answer.Verdict == nil:
		fmt.Fprintln(os.Stderr, "no verdict yet, run it again:", answer.Status)
		os.Exit(75)
	}
	fmt.Println(*answer.Verdict)
}
