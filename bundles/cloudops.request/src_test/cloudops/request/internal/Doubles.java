package cloudops.request.internal;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import cloudops.aws.AwsException;
import cloudops.aws.AwsProfile;
import cloudops.aws.CallerIdentity;
import cloudops.aws.Profiles;
import cloudops.execution.Approval;
import cloudops.execution.Approver;
import cloudops.execution.Command;
import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionPlan;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionResult;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.HistoryFilter;
import cloudops.execution.PlanListener;
import cloudops.execution.PlanProblem;
import cloudops.execution.PlanResult;
import cloudops.execution.PlanResult.StepResult;
import cloudops.execution.Verdict;
import cloudops.execution.Verdict.Decision;
import cloudops.execution.Verdict.Effect;
import cloudops.model.AwsResource;
import cloudops.model.Environment;
import cloudops.model.IamPermissions;
import cloudops.model.PermissionSource;
import cloudops.model.ResourceKey;
import cloudops.model.Risk;
import cloudops.model.UserContext;
import cloudops.scanner.EstateScanner;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult;
import cloudops.scanner.ScanResult.Scope;
import cloudops.scanner.ScanResult.ScopeStatus;
import cloudops.scanner.spi.ServiceScanner;
import cloudops.storage.EstateStorage;
import cloudops.storage.ResourceFilter;
import cloudops.storage.SearchHit;
import cloudops.storage.StorageException;

/** Stand-ins for the services below the request builder. */
final class Doubles {

    static final String PRODUCTION = "123456789012";
    static final String STAGING = "210987654321";

    private Doubles() {
    }

    static AwsResource database(String name, String account, String region, String state) {
        return resource("rds_instance", name, name, account, region, "arn:aws:rds:" + region + ":" + account + ":db:" + name, state,
                Map.of("team", "data"), Map.of("engine", "postgres"));
    }

    static AwsResource server(String name, String id, String account, String region, String state) {
        return resource("ec2_instance", id, name, account, region, "arn:aws:ec2:" + region + ":" + account + ":instance/" + id, state,
                Map.of("Name", name), Map.of());
    }

    static AwsResource resource(String type, String id, String name, String account, String region, String arn, String state,
            Map<String, String> tags, Map<String, Object> metadata) {
        var iam = new IamPermissions(List.of(), List.of(), List.of(), new UserContext("john", null, null), PermissionSource.EVALUATED, null,
                Map.of());
        return new AwsResource(type, id, account, account.equals(PRODUCTION) ? "production" : "staging", region,
                type.substring(0, type.indexOf('_')), arn, name, state, tags, Instant.EPOCH, iam, null, metadata);
    }

    static Environment environment(boolean readOnly) {
        return new Environment(Path.of("home"), Path.of("config"), Path.of("credentials"), Optional.empty(), readOnly, false);
    }

    /** Finds by equal names first, then by shared letters, as a search that is not particular would. */
    static final class Storage implements EstateStorage {
        final Map<ResourceKey, AwsResource> resources = new LinkedHashMap<>();
        boolean broken;

        Storage(AwsResource... all) {
            for (var each : all) {
                resources.put(each.key(), each);
            }
        }

        @Override
        public List<SearchHit> search(String query, ResourceFilter filter, int limit) throws StorageException {
            if (broken) {
                throw new StorageException(StorageException.Problem.CORRUPT, "the store is damaged");
            }
            var text = query.toLowerCase(Locale.ROOT);
            var exact = new ArrayList<SearchHit>();
            var rest = new ArrayList<SearchHit>();
            for (var each : resources.values()) {
                if (!matches(filter, each)) {
                    continue;
                }
                if (List.of(each.name(), each.identifier(), each.arn()).stream().anyMatch(query::equalsIgnoreCase)) {
                    exact.add(new SearchHit(each, 1, "exact_name"));
                } else if (text.chars().anyMatch(c -> each.toString().toLowerCase(Locale.ROOT).indexOf(c) >= 0)) {
                    rest.add(new SearchHit(each, 0.5, "words+meaning"));
                }
            }
            exact.addAll(rest);
            return exact.subList(0, Math.min(limit, exact.size()));
        }

        @Override
        public List<String> complete(String typed, ResourceFilter filter, int limit) {
            throw new UnsupportedOperationException();
        }

        private static boolean matches(ResourceFilter filter, AwsResource each) {
            return (filter.accounts().isEmpty() || filter.accounts().contains(each.accountId()) || filter.accounts().contains(each.accountName()))
                    && (filter.regions().isEmpty() || filter.regions().contains(each.region()))
                    && (filter.types().isEmpty() || filter.types().contains(each.resourceType()))
                    && (filter.states().isEmpty() || filter.states().contains(each.state()))
                    && filter.tags().entrySet().stream().allMatch(tag -> tag.getValue().equals(each.tags().get(tag.getKey())));
        }

        @Override
        public void list(ResourceFilter filter, Consumer<AwsResource> each) {
            resources.values().stream().filter(resource -> matches(filter, resource)).forEach(each);
        }

        @Override
        public Optional<AwsResource> get(ResourceKey key) {
            return Optional.ofNullable(resources.get(key));
        }

        @Override
        public UpsertResult upsert(List<Embedded> more) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Set<ResourceKey> changed(Collection<AwsResource> some) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Set<ResourceKey> keys(ResourceFilter filter) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long count(ResourceFilter filter) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int delete(Collection<ResourceKey> keys) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<DamagedRecord> damaged() {
            return List.of();
        }
    }

    /** Remembers what it was given; the n-th execution fails if told so; refuses what has no approval of its own hash. */
    static final class Engine implements ExecutionEngine {
        final List<ExecutionRequest> executed = new ArrayList<>();
        Verdict verdict = new Verdict(Effect.MUTATING, Risk.MEDIUM, Decision.ASK, "it changes resources");
        int failing = -1;
        int refusing = -1;
        Approval approval;
        private PlanResult ended;

        @Override
        public UUID executePlan(ExecutionPlan plan, PlanListener listener) throws ExecutionException {
            if (verdict.approvalRequired() && (plan.approval() == null || !plan.approval().hash().equals(approvalHash(plan)))) {
                throw new ExecutionException(ExecutionException.Problem.APPROVAL_REQUIRED, "not approved");
            }
            if (refusing == 0) {
                throw new ExecutionException(ExecutionException.Problem.INVALID_PLAN, "nothing runs it");
            }
            approval = plan.approval();
            var steps = new ArrayList<StepResult>();
            for (var step : plan.steps()) {
                boolean ends = !steps.isEmpty() && !succeeded(steps.getLast());
                if (!ends && executed.size() != refusing) {
                    executed.add(step.request());
                    listener.stepStarted(step);
                }
                steps.add(ends ? new StepResult(step.id(), ExecutionStatus.SKIPPED, null, "the one before")
                        : executed.size() == refusing && steps.size() == refusing
                                ? new StepResult(step.id(), ExecutionStatus.FAILED, null, "nothing runs it")
                                : new StepResult(step.id(), ExecutionStatus.COMPLETED, result(step.request().id()), null));
                listener.stepEnded(steps.getLast(), steps.size(), plan.steps().size());
            }
            var good = steps.stream().allMatch(Engine::succeeded);
            ended = new PlanResult(plan.id(), good ? ExecutionStatus.COMPLETED : ExecutionStatus.FAILED, steps, Instant.EPOCH, Instant.EPOCH);
            return plan.id();
        }

        private static boolean succeeded(StepResult step) {
            return step.result() != null && step.result().succeeded();
        }

        @Override
        public UUID execute(ExecutionRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ExecutionResult result(UUID id) {
            var failed = executed.size() - 1 == failing;
            return new ExecutionResult(id, ExecutionStatus.COMPLETED, failed ? 255 : 0, "out", "", null, Instant.EPOCH, Instant.EPOCH, null);
        }

        @Override
        public AutoCloseable output(UUID id, OutputListener listener) {
            Thread.startVirtualThread(() -> {
                listener.line(Stream.STDOUT, "line of " + id);
                listener.ended(result(id));
            });
            return () -> {
                // nothing is held
            };
        }

        @Override
        public List<PlanProblem> problems(ExecutionPlan plan) {
            return List.of();
        }

        @Override
        public Verdict verdict(Command command) {
            return verdict;
        }

        @Override
        public String approvalHash(ExecutionRequest request) {
            return "sha256:" + Integer.toHexString((request.command() + "" + request.env() + request.metadata().accountId()).hashCode());
        }

        @Override
        public CompletableFuture<ExecutionResult> executeReadOnly(ExecutionRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ExecutionRecord status(UUID id) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<ExecutionResult> completion(UUID id) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void cancel(UUID id) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<ExecutionRecord> history(HistoryFilter filter) {
            return List.of();
        }

        @Override
        public UUID executeWithApproval(ExecutionRequest request, Approver approver) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Verdict verdict(ExecutionRequest request) {
            return verdict;
        }

        @Override
        public Verdict verdict(ExecutionPlan plan) {
            return verdict;
        }

        @Override
        public String approvalHash(ExecutionPlan plan) {
            return String.format("sha256:%064x", plan.steps().stream().map(step -> approvalHash(step.request())).toList().hashCode());
        }

        @Override
        public PlanResult planResult(UUID planId) {
            return ended;
        }

        @Override
        public CompletableFuture<PlanResult> planCompletion(UUID planId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public InputStream readLogs(UUID id) {
            throw new UnsupportedOperationException();
        }
    }

    /** Knows the profiles {@code prod} and {@code stage}. */
    static final class Accounts implements Profiles {
        final Map<String, String> profiles = new LinkedHashMap<>(Map.of(PRODUCTION, "prod", STAGING, "stage"));
        final List<UserContext> asked = new ArrayList<>();

        @Override
        public List<AwsProfile> list() {
            return List.of();
        }

        @Override
        public AwsProfile get(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CallerIdentity identity(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String profileOf(String accountId) {
            return profiles.get(accountId);
        }

        @Override
        public String profileOf(String accountId, UserContext user) throws AwsException {
            asked.add(user);
            if (!profiles.containsKey(accountId)) {
                throw new AwsException(AwsException.Problem.EXPIRED_TOKEN, "ExpiredToken", "sign in to " + accountId + " again", null);
            }
            return profiles.get(accountId);
        }
    }

    /** Changes the storage as told when it scans. */
    static final class Scanner implements EstateScanner {
        final List<ScanRequest> requests = new ArrayList<>();
        Runnable effect = () -> {
        };
        ScopeStatus status = ScopeStatus.COMPLETE;

        @Override
        public ScanResult scan(ScanRequest request, ScanListener listener) {
            requests.add(request);
            effect.run();
            return new ScanResult(1, 1, 0, 0, 1, Map.of(),
                    List.of(new Scope(PRODUCTION, "production", "eu-west-1", "rds", "rds_instance", status, 1, List.of())), List.of());
        }

        @Override
        public List<String> services() {
            return List.of();
        }

        @Override
        public List<ServiceScanner> scanners() {
            return List.of();
        }
    }
}
