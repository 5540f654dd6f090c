package cloudops.iam.standin;

import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import cloudops.iam.standin.Account.Caller;
import cloudops.iam.standin.HttpServer.Request;
import cloudops.iam.standin.HttpServer.Response;
import cloudops.iam.standin.Judge.Reading;

/**
 * A server that speaks the Query protocol of IAM, and of STS as far as GetCallerIdentity, on a port of loopback: it reads principals and
 * policies and simulates them, as strict as AWS is by its documentation. It can be told to misbehave. What it does not know it refuses, so
 * that nothing passes for tested that is not. Keeps everything in memory. Thread-safe.
 */
public final class IamDouble implements AutoCloseable {

    private static final Pattern CREDENTIAL = Pattern.compile("Credential=([^/]+)/\\d{8}/[^/]+/([^/]+)/aws4_request");
    private static final String IAM_VERSION = "2010-05-08";
    private static final String STS_VERSION = "2011-06-15";

    /** How often each operation was called, refused calls included. */
    public final Map<String, LongAdder> calls = new ConcurrentHashMap<>();
    /** Operations that nobody may call. */
    public final Set<String> denied = ConcurrentHashMap.newKeySet();
    /** So many calls are throttled. */
    public final AtomicInteger throttled = new AtomicInteger();
    /** More than so many calls at a time are throttled. */
    public final AtomicInteger atOnce = new AtomicInteger(Integer.MAX_VALUE);
    /** So many calls are answered with a page of somebody else. */
    public final AtomicInteger garbage = new AtomicInteger();
    /** So many connections break without an answer. */
    public final AtomicInteger broken = new AtomicInteger();
    /** Most items of a page, whatever the call asks for. */
    public final AtomicInteger pageSize = new AtomicInteger(1000);
    /** The most calls that were under way at a time. */
    public final AtomicInteger mostAtOnce = new AtomicInteger();
    /** Is told of each operation before it is served, and may keep it waiting. */
    public volatile Consumer<String> onCall = operation -> { };

    private final Map<String, Account> accounts = new ConcurrentHashMap<>();
    private final AtomicInteger running = new AtomicInteger();
    private final Judge judge;
    private final HttpServer server;

    public IamDouble() {
        this(new Reading(true, false));
    }

    public IamDouble(Reading reading) {
        judge = new Judge(reading);
        server = new HttpServer(this::answer);
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    /** @param id 12 digits; the same account for the same id */
    public Account account(String id) {
        return accounts.computeIfAbsent(id, Account::new);
    }

    public long calls(String operation) {
        return calls.getOrDefault(operation, new LongAdder()).sum();
    }

    /** Of IAM, of all operations together. */
    public long iamCalls() {
        return calls.entrySet().stream().filter(entry -> !entry.getKey().equals("GetCallerIdentity"))
                .mapToLong(entry -> entry.getValue().sum()).sum();
    }

    private Response answer(Request request) {
        var query = new Query(request.body());
        calls.computeIfAbsent(query.action(), name -> new LongAdder()).increment();
        int now = running.incrementAndGet();
        mostAtOnce.accumulateAndGet(now, Math::max);
        try {
            onCall.accept(query.action());
            if (take(broken)) {
                return new Response(0, null, null);
            }
            if (take(garbage)) {
                return new Response(200, "text/html", "<html><body><h1>Welcome to the guest network</h1></body>");
            }
            if (now > atOnce.get() || take(throttled)) {
                throw new Refusal(400, "Throttling", "Rate exceeded");
            }
            return new Response(200, "text/xml", served(query, request));
        } catch (Refusal e) {
            return new Response(e.status(), "text/xml", e.body());
        } finally {
            running.decrementAndGet();
        }
    }

    private String served(Query query, Request request) throws Refusal {
        var credential = CREDENTIAL.matcher(request.headers().getOrDefault("authorization", ""));
        if (!credential.find()) {
            throw new Refusal(403, "MissingAuthenticationToken", "Request is missing Authentication Token");
        }
        var caller = accounts.values().stream().flatMap(account -> account.caller(credential.group(1)).stream()).findFirst()
                .orElseThrow(() -> new Refusal(403, "InvalidClientTokenId", "The security token included in the request is invalid."));
        var operation = query.action();
        if (denied.contains(operation)) {
            throw new Refusal(403, "AccessDenied", "User: " + caller.arn() + " is not authorized to perform: iam:" + operation
                    + " because no identity-based policy allows the iam:" + operation + " action");
        }
        var out = new Xml().open(operation + "Response").open(operation + "Result");
        write(query, caller, credential.group(2), out);
        return out.close(operation + "Result").open("ResponseMetadata").text("RequestId", "00000000-0000-0000-0000-000000000000")
                .close("ResponseMetadata").close(operation + "Response").toString();
    }

    private void write(Query query, Caller caller, String service, Xml out) throws Refusal {
        var paging = new Paging(pageSize.get());
        if (service.equals("sts") && query.version().equals(STS_VERSION) && query.action().equals("GetCallerIdentity")) {
            out.text("Arn", caller.arn()).text("UserId", caller.userId()).text("Account", caller.entity().account.id());
        } else if (service.equals("iam") && query.version().equals(IAM_VERSION) && query.action().equals("SimulatePrincipalPolicy")) {
            new Simulator(accounts, judge).answer(query, paging, out);
        } else if (!service.equals("iam") || !query.version().equals(IAM_VERSION)
                || !new Reads(caller.entity().account).answer(query, paging, out)) {
            throw new Refusal(400, "InvalidAction", "Could not find operation " + query.action() + " for version " + query.version());
        }
    }

    private static boolean take(AtomicInteger left) {
        return left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    }

    @Override
    public void close() {
        server.close();
    }
}
