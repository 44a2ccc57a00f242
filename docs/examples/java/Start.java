import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.grpc.Context;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.client.UpdateOptions;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.client.WorkflowUpdateStage;
import io.temporal.common.Priority;
import io.temporal.common.SearchAttributeKey;
import io.temporal.common.SearchAttributes;
import io.temporal.envconfig.ClientConfigProfile;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Starts or joins the reversal of an order, and prints its first verdict.
 *
 * <p>Arguments: ACCOUNT ORDER_ID AMOUNT REASON. Exit status 0: the verdict is on stdout. 75: no verdict yet, run it
 * again. Else no verdict, and stderr says why. Without a verdict nothing may be told to anybody: that is never "not
 * paid", and never "paid".
 */
public final class Start {
  private static final Duration WAIT = Duration.ofSeconds(2);
  private static final Duration GRACE = Duration.ofSeconds(3);
  private static final Map<String, Integer> URGENCY = Map.of("ambiguous", 1, "void", 2, "timeout", 4);

  /** The amount is in minor units. */
  record Request(
      String provider, String account, String orderId, long amount, String currency, String reason, String method) {}

  /** The request once more: a reversal of the order that already runs takes over what is stronger in it. */
  record Submit(Request request, long answerBy) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record State(String status, String verdict) {}

  /** Percent-encoded as JavaScript's encodeURIComponent does it; any other id is refused. */
  static String encode(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("%21", "!")
        .replace("%27", "'")
        .replace("%28", "(")
        .replace("%29", ")")
        .replace("%7E", "~");
  }

  static SearchAttributeKey<String> keyword(String name) {
    return SearchAttributeKey.forKeyword(name);
  }

  /** The state with the first verdict, or as it is after WAIT. */
  static State reverse(WorkflowClient client, Request request) {
    var id = "reversal/%s/%s/%s"
        .formatted(encode(request.provider()), encode(request.account()), encode(request.orderId()));
    var priority = Priority.newBuilder()
        .setPriorityKey(URGENCY.get(request.reason()))
        .setFairnessKey(request.account())
        .build();
    // With these, lists show it before a worker has taken it. The workflow sets what is missing.
    var searchAttributes = SearchAttributes.newBuilder()
        .set(keyword("ReversalStatus"), "checking")
        .set(keyword("ReversalProvider"), request.provider())
        .set(keyword("ReversalAccount"), request.account())
        .set(keyword("ReversalOrderId"), request.orderId())
        .set(keyword("ReversalReason"), request.reason())
        .build();
    var workflow = client.newUntypedWorkflowStub(
        "reversePayment",
        WorkflowOptions.newBuilder()
            .setWorkflowId(id)
            .setTaskQueue("unwind-" + request.provider())
            .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
            .setPriority(priority)
            .setTypedSearchAttributes(searchAttributes)
            .build());
    var submit = UpdateOptions.newBuilder(State.class)
        .setUpdateName("submit")
        .setWaitForStage(WorkflowUpdateStage.COMPLETED)
        .build();
    var message = new Submit(request, Instant.now().plus(WAIT).toEpochMilli());
    return workflow.executeUpdateWithStart(submit, new Object[] {message}, new Object[] {request});
  }

  static int run(Request request) throws Exception {
    // Address, namespace, TLS and API key as the `temporal` command has them: TEMPORAL_ADDRESS, … or a profile.
    var profile = ClientConfigProfile.load();
    var service = WorkflowServiceStubs.newServiceStubs(profile.toWorkflowServiceStubsOptions());
    var timer = Executors.newSingleThreadScheduledExecutor();
    var deadline = Context.current().withDeadlineAfter(WAIT.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS, timer);
    try {
      var client = WorkflowClient.newInstance(service, profile.toWorkflowClientOptions());
      var state = deadline.call(() -> reverse(client, request));
      if (state.verdict() == null) {
        System.err.println("no verdict yet, run it again: " + state.status());
        return 75;
      }
      System.out.println(state.verdict());
      return 0;
    } catch (WorkflowUpdateException refused) {
      System.err.println("no verdict: " + refused.getCause().getMessage());
      return 1;
    } catch (RuntimeException error) {
      // The server or its workers are not there, or it took too long. It may have been started all the same.
      System.err.println("no verdict, run it again: " + error + ", " + error.getCause());
      return 75;
    } finally {
      timer.shutdownNow();
      service.shutdownNow();
    }
  }

  public static void main(String[] args) throws Exception {
    System.exit(run(new Request("alipay", args[0], args[1], Long.parseLong(args[2]), "CNY", args[3], "barcode")));
  }
}
