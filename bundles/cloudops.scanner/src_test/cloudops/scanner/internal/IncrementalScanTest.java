package cloudops.scanner.internal;

import static cloudops.scanner.ScanResult.ScopeStatus.COMPLETE;
import static cloudops.scanner.ScanResult.ScopeStatus.PARTIAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.AwsException.Problem;
import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.PermissionSource;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult;
import cloudops.scanner.ScanResult.Scope;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ScanException.Category;
import cloudops.storage.EstateStorage.Embedded;

/** An incremental scan asks for lists, and for more only of what is listed otherwise than before. */
@Timeout(30)
class IncrementalScanTest extends Scans {

    private final Queue<String> described = new ConcurrentLinkedQueue<>();

    /** A scanner that asks something about each thing, as the one of buckets does. */
    private class Things extends TestScanner {

        Things() {
            super("car");
        }

        @Override
        public RawResource describe(RawResource raw, ScanContext context) throws ScanException, InterruptedException {
            described.add(raw.data().path("Id").asText());
            context.call("cartags", "get-tags", raw.data());
            return raw;
        }

        @Override
        public AwsResource transform(RawResource raw, ScanContext context) {
            var r = super.transform(raw, context);
            return new AwsResource(r.resourceType(), r.identifier(), r.accountId(), r.accountName(), r.region(), r.service(), r.arn(), r.name(),
                    raw.data().path("State").asText("running"), r.tags(), r.lastSynced(), null, null, null);
        }

        @Override
        public JsonNode lasting(RawResource listed) {
            return ((ObjectNode) listed.data().deepCopy()).without("LastUsed");
        }
    }

    private ScanResult full(PipelineScanner scanner) throws InterruptedException {
        return again(scanner, request());
    }

    private ScanResult incremental(PipelineScanner scanner) throws InterruptedException {
        return again(scanner, new ScanRequest(List.of("production"), List.of(REGION), List.of(), List.of(), false, Transport.AUTO, true));
    }

    private ScanResult again(PipelineScanner scanner, ScanRequest request) throws InterruptedException {
        described.clear();
        asked.clear();
        embedded.clear();
        aws.calls.clear();
        return scan(scanner, request);
    }

    private void listed(String field, Object... idsAndValues) {
        var answer = JsonNodeFactory.instance.objectNode();
        var things = answer.putArray("Things");
        for (int i = 0; i < idsAndValues.length; i += 2) {
            things.addObject().put("Id", (String) idsAndValues[i]).put(field, (String) idsAndValues[i + 1]);
        }
        aws.answer("car", REGION, call -> answer);
    }

    private static List<Integer> counts(ScanResult result) {
        return List.of(result.discovered(), result.upserted(), result.unchanged(), result.deleted());
    }

    @Test
    void asksForListsOnlyWhereNothingHasChanged() throws Exception {
        aws.has("car", REGION, ids(250));
        full(scanner(new Things()));
        assertThat(aws.calls).hasSize(251);

        var result = incremental(scanner(new Things()));

        assertThat(aws.calls).singleElement().satisfies(call -> assertThat(call.operation()).isEqualTo("list"));
        assertThat(asked).isEmpty();
        assertThat(embedded).isEmpty();
        assertThat(counts(result)).containsExactly(250, 0, 250, 0);
        assertThat(result.scopes()).extracting(Scope::status).containsExactly(COMPLETE);
    }

    @Test
    void looksAgainAtWhatIsListedOtherwiseAndAtWhatIsNew() throws Exception {
        listed("State", "a", "running", "b", "running");
        var scanner = scanner(new Things());
        full(scanner);

        listed("State", "a", "running", "b", "stopped", "c", "running");
        var stopped = incremental(scanner);

        assertThat(described).containsExactlyInAnyOrder("b", "c");
        assertThat(asked).hasSize(2);
        assertThat(counts(stopped)).containsExactly(3, 2, 1, 0);
        assertThat(states()).containsExactly("a running", "b stopped", "c running");

        listed("State", "a", "running", "b", "running", "c", "running");
        incremental(scanner);
        assertThat(described).as("as it was listed first is not as it was listed last").containsExactly("b");
        assertThat(states()).containsExactly("a running", "b running", "c running");
        incremental(scanner);
        assertThat(described).isEmpty();
    }

    private List<String> states() {
        return estate.stored.values().stream().map(each -> each.resource().identifier() + " " + each.resource().state()).sorted().toList();
    }

    @Test
    void whatChangesByItselfDoesNotCount() throws Exception {
        listed("LastUsed", "a", "10:00");
        var scanner = scanner(new Things());
        full(scanner);
        listed("LastUsed", "a", "10:05");

        incremental(scanner);

        assertThat(described).isEmpty();
    }

    @Test
    void removesNothing() throws Exception {
        aws.has("car", REGION, "a", "b");
        var scanner = scanner(new Things());
        full(scanner);
        aws.has("car", REGION);

        assertThat(counts(incremental(scanner))).containsExactly(0, 0, 0, 0);
        assertThat(estate.identifiers()).containsExactly("a", "b");
        assertThat(full(scanner).deleted()).isEqualTo(2);
        assertThatThrownBy(() -> new ScanRequest(List.of(), List.of(), List.of(), List.of(), true, Transport.AUTO, true))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void withoutAnythingKnownItIsAsAFullScan() throws Exception {
        aws.has("car", REGION, "a");
        assertThat(counts(incremental(scanner(new Things())))).containsExactly(1, 1, 0, 0);
        cache.entries.clear();
        incremental(scanner(new Things()));
        assertThat(described).containsExactly("a");
        cache.entries.replaceAll((name, bytes) -> new byte[] { 0, 0, 0, 1, 0 });
        incremental(scanner(new Things()));
        assertThat(described).containsExactly("a");
        cache.entries.replaceAll((name, bytes) -> Arrays.copyOf(bytes, bytes.length - 1));
        incremental(scanner(new Things()));
        assertThat(described).containsExactly("a");
    }

    @Test
    void whatTheEstateHasNoLongerOrOtherwiseIsLookedAtAgain() throws Exception {
        aws.has("car", REGION, "changed", "gone", "same", "wordless");
        var scanner = scanner(new Things());
        full(scanner);
        estate.stored.replaceAll((key, each) -> switch (key.identifier()) {
            case "changed" -> new Embedded(each.resource().withIam(null), each.vector());
            case "wordless" -> new Embedded(each.resource(), null);
            default -> each;
        });
        estate.stored.keySet().removeIf(key -> key.identifier().equals("gone"));

        incremental(scanner);

        assertThat(described).containsExactlyInAnyOrder("changed", "gone", "wordless");
        assertThat(estate.identifiers()).containsExactly("changed", "gone", "same", "wordless");
    }

    @Test
    void whatWasLostOnTheWayIsLookedAtAgain() throws Exception {
        aws.has("car", REGION, "fails", "locked", "whole");
        var broken = new Things() {
            @Override
            public RawResource describe(RawResource raw, ScanContext context) throws ScanException, InterruptedException {
                switch (raw.data().path("Id").asText()) {
                    case "fails" -> throw new ScanException(Category.EXECUTION, "Network", true, "no route", null);
                    case "locked" -> context.incomplete(new ScanException(Category.AWS_CLI, "AccessDenied", false, "no tags", null));
                    default -> {
                    }
                }
                return super.describe(raw, context);
            }
        };
        full(scanner(broken));

        assertThat(incremental(scanner(broken)).scopes()).extracting(Scope::status).containsExactly(PARTIAL);
        assertThat(described).containsExactly("locked");
        assertThat(incremental(scanner(new Things() {
        })).complete()).isTrue();
    }

    @Test
    void unknownPermissionsAreAskedForAgain() throws Exception {
        aws.has("car", REGION, "a");
        var granted = permissions;
        permissions = (actions, arn) -> IamPermissions.unknown(actions, USER, "IAM cannot be reached");
        full(scanner(new Things()));
        assertThat(incremental(scanner(new Things())).scopes()).extracting(Scope::status).as("they still are not known").containsExactly(PARTIAL);
        assertThat(asked).hasSize(1);
        assertThat(described).as("for which the rest need not be asked for").isEmpty();
        permissions = granted;

        assertThat(incremental(scanner(new Things())).complete()).isTrue();
        assertThat(described).containsExactly("a");
        assertThat(estate.stored.values()).allMatch(each -> each.resource().iam().allowedActions().contains("car:Stop"));
        incremental(scanner(new Things()));
        assertThat(asked).isEmpty();
    }

    @Test
    void oldPermissionsAreAskedForAgainAndNothingElseUnlessTheyAreOthers() throws Exception {
        aws.has("car", REGION, ids(150));
        var scanner = scanner(new Things());
        scanner.settings = new ScanSettings(new TestConfig(1, 10, 10, 100, 50, "1s"));
        full(scanner);
        waitUntilOlderThan(Duration.ofSeconds(1));

        assertThat(counts(incremental(scanner))).containsExactly(150, 0, 150, 0);
        assertThat(asked).hasSize(150);
        assertThat(described).isEmpty();

        waitUntilOlderThan(Duration.ofSeconds(1));
        permissions = (actions, arn) -> arn.endsWith("thing-00007")
                ? new IamPermissions(List.of(), actions, List.of(), USER, PermissionSource.SIMULATED, null, null)
                : new IamPermissions(actions, List.of(), List.of(), USER, PermissionSource.SIMULATED, null, null);
        assertThat(counts(incremental(scanner))).containsExactly(150, 1, 149, 0);
        assertThat(described).containsExactly("thing-00007");
        assertThat(estate.stored.values()).filteredOn(each -> each.resource().identifier().equals("thing-00007"))
                .allMatch(each -> Boolean.FALSE.equals(each.resource().constraints().canStop()));
    }

    /** Permissions have the time of their scan, and so has the settings' age: real time has to pass. */
    private static void waitUntilOlderThan(Duration age) throws InterruptedException {
        new CountDownLatch(1).await(age.toMillis() + 100, TimeUnit.MILLISECONDS);
    }

    @Test
    void anotherPrincipalDoesNotRelyOnWhatThisOneSaw() throws Exception {
        aws.accounts.put("readonly", "111111111111");
        aws.has("car", REGION, "a");
        var scanner = scanner(new Things());
        full(scanner);

        again(scanner, new ScanRequest(List.of("readonly"), List.of(REGION), List.of(), List.of(), false, Transport.AUTO, true));

        assertThat(described).containsExactly("a");
    }

    @Test
    void aListingThatFailsLosesNothing() throws Exception {
        aws.has("car", REGION, "a");
        var scanner = scanner(new Things());
        full(scanner);
        aws.fails("car", REGION, Problem.ACCESS_DENIED, "UnauthorizedOperation");
        incremental(scanner);
        aws.has("car", REGION, "a");

        incremental(scanner);

        assertThat(described).isEmpty();
        assertThat(estate.identifiers()).containsExactly("a");
    }

    @Test
    void hostileNamesAndHalfCharactersAreNoHindrance() throws Exception {
        var names = new String[] { "a\"b'c", "two  words", "$(reboot)", "line\nbreak", "\u202etxt.exe", "\ud83d\ude80", "half \ud83d", "x".repeat(500) };
        aws.has("car", REGION, names);
        full(scanner(new Things()));

        assertThat(incremental(scanner(new Things())).unchanged()).isEqualTo(names.length);
        assertThat(described).isEmpty();
    }

    @Test
    void aScannerThatDoesNotSayWhatLastsIsAskedAsInAFullScan() throws Exception {
        aws.has("car", REGION, "a");
        var broken = new Things() {
            @Override
            public JsonNode lasting(RawResource listed) {
                throw new IllegalStateException("no idea");
            }
        };
        assertThat(full(scanner(broken)).complete()).isTrue();

        assertThat(incremental(scanner(broken)).complete()).isTrue();
        assertThat(described).containsExactly("a");
    }

    @Test
    void theOrderOfFieldsDoesNotCount() {
        var json = JsonNodeFactory.instance;
        assertThat(Fingerprint.of(json.objectNode().put("a", 1).set("b", json.objectNode().put("x", 1).put("y", 2))))
                .isEqualTo(Fingerprint.of(json.objectNode().<ObjectNode>set("b", json.objectNode().put("y", 2).put("x", 1)).put("a", 1)))
                .isNotEqualTo(Fingerprint.of(json.objectNode().put("a", 1).set("b", json.objectNode().put("x", 1).put("y", 3))));
    }
}
